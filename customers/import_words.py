"""The wording of what is wrong with files, rows and cells, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

_WORDS: dict[str, str | Promise] = {
    # The file as a whole.
    "not_csv": gettext_lazy(
        "This is not a CSV file. In the spreadsheet choose “Save as” and then CSV."
    ),
    "broken_gzip": gettext_lazy("The compressed file is damaged: it cannot be unpacked."),
    "empty_file": gettext_lazy("The file is empty."),
    "no_rows": gettext_lazy("The file has headers but no rows."),
    "unclosed_quote": gettext_lazy(
        "The quotation marks do not fit together up to line %(line)s: perhaps one is never closed."
    ),
    "wrong_encoding": gettext_lazy("The file is not %(encoding)s text: choose another encoding."),
    "too_many_rows": ngettext_lazy(
        "The file has more than %(most)s row. Split it, or use the command.",
        "The file has more than %(most)s rows. Split it, or use the command.",
        "most",
    ),
    "too_large": gettext_lazy("The file is larger than %(most)s MB. Split it, or use the command."),
    "too_many_columns": ngettext_lazy(
        "The file has more than %(most)s column.",
        "The file has more than %(most)s columns.",
        "most",
    ),
    "unknown_column": gettext_lazy(
        "There is no column “%(header)s” in the file. It has: %(found)s."
    ),
    "duplicate_header": gettext_lazy("Two columns are called “%(header)s”. Rename one of them."),
    "missing_columns": gettext_lazy(
        "No column was found for: %(columns)s. The file has: %(found)s."
    ),
    "unexpected": gettext_lazy(
        "Something went wrong on our side. What is imported stays; you can go on."
    ),
    # Rows.
    "too_many_cells": ngettext_lazy(
        "The row has %(cells)s cell, the header only %(columns)s.",
        "The row has %(cells)s cells, the header only %(columns)s.",
        "cells",
    ),
    "too_few_cells": ngettext_lazy(
        "The row has only %(cells)s cell, the header %(columns)s. Perhaps it was cut off.",
        "The row has only %(cells)s cells, the header %(columns)s. Perhaps it was cut off.",
        "cells",
    ),
    "two_currencies": gettext_lazy("The lines of this document are in different currencies."),
    "other_line": gettext_lazy("Another line of this document is wrong, so none was taken."),
    "nobody": gettext_lazy("The row needs an e-mail, a phone or a customer number."),
    "different_people": gettext_lazy(
        "The customer number and the e-mail belong to two different customers."
    ),
    # Cells.
    "missing": gettext_lazy("The cell is empty."),
    "not_a_number": gettext_lazy("This is not a number."),
    "ambiguous_number": gettext_lazy(
        "This number can be read in two ways, and no other row of the column shows which."
    ),
    "number_too_long": gettext_lazy("This number has too many digits."),
    "amount_too_large": gettext_lazy("This amount is too large."),
    "not_a_date": gettext_lazy("This is not a date in the calendar."),
    "short_year": gettext_lazy("Write the year with four digits."),
    "ambiguous_date": gettext_lazy(
        "It is not clear which is the day and which the month, and no other row shows it."
    ),
    "date_out_of_range": gettext_lazy("The year is not between %(earliest)s and %(latest)s."),
    "future_date": gettext_lazy("This day is still to come."),
    "unknown_currency": gettext_lazy("There is no currency “%(value)s”."),
    "other_currency": gettext_lazy(
        "The amount says %(found)s, but the document is in %(expected)s."
    ),
    "unknown_unit": gettext_lazy("“%(found)s” beside the amount does not stand for %(expected)s."),
    "unknown_type": gettext_lazy("“%(value)s” is neither a purchase nor a refund."),
    "not_an_email": gettext_lazy("This is not an e-mail address."),
    "not_a_phone": gettext_lazy("This is not a phone number."),
    "broken_customer_id": gettext_lazy("This cannot be a customer number."),
    "too_long": ngettext_lazy(
        "The text is longer than %(longest)s character.",
        "The text is longer than %(longest)s characters.",
        "longest",
    ),
    "broken_text": gettext_lazy("The text has characters that cannot be stored."),
    "unknown_language": gettext_lazy("There is no language “%(value)s”."),
    "unknown_zone": gettext_lazy("There is no time zone “%(value)s”."),
    "unknown_country": gettext_lazy("There is no country “%(value)s”."),
    "unknown_answer": gettext_lazy("“%(value)s” is neither yes nor no."),
    "consent_without_proof": gettext_lazy(
        "Consent needs when, where and with what wording it was given."
    ),
    "consent_of_another": gettext_lazy(
        "The address belongs to another customer, so no consent was recorded for it."
    ),
    "too_many_tags": ngettext_lazy(
        "There is more than %(most)s tag.", "There are more than %(most)s tags.", "most"
    ),
    # Rightly left out.
    "nothing_paid": gettext_lazy("The document comes to nothing or less."),
    "skip_prefix": gettext_lazy("Documents whose number begins like this are left out."),
}


def explain(code: str, values: Mapping[str, Any]) -> str:
    """The reason in a sentence; an unknown code is named as it is."""
    wording = _WORDS.get(code)
    if wording is None:
        return _("This cannot be read (%(code)s).") % {"code": code}
    return str(wording % dict(values))

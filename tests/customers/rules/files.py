"""Files as openers, for tests that read bytes."""

import gzip
import io

from customers.rules.csv_reading import Form, detect_form, rows_of
from customers.rules.flaws import Flaw


def opener(data):
    """What a file of these bytes is to the readers: a function that opens it afresh."""
    return lambda: io.BytesIO(data)


def packed(data):
    """The bytes gzipped, the same each time."""
    return gzip.compress(data, mtime=0)


def rows(data, **form):
    """The cells of all rows, read as a person who knows nothing of the file would."""
    open_raw = opener(data)
    return [cells for _number, cells in rows_of(open_raw, detect_form(open_raw, **form))]


def utf8_rows(text, separator=","):
    """The rows with their numbers of a text whose form is known."""
    return list(rows_of(opener(text.encode()), Form("utf-8-sig", separator)))


def outcome(work, *args):
    """What the work gives, or the code of the flaw that it raises; other errors come through."""
    try:
        return work(*args)
    except Flaw as flaw:
        return flaw.code

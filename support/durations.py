"""Lengths of time in words: "41 min", "7 h 30 min", "13 days"."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def span_words(span: timedelta) -> str:
    """Hours and minutes, rounded down; never less than a minute."""
    minutes = max(1, span // MINUTE)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _whole(_("%(minutes)d min") % {"minutes": rest})
    if not rest:
        return _whole(_("%(hours)d h") % {"hours": hours})
    return _whole(_("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest})


def wall_words(span: timedelta) -> str:
    """The same of time on the wall: from two days on in days."""
    days = span // DAY
    return day_words(days) if days >= 2 else span_words(span)


def day_words(days: int) -> str:
    """'1 day', '14 days'."""
    return _whole(ngettext("%(number)d day", "%(number)d days", days) % {"number": days})


def _whole(words: str) -> str:
    """The words, never broken over two lines."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")

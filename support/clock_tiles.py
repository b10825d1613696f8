"""The clocks of a case as tiles: what is left in words, and a thin bar of what is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.templatetags.ui import day, moment
from support.calendars import calendar_of
from support.durations import day_words, span_words, wall_words
from support.models import Case
from support.rules.business_time import Calendar, time_between
from support.rules.clocks import cycles_of, time_to_respond
from support.rules.states import Entry
from support.services.case_log import MINUTE, entries_of, targets_of

# From this share of its time on a clock is shown as a warning.
SOON = 75
# And the law's, with so many days left.
LAST_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One clock. `share` of its time is used, in per cent; `tone` is "", "accent", "bad" or
    "muted" (it stands still)."""

    label: str | Promise
    words: str
    share: int
    tone: str = ""
    icon: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A case with its log and calendar, read at an instant."""

    case: Case
    entries: list[Entry]
    calendar: Calendar
    now: datetime


def tiles_of(case: Case, now: datetime) -> list[Tile]:
    """The clocks that the case has. Three queries."""
    reading = Reading(case, entries_of(case), calendar_of(case.calendar, case.received_at), now)
    tiles = [_acknowledge(reading), _respond(reading), _resolve(reading)]
    if case.promised_at and case.is_open:
        tiles.append(_promise(case.promised_at, now))
    if case.legal_due_on:
        tiles.append(_law(case, now))
    return tiles


def _acknowledge(reading: Reading) -> Tile:
    case, target = reading.case, targets_of(reading.case).acknowledge
    label = _("Acknowledged")
    if case.acknowledged_at:
        return _done(label, case.acknowledged_at - case.received_at, target, wall=True)
    if case.due_acknowledge is None:
        return _still(label)
    return _running(label, case.due_acknowledge - reading.now, target, wall=True)


def _respond(reading: Reading) -> Tile:
    case, target = reading.case, targets_of(reading.case).respond
    label, took = _("First answer"), time_to_respond(reading.entries, reading.calendar)
    if took is not None:
        return _done(label, took, target)
    if case.due_respond is None:
        return _still(label)
    return _running(label, _left(reading, case.due_respond), target)


def _resolve(reading: Reading) -> Tile:
    case, target = reading.case, targets_of(reading.case).resolve
    label, cycle = _("Resolution, working hours"), cycles_of(reading.entries)[-1]
    used = cycle.used(reading.calendar, reading.now)
    if not case.is_open:
        return _done(label, used, target)
    if case.waiting_since:
        words = _("paused, %(time)s left") % {"time": span_words(target - used)}
        words = words if used < target else _("paused, late")
        return Tile(
            label=label, words=words, share=_share(used, target), tone="muted", icon="pause"
        )
    return _running(label, _left(reading, case.due_resolve or reading.now), target)


def _left(reading: Reading, due: datetime) -> timedelta:
    """Business time until the instant; negative after it."""
    if due >= reading.now:
        return time_between(reading.calendar, reading.now, due)
    return -time_between(reading.calendar, due, reading.now) - MINUTE


def _promise(due: datetime, now: datetime) -> Tile:
    late = due < now
    words = _("late") if late else str(moment(due))
    note = day(due, "medium") if late else ""
    tone, icon = ("bad", "exclamation-triangle") if late else ("", "")
    share = 100 if late else 0
    label = _("Promised word")
    return Tile(label=label, words=words, share=share, tone=tone, icon=icon, note=note)


def _law(case: Case, now: datetime) -> Tile:
    assert case.legal_due_on is not None
    last, label = case.legal_due_on, _("By law, never pauses")
    received = timezone.localdate(case.received_at)
    by = _("by %(day)s") % {"day": day(last, "medium")}
    ended = case.resolved_at if case.resolved_at and not case.is_open else None
    today = timezone.localdate(ended or now)
    left, share = (last - today).days, _share(today - received, last - received)
    if ended:
        words = _("kept") if left >= 0 else _("missed")
        tone, icon = ("muted", "check-lg") if left >= 0 else ("bad", "exclamation-triangle")
        return Tile(label=label, words=words, share=share, tone=tone, icon=icon, note=by)
    if left < 0:
        words = _("%(time)s late") % {"time": day_words(-left)}
        return Tile(
            label=label, words=words, share=100, tone="bad", icon="exclamation-triangle", note=by
        )
    words = (
        _("today is the last day") if not left else _("%(time)s left") % {"time": day_words(left)}
    )
    tone = "accent" if left <= LAST_DAYS else ""
    return Tile(label=label, words=words, share=share, tone=tone, note=by)


def _running(label: str, left: timedelta, target: timedelta, *, wall: bool = False) -> Tile:
    say = wall_words if wall else span_words
    if left < timedelta():
        words = _("%(time)s late") % {"time": say(-left)}
        return Tile(label=label, words=words, share=100, tone="bad", icon="exclamation-triangle")
    share = _share(target - left, target)
    words, tone = _("%(time)s left") % {"time": say(left)}, "accent" if share >= SOON else ""
    return Tile(label=label, words=words, share=share, tone=tone)


def _done(label: str, took: timedelta, target: timedelta, *, wall: bool = False) -> Tile:
    say = wall_words if wall else span_words
    words = _("after %(time)s") % {"time": say(took)}
    if took > target:
        late = _("late")
        return Tile(
            label=label, words=words, share=100, tone="bad", icon="exclamation-triangle", note=late
        )
    return Tile(label=label, words=words, share=_share(took, target), tone="muted", icon="check-lg")


def _still(label: str) -> Tile:
    return Tile(label=label, words=_("stands still"), share=0, tone="muted", icon="pause")


def _share(part: timedelta, whole: timedelta) -> int:
    return max(0, min(100, round(100 * (part / whole)))) if whole else 100

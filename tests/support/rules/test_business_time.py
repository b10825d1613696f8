"""Business time by worked numbers, by a count of minutes one by one, and by its own inverse."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.rules.business_time import (
    Calendar,
    NeverOpen,
    Stretch,
    Window,
    due_after,
    instant_of,
    next_open,
    time_between,
)
from support.rules.legal import legal_due_on

WARSAW = ZoneInfo("Europe/Warsaw")
# Clocks go at midnight, by half an hour, and across the date line there.
ZONES = ["Europe/Warsaw", "Europe/London", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"]
MINUTE = timedelta(minutes=1)
OFFICE = (Window(540, 1020),)
LUNCH = (Window(540, 780), Window(840, 1080))


def weekdays(hours, zone=WARSAW, days=None):
    return Calendar(zone, (hours, hours, hours, hours, hours, (), ()), days or {})


def at(text, zone=WARSAW):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(calendar, since, minutes, *pauses):
    return due_after(calendar, since, minutes * MINUTE, [Stretch(*pause) for pause in pauses])


def test_a_day_of_work_is_due_as_it_ends():
    found = due(weekdays(OFFICE), at("2026-03-23T09:00"), 480)

    assert found.at == at("2026-03-23T17:00")
    assert [(one.begins, one.ends) for one in found.stretches] == [
        (at("2026-03-23T09:00"), at("2026-03-23T17:00"))
    ]


def test_over_a_weekend_and_a_change_of_clocks():
    found = due(weekdays(OFFICE), at("2026-03-27T16:00"), 480)

    assert found.at == utc("2026-03-30T14:00")
    assert [one.length / MINUTE for one in found.stretches] == [60, 420]


def test_a_pause_over_a_weekend_and_a_change_of_clocks():
    pause = (at("2026-03-27T16:30"), at("2026-03-31T11:00"))

    found = due(weekdays(OFFICE), at("2026-03-27T16:00"), 480, pause)

    assert found.at == utc("2026-04-01T08:30")
    used = [Stretch(*pause)]
    since = at("2026-03-27T16:00")
    resolved = time_between(weekdays(OFFICE), since, at("2026-04-01T10:20"), used)
    assert resolved == 470 * MINUTE
    early = [Stretch(at("2026-03-27T16:30"), at("2026-03-31T12:00"))]
    assert time_between(weekdays(OFFICE), since, at("2026-03-31T12:00"), early) == 30 * MINUTE


def test_reopened_cycles_of_the_research():
    calendar = weekdays(OFFICE)
    first = time_between(calendar, at("2026-05-04T09:00"), at("2026-05-05T12:00"))
    second = time_between(calendar, at("2026-05-07T09:00"), at("2026-05-07T14:00"))

    assert (first / MINUTE, second / MINUTE) == (660, 300)


def test_lunch_a_holiday_and_a_day_of_its_own():
    days = {date(2026, 5, 1): (), date(2026, 5, 2): (Window(600, 660),)}
    found = due(weekdays(LUNCH, days=days), at("2026-04-30T12:30"), 60 * 4 + 30 + 60)

    assert [one.length / MINUTE for one in found.stretches] == [30, 240, 60]
    assert found.at == at("2026-05-02T11:00")


def test_outside_hours_the_clock_waits():
    calendar = weekdays(OFFICE)
    assert due(calendar, at("2026-03-28T12:00"), 1).at == at("2026-03-30T09:01")
    assert due(calendar, at("2026-03-27T17:00"), 1).at == at("2026-03-30T09:01")
    assert next_open(calendar, at("2026-03-27T17:00")) == at("2026-03-30T09:00")
    assert next_open(calendar, at("2026-03-27T16:59")) == at("2026-03-27T16:59")


def test_no_time_has_passed_at_once():
    found = due(weekdays(OFFICE), at("2026-03-28T12:00"), 0)

    assert (found.at, found.stretches) == (at("2026-03-28T12:00"), ())


def test_pauses_that_overlap_count_once_and_order_does_not_matter():
    calendar, since = weekdays(OFFICE), at("2026-03-23T09:00")
    one = (at("2026-03-23T10:00"), at("2026-03-23T12:00"))
    two = (at("2026-03-23T11:00"), at("2026-03-23T13:00"))

    assert due(calendar, since, 120, one, two).at == at("2026-03-23T14:00")
    assert due(calendar, since, 120, two, one) == due(calendar, since, 120, one, two)


def test_an_hour_that_is_skipped_is_not_there_and_of_two_the_first_is_meant():
    night = Calendar(WARSAW, ((Window(60, 240),),) * 7)

    assert time_between(night, at("2026-03-29T00:00"), at("2026-03-29T12:00")) == 120 * MINUTE
    assert time_between(night, at("2026-10-25T00:00"), at("2026-10-25T12:00")) == 240 * MINUTE
    gap = Calendar(WARSAW, ((Window(130, 170),),) * 7)
    assert time_between(gap, at("2026-03-29T00:00"), at("2026-03-29T12:00")) == timedelta()
    assert instant_of(date(2026, 3, 29), 150, WARSAW) == utc("2026-03-29T01:00")
    assert instant_of(date(2026, 10, 25), 150, WARSAW) == utc("2026-10-25T00:30")


def test_who_never_opens_is_told():
    with pytest.raises(NeverOpen):
        due(weekdays(()), at("2026-03-23T09:00"), 1)
    with pytest.raises(NeverOpen):
        next_open(weekdays(()), at("2026-03-23T09:00"))


def test_a_pause_of_years_is_no_closed_shop():
    pause = (at("2026-03-23T09:30"), at("2031-03-24T09:00"))

    assert due(weekdays(OFFICE), at("2026-03-23T09:00"), 60, pause).at == at("2031-03-24T09:30")


@pytest.mark.parametrize(
    ("days", "last"), [(14, date(2026, 4, 7)), (30, date(2026, 4, 23)), (15, date(2026, 4, 8))]
)
def test_the_legal_day_is_counted_in_the_country(days, last):
    assert legal_due_on(utc("2026-03-24T22:30"), days, WARSAW) == last


def test_windows_close_after_they_open():
    for opens, closes in ((60, 60), (120, 60), (-1, 5), (0, 1441)):
        with pytest.raises(ValueError, match="closes after"):
            Window(opens, closes)


@st.composite
def hours(draw):
    edges = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Window(opens * 15, closes * 15) for opens, closes in pairs)


@st.composite
def calendars(draw):
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    week = tuple(draw(hours()) for _weekday in range(7))
    days = draw(st.dictionaries(dates, hours(), max_size=3))
    return Calendar(zone, week, days)


def changes_until_2035():
    """Days on which the clocks of one of the zones change."""
    for name in ZONES:
        zone, day = ZoneInfo(name), date(2026, 1, 1)
        while day.year < 2035:
            following = day + timedelta(days=1)
            length = instant_of(following, 0, zone) - instant_of(day, 0, zone)
            if length != timedelta(days=1):
                yield day
            day = following


CHANGES = sorted(set(changes_until_2035()))
dates = st.sampled_from(CHANGES).flatmap(
    lambda day: st.integers(-3, 3).map(lambda days: day + timedelta(days=days))
)
instants = st.tuples(dates, st.integers(0, 24 * 60 * 60 - 1)).map(
    lambda found: datetime.combine(found[0], datetime.min.time(), UTC) + timedelta(seconds=found[1])
)
breaks = st.lists(
    st.tuples(instants, st.integers(0, 50_000)).map(
        lambda found: Stretch(found[0], found[0] + found[1] * MINUTE)
    ),
    max_size=3,
)


def test_every_change_of_clocks_until_2035_is_there():
    assert len(CHANGES) > 60


@settings(max_examples=300, deadline=None)
@given(calendars(), instants, st.integers(1, 5_000), breaks)
def test_minutes_added_are_measured_again(calendar, since, minutes, pauses):
    try:
        found = due_after(calendar, since, minutes * MINUTE, pauses)
    except NeverOpen:
        assert not any(calendar.week)
        return

    assert time_between(calendar, since, found.at, pauses) == minutes * MINUTE
    assert sum((one.length for one in found.stretches), timedelta()) == minutes * MINUTE
    # The first such instant: a moment before it something is missing.
    before = found.at - timedelta(microseconds=1)
    assert time_between(calendar, since, before, pauses) < minutes * MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(0, 3 * 24 * 60), breaks)
def test_it_is_the_count_of_open_minutes_one_by_one(calendar, since, length, pauses):
    since = since.replace(second=0)
    whole = [Stretch(_minute(pause.begins), _minute(pause.ends)) for pause in pauses]
    counted = sum(_is_open(calendar, since + number * MINUTE, whole) for number in range(length))

    assert time_between(calendar, since, since + length * MINUTE, whole) == counted * MINUTE


def _minute(instant):
    return instant.replace(second=0, microsecond=0)


def _is_open(calendar, instant, pauses):
    wall = instant.astimezone(calendar.zone)
    if any(pause.begins <= instant < pause.ends for pause in pauses):
        return False
    minute = wall.hour * 60 + wall.minute
    day = calendar.hours(wall.date())
    if not wall.fold:
        # The first of two hours goes on through the second where the window does.
        return any(window.opens <= minute < window.closes for window in day)
    return _open_in_second(calendar, wall, minute, day)


def _open_in_second(calendar, wall, minute, day):
    """Within an hour that the clock shows again only a window counts that closes after it."""
    instant = wall.astimezone(UTC)
    return any(
        instant_of(wall.date(), window.opens, calendar.zone)
        <= instant
        < instant_of(wall.date(), window.closes, calendar.zone)
        for window in day
    )


@given(calendars(), instants, instants, instants)
def test_time_adds_up(calendar, one, two, three):
    first, second, third = sorted((one, two, three))

    assert time_between(calendar, first, third) == time_between(
        calendar, first, second
    ) + time_between(calendar, second, third)
    assert time_between(calendar, third, first) == timedelta()

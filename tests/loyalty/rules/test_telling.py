"""Which notices are due on which local day, by worked days and by chance."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.calendar import ExpiryKind, Lifetime, expires_at
from loyalty.rules.telling import (
    Notice,
    Verdict,
    days_begun,
    goes_from,
    last_day_of,
    newest_begun,
    span_of,
    statement_month,
    too_late_at,
    verdict,
)

WARSAW = ZoneInfo("Europe/Warsaw")
ZONES = [WARSAW, ZoneInfo("Europe/Bucharest"), ZoneInfo("America/Santiago"), ZoneInfo("UTC")]
FIRST, SECOND, LAST = Notice("first", 30), Notice("second", 7), Notice("last", 1)
ALL = (FIRST, SECOND, LAST)
NEW_YEARS_EVE = date(2026, 12, 31)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("notice", "last_day", "from_", "until"),
    [
        (FIRST, NEW_YEARS_EVE, "2026-12-01T08:00", "2026-12-03T23:00"),
        (SECOND, NEW_YEARS_EVE, "2026-12-24T08:00", "2026-12-26T23:00"),
        # The last one has only what is left of the units' life.
        (LAST, NEW_YEARS_EVE, "2026-12-30T08:00", "2026-12-31T23:00"),
        # The clocks went forward on 28 March, and back on 25 October.
        (SECOND, date(2027, 3, 30), "2027-03-23T08:00", "2027-03-25T23:00"),
        (LAST, date(2027, 3, 28), "2027-03-27T08:00", "2027-03-28T22:00"),
        (LAST, date(2027, 3, 29), "2027-03-28T07:00", "2027-03-29T22:00"),
        (SECOND, date(2026, 10, 28), "2026-10-21T07:00", "2026-10-23T22:00"),
        (LAST, date(2026, 10, 25), "2026-10-24T07:00", "2026-10-25T23:00"),
        # Before 29 February, and from it.
        (LAST, date(2028, 2, 29), "2028-02-28T08:00", "2028-02-29T23:00"),
        (SECOND, date(2028, 3, 7), "2028-02-29T08:00", "2028-03-02T23:00"),
        (FIRST, date(2027, 3, 30), "2027-02-28T08:00", "2027-03-02T23:00"),
    ],
)
def test_a_notice_goes_from_nine_and_for_two_days_more(
    notice: Notice, last_day: date, from_: str, until: str
) -> None:
    assert goes_from(notice, last_day, WARSAW) == utc(from_)
    assert too_late_at(notice, last_day, WARSAW) == utc(until)


@pytest.mark.parametrize(
    ("now", "first", "second", "last"),
    [
        ("2026-12-01T07:59", "not_yet", "not_yet", "not_yet"),
        ("2026-12-01T08:00", "goes", "not_yet", "not_yet"),
        ("2026-12-03T22:59", "goes", "not_yet", "not_yet"),
        ("2026-12-03T23:00", "too_late", "not_yet", "not_yet"),
        ("2026-12-24T08:00", "too_late", "goes", "not_yet"),
        ("2026-12-26T23:00", "too_late", "too_late", "not_yet"),
        ("2026-12-31T22:59", "too_late", "too_late", "goes"),
        ("2026-12-31T23:00", "too_late", "too_late", "too_late"),
    ],
)
def test_each_of_three_notices_has_its_own_days(
    now: str, first: str, second: str, last: str
) -> None:
    found = [verdict(one, ALL, NEW_YEARS_EVE, utc(now), WARSAW) for one in ALL]

    assert found == [first, second, last]


def test_of_two_that_could_go_at_once_the_nearer_one_goes() -> None:
    two = (Notice("second", 2), LAST)
    now = utc("2026-12-30T08:00")

    assert verdict(two[0], two, NEW_YEARS_EVE, now, WARSAW) is Verdict.OVERTAKEN
    assert verdict(LAST, two, NEW_YEARS_EVE, now, WARSAW) is Verdict.GOES
    assert verdict(two[0], two[:1], NEW_YEARS_EVE, now, WARSAW) is Verdict.GOES


def test_the_day_that_is_told_is_the_last_on_which_units_can_be_used() -> None:
    lapse = expires_at(utc("2026-02-28T10:00"), Lifetime(14, ExpiryKind.MONTHS, 12), WARSAW)

    assert lapse == utc("2027-02-28T23:00")
    assert lapse is not None
    assert last_day_of(lapse, WARSAW) == date(2027, 2, 28)
    after, until = span_of(date(2027, 2, 28), WARSAW)
    assert after < lapse == until


def test_days_are_looked_at_in_order_from_where_it_stands() -> None:
    now = utc("2026-12-24T08:00")

    assert newest_begun(SECOND, now, WARSAW) == NEW_YEARS_EVE
    assert days_begun(SECOND, date(2026, 12, 29), now, WARSAW) == [
        date(2026, 12, 30),
        NEW_YEARS_EVE,
    ]
    assert days_begun(SECOND, NEW_YEARS_EVE, now, WARSAW) == []
    # What lapsed during a long outage is over.
    assert days_begun(SECOND, date(2026, 11, 1), now, WARSAW)[0] == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("day", "now", "first", "from_", "until"),
    [
        (3, "2026-12-10T12:00", date(2026, 11, 1), "2026-12-03T08:00", "2026-12-10T23:00"),
        (1, "2027-01-01T00:00", date(2026, 12, 1), "2027-01-01T08:00", "2027-01-08T23:00"),
        # It is December in UTC, and January in the shop.
        (28, "2026-12-31T23:30", date(2026, 12, 1), "2027-01-28T08:00", "2027-02-04T23:00"),
    ],
)
def test_a_statement_sums_up_the_month_before(
    day: int, now: str, first: date, from_: str, until: str
) -> None:
    month = statement_month(day, utc(now), WARSAW)

    assert (month.first, month.goes_from, month.too_late_at) == (first, utc(from_), utc(until))
    assert month.begins < month.ends <= month.goes_from


MINUTES = 4 * 365 * 24 * 60
INSTANTS = st.integers(0, MINUTES).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.lists(st.integers(1, 90), min_size=1, max_size=3, unique=True),
    INSTANTS,
)
def test_never_two_notices_at_one_instant(
    zone: ZoneInfo, last_day: date, days: list[int], now: datetime
) -> None:
    notices = [Notice(str(number), number) for number in days]

    found = [verdict(one, notices, last_day, now, zone) for one in notices]

    assert found.count(Verdict.GOES) <= 1


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.integers(1, 90))
def test_a_notice_has_time_to_go_and_none_after_the_units_lapsed(
    zone: ZoneInfo, last_day: date, days: int
) -> None:
    notice = Notice("one", days)

    begin, end = goes_from(notice, last_day, zone), too_late_at(notice, last_day, zone)

    assert timedelta(hours=36) < end - begin <= timedelta(hours=65)
    assert end <= span_of(last_day, zone)[1]
    assert begin.astimezone(zone).hour == 9
    assert newest_begun(notice, begin, zone) == last_day
    assert newest_begun(notice, begin - datetime.resolution, zone) < last_day


@given(st.sampled_from(ZONES), INSTANTS)
def test_every_instant_of_lapsing_has_one_last_day(zone: ZoneInfo, lapse: datetime) -> None:
    day = last_day_of(lapse, zone)

    after, until = span_of(day, zone)

    assert after < lapse <= until

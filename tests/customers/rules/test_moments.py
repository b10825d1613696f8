"""Instants from cells: zones, the hours that clocks skip and show twice, and bare dates."""

# ruff: noqa: DTZ001 (naive times are what files have)
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules import dates
from customers.rules.dates import Moment, Order, moment_of, moment_of_day, moment_reader
from customers.rules.documents import part_of
from tests.customers.rules.files import outcome

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
ZONES = {
    "warsaw": WARSAW,
    "london": LONDON,
    "prague": ZoneInfo("Europe/Prague"),
    "bucharest": ZoneInfo("Europe/Bucharest"),
    "kolkata": ZoneInfo("Asia/Kolkata"),
    "st_johns": ZoneInfo("America/St_Johns"),
    "kiritimati": ZoneInfo("Pacific/Kiritimati"),
    "utc": ZoneInfo("UTC"),
}


def read(text, *, zone=WARSAW, shop_zone=WARSAW, order=None):
    return moment_reader(zone=zone, shop_zone=shop_zone, order=order)(text)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        # Ordinary winter and summer days.
        ("2010-12-01 08:26:00", "london", "2010-12-01 08:26:00"),
        ("2010-12-01 08:26:00", "warsaw", "2010-12-01 07:26:00"),
        ("2011-07-01 08:26:00", "london", "2011-07-01 07:26:00"),
        ("2011-07-01 08:26:00", "warsaw", "2011-07-01 06:26:00"),
        ("2011-07-01 08:26:00", "bucharest", "2011-07-01 05:26:00"),
        ("2011-07-01 08:26:00", "kolkata", "2011-07-01 02:56:00"),
        ("2011-07-01 08:26:00", "kiritimati", "2011-06-30 18:26:00"),
        # The last second before the clocks are put forward, and the first after.
        ("2011-03-27 01:59:59", "warsaw", "2011-03-27 00:59:59"),
        ("2011-03-27 03:00:00", "warsaw", "2011-03-27 01:00:00"),
        ("2011-03-27 00:59:59", "london", "2011-03-27 00:59:59"),
        ("2011-03-27 02:00:00", "london", "2011-03-27 01:00:00"),
        # Times that no clock showed move forward by the hour.
        ("2011-03-27 02:00:00", "warsaw", "2011-03-27 01:00:00"),
        ("2011-03-27 02:30:00", "warsaw", "2011-03-27 01:30:00"),
        ("2011-03-27 02:59:59", "warsaw", "2011-03-27 01:59:59"),
        ("2011-03-27 01:00:00", "london", "2011-03-27 01:00:00"),
        ("2011-03-27 01:30:00", "london", "2011-03-27 01:30:00"),
        ("27.03.2011 1:30", "london", "2011-03-27 01:30:00"),
        ("2011-03-27 03:30:00", "bucharest", "2011-03-27 01:30:00"),
        # Of times shown twice the first, which is summer time, is meant.
        ("2011-10-30 01:59:59", "warsaw", "2011-10-29 23:59:59"),
        ("2011-10-30 02:00:00", "warsaw", "2011-10-30 00:00:00"),
        ("2011-10-30 02:30:00", "warsaw", "2011-10-30 00:30:00"),
        ("2011-10-30 02:59:59", "warsaw", "2011-10-30 00:59:59"),
        ("2011-10-30 03:00:00", "warsaw", "2011-10-30 02:00:00"),
        ("2011-10-30 01:30:00", "london", "2011-10-30 00:30:00"),
        ("2011-10-30 02:00:00", "london", "2011-10-30 02:00:00"),
        ("30. 10. 2011 2:30", "prague", "2011-10-30 00:30:00"),
    ],
)
def test_a_naive_time_is_a_wall_clock_of_its_zone(text, zone, instant):
    assert read(text, zone=ZONES[zone]).at == utc(instant)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2011-10-30T02:30:00+02:00", "2011-10-30 00:30:00"),
        ("2011-10-30T02:30:00+01:00", "2011-10-30 01:30:00"),
        ("2011-03-27T02:30:00+01:00", "2011-03-27 01:30:00"),
        ("2011-03-27T02:30:00Z", "2011-03-27 02:30:00"),
        ("2010-12-01 08:26 GMT", "2010-12-01 08:26:00"),
        ("2010-12-01T23:59:59-12:00", "2010-12-02 11:59:59"),
    ],
)
@pytest.mark.parametrize("zone", ["warsaw", "london", "kiritimati"])
def test_a_time_that_names_its_zone_is_the_same_everywhere(text, instant, zone):
    assert read(text, zone=ZONES[zone]).at == utc(instant)


@pytest.mark.parametrize(
    ("text", "zone", "shop_zone", "local_day"),
    [
        ("2011-06-30 23:30:00", "london", "warsaw", date(2011, 7, 1)),
        ("2011-06-30 22:30:00", "london", "warsaw", date(2011, 6, 30)),
        ("2011-07-01 00:30:00", "warsaw", "london", date(2011, 6, 30)),
        ("2010-12-31T23:30:00Z", "warsaw", "warsaw", date(2011, 1, 1)),
        ("2011-01-01T00:30:00+14:00", "warsaw", "warsaw", date(2010, 12, 31)),
        ("2011-06-30 20:00:00", "warsaw", "kiritimati", date(2011, 7, 1)),
        ("2011-06-30 23:59:59", "warsaw", "warsaw", date(2011, 6, 30)),
    ],
)
def test_the_civil_day_and_month_are_the_shops(text, zone, shop_zone, local_day):
    moment = read(text, zone=ZONES[zone], shop_zone=ZONES[shop_zone])

    assert date.fromordinal(moment.local_day) == local_day
    assert moment.local_month == local_day.year * 12 + local_day.month - 1
    assert moment.day_only is False


@pytest.mark.parametrize(
    ("text", "shop_zone", "instant"),
    [
        ("2011-06-01", "warsaw", "2011-05-31 22:00:00"),
        ("2011-01-01", "warsaw", "2010-12-31 23:00:00"),
        ("2011-06-01", "london", "2011-05-31 23:00:00"),
        ("2011-01-01", "london", "2011-01-01 00:00:00"),
        ("27.03.2011", "warsaw", "2011-03-26 23:00:00"),
        ("30. 10. 2011", "warsaw", "2011-10-29 22:00:00"),
        ("20110601", "st_johns", "2011-06-01 02:30:00"),
        ("1900-01-01", "utc", "1900-01-01 00:00:00"),
        ("2200-12-31", "utc", "2200-12-31 00:00:00"),
    ],
)
@pytest.mark.parametrize("zone", ["warsaw", "kiritimati", "st_johns"])
def test_a_bare_date_is_that_day_in_the_shops_zone_whatever_zone_times_are_in(
    text, shop_zone, instant, zone
):
    moment = read(text, zone=ZONES[zone], shop_zone=ZONES[shop_zone])

    assert moment.at == utc(instant)
    assert moment.day_only is True
    assert moment.at.astimezone(ZONES[shop_zone]).date().toordinal() == moment.local_day


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04 03:00:00"),
        ("Asia/Beirut", date(2021, 3, 28), "2021-03-27 22:00:00"),
        ("America/Havana", date(2021, 3, 14), "2021-03-14 05:00:00"),
        ("America/Havana", date(2021, 11, 7), "2021-11-07 04:00:00"),
    ],
)
def test_a_day_whose_midnight_is_skipped_or_shown_twice_begins_once(zone, day, instant):
    moment = moment_of_day(day, ZoneInfo(zone))

    assert moment.at == utc(instant)
    assert moment.at.astimezone(ZoneInfo(zone)).date() == day
    assert (moment.at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() < day


def test_midnight_that_is_written_is_a_time_and_no_bare_date():
    bare, midnight = read("2011-06-01", zone=LONDON), read("2011-06-01 00:00:00", zone=LONDON)

    assert (bare.day_only, midnight.day_only) == (True, False)
    assert midnight.at - bare.at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2011", "not_a_date"),
        ("03/04/2011", "ambiguous_date"),
        ("1899-12-31", "date_out_of_range"),
    ],
)
def test_a_readers_flaws_are_those_of_the_date_each_time(text, code):
    reader = moment_reader(zone=WARSAW, shop_zone=WARSAW, order=None)

    assert [outcome(reader, text), outcome(reader, text)] == [code, code]


@pytest.mark.parametrize(
    ("order", "day"), [(Order.DAY_FIRST, date(2011, 4, 3)), (Order.MONTH_FIRST, date(2011, 3, 4))]
)
def test_a_reader_keeps_to_the_order_of_its_column(order, day):
    assert read("03/04/2011 10:00", order=order).local_day == day.toordinal()


def test_what_a_reader_remembers_is_what_it_read(monkeypatch):
    monkeypatch.setattr(dates, "CACHED", 3)
    reader = moment_reader(zone=WARSAW, shop_zone=WARSAW, order=None)
    texts = [f"2011-01-{day:02} 10:00:00" for day in (1, 2, 3, 4, 1, 2, 5, 1)]

    found = [date.fromordinal(reader(text).local_day).day for text in texts]

    assert found == [1, 2, 3, 4, 1, 2, 5, 1]


def test_two_readers_share_nothing():
    text = "2011-06-01 10:00:00"

    assert read(text, zone=WARSAW).at - read(text, zone=LONDON).at == -timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2011-06-01 10:00:00", "20110601T080000.000000Z"),
        ("2011-06-01T10:00:00.25+02:00", "20110601T080000.250000Z"),
        ("2011-06-01 10:00", "20110601T080000.000000Z"),
        ("1.6.2011 10:00", "20110601T080000.000000Z"),
        ("2011-06-01", "734289"),
        ("1. 6. 2011", "734289"),
        ("2011-06-01 00:00:00", "20110531T220000.000000Z"),
    ],
)
def test_a_refunds_part_is_its_instant_or_its_day_however_written(text, part):
    assert part_of(read(text)) == part


instants = st.datetimes(
    datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.sampled_from([UTC, *ZONES.values()])
)
zones = st.sampled_from(sorted(ZONES.values(), key=str))


@settings(max_examples=40)
@given(instants, zones)
def test_a_moment_is_its_instant_in_utc_with_the_shops_day(at, shop_zone):
    moment = moment_of(at, shop_zone)

    day = at.astimezone(UTC).astimezone(shop_zone).date()
    assert moment.at == at.astimezone(UTC)
    assert moment.at.tzinfo is UTC
    assert (moment.local_day, moment.local_month) == (
        day.toordinal(),
        day.year * 12 + day.month - 1,
    )


@settings(max_examples=40)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)), zones)
def test_later_on_the_calendar_is_never_earlier_in_the_days_of_one_zone(naive, zone):
    now = read(naive.isoformat(sep=" ", timespec="seconds"), zone=zone, shop_zone=zone)
    later = naive + timedelta(hours=3)
    then = read(later.isoformat(sep=" ", timespec="seconds"), zone=zone, shop_zone=zone)

    assert now.at < then.at
    assert now.local_day <= then.local_day


@settings(max_examples=40)
@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), zones)
def test_a_bare_day_is_the_first_instant_of_its_day(day, zone):
    moment = read(day.isoformat(), shop_zone=zone)

    assert moment == Moment(moment.at, day.toordinal(), day.year * 12 + day.month - 1, True)
    assert moment.at.astimezone(zone).date() == day


@settings(max_examples=40)
@given(instants, instants)
def test_parts_tell_other_times_apart_and_order_like_them(one, other):
    parts = [part_of(moment_of(at, WARSAW)) for at in (one, other)]

    assert (parts[0] == parts[1]) == (one.astimezone(UTC) == other.astimezone(UTC))
    assert (parts[0] < parts[1]) == (one.astimezone(UTC) < other.astimezone(UTC))

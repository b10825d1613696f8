"""Dates and times are read where they can mean one thing; which order a column proves."""

# ruff: noqa: DTZ001 (naive times are what files have)
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.dates import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    Order,
    parse_day,
    parse_moment,
    proof,
)
from customers.rules.flaws import Flaw
from tests.customers.rules.files import outcome

DAY_FIRST, MONTH_FIRST = Order.DAY_FIRST, Order.MONTH_FIRST
FIRST_OF_DECEMBER = date(2010, 12, 1)


def offset(hours, minutes=0):
    return timezone(timedelta(hours=hours, minutes=minutes))


@pytest.mark.parametrize(
    "text",
    [
        "2010-12-01",
        "2010-12-1",
        "2010/12/01",
        "2010/12/1",
        "2010.12.01",
        "20101201",
        "01.12.2010",
        "1.12.2010",
        "1. 12. 2010",
        "01. 12.2010",
        "1.\u00a012.\u00a02010",
        "  2010-12-01\t",
        "\u00a01.12.2010\u00a0",
    ],
)
def test_a_date_of_a_clear_shape_needs_no_order(text):
    readings = {parse_moment(text, order) for order in (None, DAY_FIRST, MONTH_FIRST)}

    assert readings == {FIRST_OF_DECEMBER}
    assert proof(text) is None


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (" 08:26", (8, 26)),
        (" 8:26", (8, 26)),
        ("T08:26", (8, 26)),
        ("t08:26", (8, 26)),
        (", 08:26", (8, 26)),
        ("  08:26:59", (8, 26, 59)),
        ("T08:26:59.5", (8, 26, 59, 500_000)),
        ("T08:26:59,25", (8, 26, 59, 250_000)),
        ("T08:26:59.123456", (8, 26, 59, 123_456)),
        ("T08:26:59.123456789", (8, 26, 59, 123_456)),
        ("T08:26:59.000000999", (8, 26, 59)),
        (" 00:00", (0, 0)),
        (" 0:00:00", (0, 0)),
        (" 23:59:59", (23, 59, 59)),
        (" 8:26 AM", (8, 26)),
        (" 8:26 PM", (20, 26)),
        (" 8:26PM", (20, 26)),
        (" 8:26:30 p.m.", (20, 26, 30)),
        (", 8:26:30\u202fPM", (20, 26, 30)),
        (" 12:00 AM", (0, 0)),
        (" 12:30 am", (0, 30)),
        (" 12:00 PM", (12, 0)),
        (" 11:59 PM", (23, 59)),
    ],
)
@pytest.mark.parametrize("day", ["2010-12-01", "2010/12/01", "1.12.2010", "20101201"])
def test_a_naive_time_is_read_beside_a_date_of_any_shape(day, time, expected):
    assert parse_moment(day + time) == datetime(2010, 12, 1, *expected)


@pytest.mark.parametrize(
    ("zone", "tz"),
    [
        ("Z", UTC),
        ("z", UTC),
        (" UTC", UTC),
        (" gmt", UTC),
        ("+00:00", UTC),
        ("-00:00", UTC),
        ("+01:00", offset(1)),
        ("+0100", offset(1)),
        ("+01", offset(1)),
        (" +0100", offset(1)),
        ("-05:00", offset(-5)),
        ("+05:30", offset(5, 30)),
        ("-03:30", offset(-3, -30)),
        ("+14:00", offset(14)),
        ("-12:00", offset(-12)),
    ],
)
@pytest.mark.parametrize("time", ["T08:26:00", " 08:26", " 8:26:00.000"])
def test_a_zone_written_beside_the_time_is_kept(time, zone, tz):
    moment = parse_moment(f"2010-12-01{time}{zone}")

    assert moment == datetime(2010, 12, 1, 8, 26, tzinfo=tz)
    assert moment.utcoffset() == tz.utcoffset(None)


@pytest.mark.parametrize(
    "text",
    [
        "1.12.10",
        "01.02.26",
        "1. 2. 26",
        "12/31/10",
        "10-12-01",
        "01.02.26 10:30",
        "1/2/26, 8:00 AM",
    ],
)
@pytest.mark.parametrize("order", [None, *Order])
def test_a_year_of_two_digits_is_named(text, order):
    assert outcome(parse_moment, text, order) == "short_year"
    assert outcome(parse_day, text, order) == "short_year"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "NULL",
        "2010",
        "2010-12",
        "12-01",
        "2010-12-01-",
        "2010-12/01",
        "2010.12-01",
        "01.12/2010",
        "01 12 2010",
        "2010-1-1-1",
        "2010-00-10",
        "2010-13-01",
        "2010-12-00",
        "2010-12-32",
        "31.02.2010",
        "30.02.2012",
        "31.04.2011",
        "29.02.2011",
        "29.02.1900",
        "29.02.2100",
        "2011-02-29",
        "20110229",
        "20101301",
        "1.13.2010",
        "13/13/2010",
        "00000000",
        "2010-12-01 24:00",
        "2010-12-01T24:00:00",
        "2010-12-01 08:60",
        "2010-12-01 08:26:60",
        "2010-12-01 08",
        "2010-12-01 8:2",
        "2010-12-01T",
        "2010-12-01 AM",
        "2010-12-01 0:30 AM",
        "2010-12-01 13:00 PM",
        "2010-12-01Z",
        "2010-12-01 08:26 CET",
        "2010-12-01 08:26 Europe/Warsaw",
        "2010-12-01 08:26+24:00",
        "2010-12-01 08:26+99",
        "2010-12-01T08:26:00+1",
        "1 grudnia 2010",
        "1 Dec 2010",
        "Wed Dec 01 08:26:00 2010",
        "2010-335",
        "2010-W48-3",
        "40513",
        "40513.3514",
        "1291188360000",
        "-2010-12-01",
        "+2010-12-01",
        "12010-12-01",
        "٢٠١٠-١٢-٠١",
        "２０１０-１２-０１",
        "2010–12–01",
        "2010-12-01\x00",
        "2010-12-01 08:26\ud800",
        "=2010-12-01",
        "1e400",
        "9" * 1_000_000,
        "1.1." * 250_000,
    ],
)
def test_what_the_calendar_does_not_have_is_refused(text):
    orders = (None, DAY_FIRST, MONTH_FIRST)

    assert {outcome(parse_moment, text, order) for order in orders} == {"not_a_date"}
    assert {outcome(parse_day, text, order) for order in orders} == {"not_a_date"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1899-12-31", "date_out_of_range"),
        ("1900-01-01", date(1900, 1, 1)),
        ("2200-12-31", date(2200, 12, 31)),
        ("2201-01-01", "date_out_of_range"),
        ("0001-01-01", "date_out_of_range"),
        ("9999-12-31", "date_out_of_range"),
        ("99991231", "date_out_of_range"),
        ("31.12.9999 23:59", "date_out_of_range"),
        ("0001-01-01T00:00:00+14:00", "date_out_of_range"),
        ("9999-12-31T23:59:59-12:00", "date_out_of_range"),
        ("0000-01-01", "not_a_date"),
    ],
)
def test_years_that_no_shop_has_known_are_refused(text, expected):
    assert outcome(parse_moment, text) == expected


def test_the_refusal_of_a_year_says_which_years_are_meant():
    with pytest.raises(Flaw) as refused:
        parse_moment("0026-11-22")

    assert refused.value.values == {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR}


@pytest.mark.parametrize("mark", ["/", "-"])
@pytest.mark.parametrize(
    ("first", "second", "alone", "day_first", "month_first"),
    [
        ("03", "04", "ambiguous_date", date(2011, 4, 3), date(2011, 3, 4)),
        ("3", "4", "ambiguous_date", date(2011, 4, 3), date(2011, 3, 4)),
        ("01", "12", "ambiguous_date", date(2011, 12, 1), date(2011, 1, 12)),
        ("12", "11", "ambiguous_date", date(2011, 11, 12), date(2011, 12, 11)),
        ("05", "05", date(2011, 5, 5), date(2011, 5, 5), date(2011, 5, 5)),
        ("12", "12", date(2011, 12, 12), date(2011, 12, 12), date(2011, 12, 12)),
        ("13", "04", date(2011, 4, 13), date(2011, 4, 13), "not_a_date"),
        ("04", "13", date(2011, 4, 13), "not_a_date", date(2011, 4, 13)),
        ("31", "12", date(2011, 12, 31), date(2011, 12, 31), "not_a_date"),
        ("31", "02", "not_a_date", "not_a_date", "not_a_date"),
        ("02", "29", "not_a_date", "not_a_date", "not_a_date"),
        ("13", "13", "ambiguous_date", "not_a_date", "not_a_date"),
    ],
)
def test_day_and_month_around_a_mark_are_read_as_the_column_proves(
    mark, first, second, alone, day_first, month_first
):
    text = f"{first}{mark}{second}{mark}2011"

    if (first, second) != ("13", "13"):
        assert outcome(parse_moment, text) == alone
    assert outcome(parse_moment, text, DAY_FIRST) == day_first
    assert outcome(parse_moment, text, MONTH_FIRST) == month_first


@pytest.mark.parametrize("time", ["", " 8:26", ", 8:26:00 PM", "T08:26:00Z"])
@pytest.mark.parametrize(
    ("day", "order"),
    [
        ("13/04/2011", DAY_FIRST),
        ("31-12-2011", DAY_FIRST),
        ("04/13/2011", MONTH_FIRST),
        ("12-31-2011", MONTH_FIRST),
        ("02/29/2011", MONTH_FIRST),
        ("99/12/2011", DAY_FIRST),
        ("03/04/2011", None),
        ("12/12/2011", None),
        ("13/13/2011", None),
        ("13.04.2011", None),
        ("2011-04-13", None),
        ("2011/04/13", None),
        ("20110413", None),
    ],
)
def test_only_a_number_above_twelve_proves_an_order(day, order, time):
    assert proof(day + time) is order


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2011-04-13 23:59:59", date(2011, 4, 13)),
        ("2011-04-13T23:59:59-12:00", date(2011, 4, 13)),
        ("13/04/2011 8:26", date(2011, 4, 13)),
        ("2011-04-13", date(2011, 4, 13)),
    ],
)
def test_a_day_is_the_one_that_is_written_whatever_the_time(text, day):
    assert parse_day(text) == day
    assert type(parse_day(text)) is date


def test_a_column_settles_a_birthday_too():
    assert parse_day("03/04/1990", MONTH_FIRST) == date(1990, 3, 4)
    assert outcome(parse_day, "03/04/1990") == "ambiguous_date"


CODES = {"not_a_date", "short_year", "ambiguous_date", "date_out_of_range"}
years = {"min_value": datetime(1900, 1, 1), "max_value": datetime(2200, 12, 31, 23, 59, 59)}
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(**years), st.sampled_from([" ", "T"]))
def test_iso_times_come_back(moment, between):
    text = moment.isoformat(sep=between)

    assert parse_moment(text) == moment


@given(st.datetimes(**years, timezones=offsets))
def test_iso_times_with_a_zone_come_back(moment):
    read = parse_moment(moment.isoformat())

    assert (read, read.utcoffset()) == (moment, moment.utcoffset())


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["/", "-"]))
def test_a_column_reads_every_day_that_it_writes(day, mark):
    day_first = mark.join([f"{day.day}", f"{day.month:02}", f"{day.year}"])
    month_first = mark.join([f"{day.month:02}", f"{day.day}", f"{day.year}"])

    assert parse_moment(day_first, DAY_FIRST) == day
    assert parse_moment(month_first, MONTH_FIRST) == day
    assert proof(day_first) in {None, DAY_FIRST}
    assert proof(month_first) in {None, MONTH_FIRST}


@given(st.text(max_size=30) | st.text(alphabet="0123456789-/.: TZ+apm", max_size=24))
def test_any_text_is_a_date_or_refused_by_name(text):
    for order in (None, DAY_FIRST, MONTH_FIRST):
        result = outcome(parse_moment, text, order)

        assert result in CODES or EARLIEST_YEAR <= result.year <= LATEST_YEAR


@given(st.text(alphabet="0123456789/-", min_size=6, max_size=10))
def test_a_date_that_proves_its_order_is_read_by_itself_as_by_that_order(text):
    order = proof(text)

    if order is not None:
        assert outcome(parse_moment, text) == outcome(parse_moment, text, order)
        assert outcome(parse_moment, text, order) != "ambiguous_date"

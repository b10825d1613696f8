# ruff: noqa: DTZ001 (naive times are what files have)
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.dates import Order, moment_reader, parse_day, parse_moment, proof
from customers.rules.flaws import Flaw

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
HOUR_EAST = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2010-12-01", date(2010, 12, 1)),
        ("2010/12/1", date(2010, 12, 1)),
        ("2010.12.01", date(2010, 12, 1)),
        ("20101201", date(2010, 12, 1)),
        ("1.12.2010", date(2010, 12, 1)),
        ("1. 12. 2010", date(2010, 12, 1)),
        ("01.12.2010 8:26", datetime(2010, 12, 1, 8, 26)),
        ("2010-12-01 08:26:00", datetime(2010, 12, 1, 8, 26)),
        ("2010-12-01T08:26", datetime(2010, 12, 1, 8, 26)),
        ("2010-12-01T08:26:30.25", datetime(2010, 12, 1, 8, 26, 30, 250_000)),
        ("2010-12-01T08:26:00Z", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2010-12-01T08:26:00+01:00", datetime(2010, 12, 1, 8, 26, tzinfo=HOUR_EAST)),
        ("2010-12-01 08:26:00 +0100", datetime(2010, 12, 1, 8, 26, tzinfo=HOUR_EAST)),
        ("2010-12-01 08:26:00 UTC", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("31/12/2010 8:26", datetime(2010, 12, 31, 8, 26)),
        ("12/31/2010 8:26 PM", datetime(2010, 12, 31, 20, 26)),
        ("5/5/2011 12:05 am", datetime(2011, 5, 5, 0, 5)),
        ("29.02.2024", date(2024, 2, 29)),
    ],
)
def test_a_date_that_means_one_thing_is_read(written, moment):
    assert parse_moment(written) == moment


@pytest.mark.parametrize("written", ["03/04/2011", "3-4-2011 10:00", "12/1/2010 8:26"])
def test_a_date_that_could_mean_two_days_is_refused(written):
    with pytest.raises(Flaw, match="ambiguous_date"):
        parse_moment(written)

    assert proof(written) is None


def test_the_column_decides_which_is_the_day():
    assert parse_moment("03/04/2011", Order.DAY_FIRST) == date(2011, 4, 3)
    assert parse_moment("03/04/2011", Order.MONTH_FIRST) == date(2011, 3, 4)


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("13/01/2011", Order.DAY_FIRST),
        ("01/13/2011 8:00", Order.MONTH_FIRST),
        ("13.01.2011", None),
        ("2011-01-13", None),
        ("05/05/2011", None),
        ("13/13/2011", None),
        ("nonsense", None),
    ],
)
def test_a_number_above_twelve_proves_the_order(written, order):
    assert proof(written) == order


@pytest.mark.parametrize(
    "written",
    [
        "",
        "31.02.2010",
        "2011-02-29",
        "2010-13-01",
        "2010-12-01T25:00:00",
        "2010-12-01 24:00",
        "2010-12-01 13:00 PM",
        "2010-12-01 +01:00",
        "2010-W01-1",
        "٢٠١٠-١٢-٠١",
        "40513.35",
        "yesterday",
        "2010-12-01T08:26:00+99:99",
        "1" * 1_000_000,
    ],
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(Flaw, match="not_a_date"):
        parse_moment(written)


@pytest.mark.parametrize("written", ["1899-12-31", "2201-01-01", "9999-12-31T23:59:59", "1.1.0001"])
def test_years_out_of_reach_are_refused(written):
    with pytest.raises(Flaw, match="date_out_of_range"):
        parse_moment(written)


def read(written, *, zone=LONDON, shop_zone=WARSAW, order=None):
    return moment_reader(zone=zone, shop_zone=shop_zone, order=order)(written)


def test_a_naive_time_is_a_wall_clock_of_the_given_zone():
    moment = read("2011-06-01 23:30:00")

    assert moment.at == datetime(2011, 6, 1, 22, 30, tzinfo=UTC)
    assert date.fromordinal(moment.local_day) == date(2011, 6, 2)
    assert moment.local_month == 2011 * 12 + 5
    assert not moment.day_only


def test_a_bare_date_is_that_day_in_the_shops_zone():
    moment = read("2011-06-01")

    assert moment.at == datetime(2011, 5, 31, 22, 0, tzinfo=UTC)
    assert date.fromordinal(moment.local_day) == date(2011, 6, 1)
    assert moment.day_only


def test_a_time_with_its_own_zone_keeps_it():
    assert read("2011-06-01T10:00:00-05:00").at == datetime(2011, 6, 1, 15, tzinfo=UTC)


def test_a_time_the_clocks_skip_moves_forward():
    assert read("2011-03-27 02:30:00", zone=WARSAW).at == datetime(2011, 3, 27, 1, 30, tzinfo=UTC)


def test_of_a_time_shown_twice_the_first_is_meant():
    assert read("2011-10-30 02:30:00", zone=WARSAW).at == datetime(2011, 10, 30, 0, 30, tzinfo=UTC)


def test_a_day_without_midnight_begins_after_the_gap():
    moment = read("2018-11-04", shop_zone=ZoneInfo("America/Sao_Paulo"))

    assert moment.at == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    assert date.fromordinal(moment.local_day) == date(2018, 11, 4)


def test_a_day_leaves_the_time_out():
    assert parse_day("2011-06-01 23:30:00") == date(2011, 6, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)), st.data())
def test_a_day_reads_back_in_every_way_it_is_written(day, data):
    written = data.draw(
        st.sampled_from([f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day:%Y%m%d}", f"{day:%Y/%m/%d}"])
    )

    assert parse_moment(written) == day


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2199, 12, 31)))
def test_the_shops_day_is_the_day_of_the_instant(naive):
    moment = read(naive.isoformat(timespec="seconds"), zone=WARSAW)

    assert date.fromordinal(moment.local_day) == moment.at.astimezone(WARSAW).date()


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        parse_moment(text)
    except Flaw:
        return

    assert any(char.isdigit() for char in text)

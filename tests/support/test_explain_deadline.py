"""The command's contract: exact instants, stretches and the legal day."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from support.models import BusinessCalendar, CalendarDay, CalendarWindow, LegalRule
from support.services.calendars import get_calendar, public_holidays

pytestmark = pytest.mark.django_db


def explain(*arguments):
    out = StringIO()
    call_command("explain_deadline", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def deadline(calendar, received, minutes, *more):
    order = ("--calendar", calendar, "--received", received, "--minutes", str(minutes))
    return explain(*order, *more)


def test_a_weekend_with_a_change_of_clocks():
    assert deadline("PL", "2026-03-27T16:00:00+01:00", 480) == {
        "due_at": "2026-03-30T14:00:00+00:00",
        "stretches": [
            {
                "from": "2026-03-27T15:00:00+00:00",
                "to": "2026-03-27T16:00:00+00:00",
                "minutes": 60,
            },
            {
                "from": "2026-03-30T07:00:00+00:00",
                "to": "2026-03-30T14:00:00+00:00",
                "minutes": 420,
            },
        ],
    }


def test_pauses_windows_and_the_shops_zone():
    pause = ("--pause", "2026-03-27T16:30", "2026-03-31T11:00")
    assert deadline("PL", "2026-03-27T16:00", 480, *pause)["due_at"] == "2026-04-01T08:30:00+00:00"
    lunch = ("--windows", "09:00-13:00,14:00-18:00")
    found = deadline("PL", "2026-03-23T12:00", 90, *lunch)
    assert [one["minutes"] for one in found["stretches"]] == [60, 30]
    assert found["due_at"] == "2026-03-23T13:30:00+00:00"


@pytest.mark.parametrize(
    ("calendar", "received", "due"),
    [
        ("PL", "2026-11-10T16:00+01:00", "2026-11-12T15:00:00+00:00"),
        ("CZ", "2026-11-16T16:00+01:00", "2026-11-18T15:00:00+00:00"),
        ("RO", "2026-11-27T16:00+02:00", "2026-12-02T08:00:00+00:00"),
        ("GB", "2026-12-24T16:00+00:00", "2026-12-29T16:00:00+00:00"),
    ],
)
def test_public_holidays_are_closed(calendar, received, due):
    minutes = 120 if calendar == "RO" else 480
    assert deadline(calendar, received, minutes)["due_at"] == due


@pytest.mark.parametrize(
    ("rule", "last"), [("PL", "2026-04-07"), ("CZ", "2026-04-23"), ("RO", "2026-04-08")]
)
def test_the_legal_day_never_moves(rule, last):
    pause = ("--pause", "2026-03-25T09:00", "2026-03-30T09:00")
    found = deadline("PL", "2026-03-24T22:30Z", 60, "--legal", rule, *pause)

    assert found["legal_due_on"] == last


def test_seconds_are_no_whole_minutes():
    found = deadline("PL", "2026-03-23T16:59:30", 1)

    assert [one["minutes"] for one in found["stretches"]] == [0.5, 0.5]


@pytest.mark.parametrize(
    "more",
    [
        ("--calendar", "XX"),
        ("--legal", "XX"),
        ("--received", "yesterday"),
        ("--minutes", "-5"),
        ("--windows", "9-17"),
        ("--pause", "2026-03-25T09:00", "2026-03-24T09:00"),
    ],
)
def test_bad_usage_is_told(more):
    with pytest.raises(CommandError) as error:
        deadline("PL", "2026-03-23T12:00", 60, *more)
    assert error.value.returncode in {1, 2}


def test_who_is_never_open_is_refused(capsys):
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command(
            *("explain_deadline", "--calendar", "PL", "--received", "2026-03-23T12:00"),
            *("--minutes", "60", "--windows", "", "--json"),
            stdout=out,
        )

    assert left.value.code == 1
    assert json.loads(out.getvalue()) == {"error": "the calendar is never open"}


def test_calendars_and_rules_are_the_shops_own():
    calendar = get_calendar("PL")
    CalendarDay.objects.filter(calendar=calendar, day=date(2026, 11, 11)).delete()
    saturday = CalendarDay.objects.create(
        calendar=calendar, day=date(2026, 11, 14), name="Inventory"
    )
    CalendarWindow.objects.create(calendar=calendar, day=saturday, opens=600, closes=660)

    assert deadline("PL", "2026-11-10T16:00", 480)["due_at"] == "2026-11-11T15:00:00+00:00"
    assert deadline("PL", "2026-11-13T16:30", 60)["due_at"] == "2026-11-14T09:30:00+00:00"
    LegalRule.objects.update_or_create(code="PL", defaults={"days": 30, "country": "PL"})
    found = deadline("PL", "2026-11-10T16:00", 480, "--legal", "PL")
    assert found["legal_due_on"] == "2026-12-10"


def test_a_calendar_is_made_once():
    get_calendar("CZ")
    get_calendar("CZ")

    calendar = BusinessCalendar.objects.get()
    assert (calendar.timezone, calendar.windows.count()) == ("Europe/Prague", 5)
    assert calendar.days.get(day=date(2026, 11, 17)).name == (
        "Den boje za svobodu a demokracii a Mezinárodní den studentstva"
    )


def test_days_off_in_lieu_are_england_s():
    found = dict(public_holidays("GB-ENG"))

    assert date(2026, 12, 28) in found, "Boxing Day fell on a Saturday"
    assert date(2026, 1, 2) not in found, "of Scotland only"
    assert date(2025, 12, 24) in dict(public_holidays("PL"))

"""Worked cases of the gate: which mail may go, and the first reason against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from customers.rules.permission import Facts, Gate, Line, consent_stop, gate_of, next_wanted, stop

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def lines(story: str) -> list[Line]:
    """'M+ S-': granted marketing, then withdrew surveys a day later."""
    purposes = {"M": "marketing", "S": "survey", "P": "profiling"}
    return [
        Line(purposes[word[0]], word[1] == "+", NOW - DAY * (50 - place), place)
        for place, word in enumerate(story.split())
    ]


@pytest.mark.parametrize(
    ("message_class", "nature", "gate"),
    [
        ("service", "", "service"),
        ("service", "general", "service"),
        ("service", "birthday", "marketing"),
        ("service", "survey", "survey"),
        ("marketing", "general", "marketing"),
        ("marketing", "birthday", "marketing"),
        ("marketing", "survey", "survey"),
        ("survey", "", "survey"),
        ("survey", "birthday", "survey"),
    ],
)
def test_a_birthday_mail_or_a_survey_is_never_just_service(message_class, nature, gate):
    assert gate_of(message_class, nature) == gate


@pytest.mark.parametrize(
    ("story", "marketing", "survey"),
    [
        ("", "no_consent", "no_consent"),
        ("P+", "no_consent", "no_consent"),
        ("M+", "", ""),
        ("S+", "no_consent", ""),
        ("M+ M-", "withdrawn", "withdrawn"),
        ("M+ S-", "", "withdrawn"),
        ("S+ M-", "withdrawn", "withdrawn"),
        ("M+ S+ M-", "withdrawn", "withdrawn"),
        ("M- S+", "withdrawn", ""),
        ("M+ S- M+", "", "withdrawn"),
        ("S- M+", "", "withdrawn"),
        ("S- S+", "no_consent", ""),
        ("S+ M- M+", "", ""),
        ("S-", "no_consent", "withdrawn"),
    ],
)
def test_consent_by_its_story(story, marketing, survey):
    assert consent_stop(Gate.MARKETING, lines(story), asks_first=True) == marketing
    assert consent_stop(Gate.SURVEY, lines(story), asks_first=True) == survey
    assert consent_stop(Gate.SERVICE, lines(story), asks_first=True) == ""


@pytest.mark.parametrize("story", ["", "M+", "M-", "S-", "M- S+", "M+ S-"])
def test_where_nobody_is_asked_first_silence_is_enough_and_objections_count(story):
    for gate in Gate:
        strict = consent_stop(gate, lines(story), asks_first=True)
        free = consent_stop(gate, lines(story), asks_first=False)

        assert free == ("" if strict == "no_consent" else strict)


def test_of_two_lines_at_one_instant_the_later_written_counts():
    both = [Line("marketing", True, NOW, 2), Line("marketing", False, NOW, 1)]

    assert consent_stop(Gate.MARKETING, both, asks_first=True) == ""
    assert consent_stop(Gate.MARKETING, both[::-1], asks_first=True) == ""


def test_the_first_reason_is_told():
    worst = Facts(False, True, True, NOW + DAY, ())
    order = []
    for better in (
        {"has_address": True},
        {"suppressed": False},
        {"lines": tuple(lines("M+"))},
        {"topic_off": False},
        {"paused_until": NOW},
    ):
        order.append(stop(Gate.MARKETING, worst, NOW))
        worst = replace(worst, **better)

    assert order == ["no_address", "suppressed", "no_consent", "topic_off", "paused"]
    assert stop(Gate.MARKETING, worst, NOW) == ""


def test_a_pause_ends_at_its_instant_and_does_not_hold_service_up():
    facts = Facts(paused_until=NOW, lines=tuple(lines("M+")))

    assert stop(Gate.MARKETING, facts, NOW - timedelta(microseconds=1)) == "paused"
    assert stop(Gate.MARKETING, facts, NOW) == ""
    assert stop(Gate.SERVICE, facts, NOW - DAY) == ""


@pytest.mark.parametrize(
    ("frequency", "days"), [("any", None), ("weekly", 7), ("monthly", 30), ("", None)]
)
def test_how_often_is_a_gap_after_the_last_one(frequency, days):
    assert next_wanted(frequency, NOW) == (NOW + DAY * days if days else None)
    assert next_wanted(frequency, None) is None

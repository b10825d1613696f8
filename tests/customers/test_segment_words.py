"""Filters and their problems in words."""

import pytest

from customers.rules.segment_language import Problem, SegmentError
from customers.segment_words import describe, explain
from customers.segments import parse

DB = pytest.mark.django_db


@DB
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"all": []}, "Everybody"),
        ({"field": "city", "operator": "is", "value": "Brno"}, "City is “Brno”"),
        (
            {"field": "last_purchase", "operator": "in_last", "value": 1},
            "Last purchase in the last 1 day",
        ),
        (
            {"field": "spent", "operator": "between", "value": ["1000.5", "2000"]},
            "Money spent, net between 1,000.5 and 2,000",
        ),
        ({"field": "age", "operator": "more", "value": 30}, "Age more than 30 years"),
        ({"field": "birthday", "operator": "month_is", "value": 5}, "Birthday in the month of May"),
        ({"field": "has_email", "operator": "is", "value": False}, "Has an e-mail: no"),
        (
            {"field": "channel", "operator": "any_of", "value": ["call"]},
            "Preferred channel any of Call",
        ),
        (
            {"field": "joined_on", "operator": "before", "value": "2026-05-01"},
            "Customer since before 1 May 2026",
        ),
        (
            {
                "all": [
                    {
                        "any": [
                            {"field": "city", "operator": "empty"},
                            {"field": "country", "operator": "empty"},
                        ]
                    },
                    {"none": [{"field": "tags", "operator": "empty"}]},
                ]
            },
            "(City is empty or Country is empty) and not (Tags is empty)",
        ),
    ],
)
def test_a_segment_is_said_in_words(where: dict, expected: str) -> None:
    assert describe(parse(where)) == expected


@DB
def test_every_problem_has_its_words() -> None:
    for problem in Problem:
        assert explain(SegmentError(problem, "city")).startswith("City: ")
        assert not explain(SegmentError(problem)).startswith("City")

from datetime import date

import pytest

from loyalty.rules.offers import Hindrance, Offer, hindrance

DAY = date(2026, 11, 22)
FREE = {"is_put_away": False, "starts_on": None, "ends_on": None, "limit_each": None, "stock": None}


@pytest.mark.parametrize(
    ("terms", "asked", "reason"),
    [
        ({}, {}, None),
        ({"is_put_away": True, "stock": 0}, {}, Hindrance.PUT_AWAY),
        ({"starts_on": date(2026, 11, 23)}, {}, Hindrance.NOT_YET),
        ({"starts_on": DAY, "ends_on": DAY}, {}, None),
        ({"ends_on": date(2026, 11, 21)}, {}, Hindrance.OVER),
        ({"limit_each": 2}, {"taken": 1}, None),
        ({"limit_each": 2}, {"taken": 2}, Hindrance.LIMIT),
        ({}, {"taken": 99}, None),
        ({"stock": 1}, {}, None),
        ({"stock": 0}, {}, Hindrance.SOLD_OUT),
        ({"stock": 0}, {"fits": False}, Hindrance.NOT_FOR),
    ],
)
def test_the_first_thing_that_hinders(terms, asked, reason):
    words = {"today": DAY, "fits": True, "taken": 0} | asked

    assert hindrance(Offer(**FREE | terms), **words) == reason

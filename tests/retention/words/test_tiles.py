"""Tiles: what each is made of, and whether a change is good."""

import re
from datetime import date
from typing import Any

import pytest

from retention.pages import sentence, tiles
from retention.pages.definitions import DEFINITIONS
from retention.reports import Comparison, Figures
from tests.retention.words.march import ASKED, FEBRUARY, march, plain


def tile(key: str, now: Figures, before: Figures | None = None) -> tiles.Tile:
    return next(t for t in tiles.tiles(Comparison(now, before), ASKED) if t.key == key)


@pytest.mark.parametrize(
    ("key", "value", "note"),
    [
        ("churn", "21.3 %", "358 of 1,682 customers left"),
        (
            "revenue_churn",
            "10.0 %",
            "£20,000.00 of £200,000.00 that customers had brought in the 90 days before",
        ),
        ("repurchase_index", "59.8 %", "869 of 1,454 purchases by people who had bought before"),
        ("returning_rate", "53.6 %", "522 of 974 buyers had bought before the period"),
        ("average_order", "£493.56", "£717,639.36 in 1,454 purchases"),
        ("frequency", "1.36", "1,321 purchases by 974 known buyers"),
        ("buyers", "974", "452 for the first time, 522 again"),
        ("revenue", "£683,267.08", "£717,639.36 sold, £34,372.28 given back"),
        ("guest_share", "9.1 %", "133 of 1,454 purchases without a name"),
    ],
)
def test_each_tile_says_what_it_is_made_of(key: str, value: str, note: str) -> None:
    found = tile(key, march())

    assert found.value.replace("\xa0", " ") == value
    assert plain(found.note) == note
    assert found.definition is DEFINITIONS[key]
    assert found.href.startswith("/retention/lists/")


@pytest.mark.parametrize(
    ("key", "change", "tone", "before"),
    [
        ("churn", "3.4 points more", "bad", "February 2011: 17.8 %"),
        ("repurchase_index", "unchanged", "", "February 2011: 59.8 %"),
        ("average_order", "43.5 % more", "good", "February 2011: £343.88"),
        ("revenue", "46.7 % more", "good", "February 2011: £465,627.72"),
        ("frequency", "unchanged", "", "February 2011: 1.36"),
        ("guest_share", "unchanged", "", "February 2011: 9.1 %"),
    ],
)
def test_changes_say_how_much_and_whether_it_is_good(
    key: str, change: str, tone: str, before: str
) -> None:
    found = tile(key, march(), Figures(**FEBRUARY))

    assert (found.change.replace("\xa0", " "), found.tone) == (change, tone)
    assert found.before.replace("\xa0", " ") == before


def test_less_churn_is_good_and_less_revenue_is_bad() -> None:
    now = march(lost=200, kept=1482, gross_minor=40_000_000)
    before = Figures(**FEBRUARY)

    assert tile("churn", now, before).tone == "good"
    assert tile("churn", now, before).change == "5.9 points less"
    assert tile("revenue", now, before).tone == "bad"


def test_nothing_is_more_or_less_while_the_period_runs() -> None:
    now, before = march(data_until=date(2011, 3, 9)), Figures(**FEBRUARY)

    found = tiles.tiles(Comparison(now, before), ASKED)

    assert {t.tone for t in found} == {""}
    assert {t.change for t in found} == {""}
    assert all(t.before for t in found)


def test_a_running_period_is_told_as_it_stands_so_far() -> None:
    now = march(data_until=date(2011, 3, 9), new=1)
    stayed, back, new = sentence.sentences(Comparison(now, Figures(**FEBRUARY)), ASKED)

    assert plain(stayed).startswith("Of 1,682 customers you had on 1 March 2011, ")
    assert " are still with you so far: " in stayed
    assert plain(back).endswith(" have come back after a silence so far.")
    assert plain(new) == "1 has bought for the first time so far."


def test_without_a_period_before_there_is_no_change() -> None:
    assert {(t.change, t.before) for t in tiles.tiles(Comparison(march(), None), ASKED)} == {
        ("", "")
    }


def test_growth_from_nothing_has_no_per_cent() -> None:
    before = Figures(**FEBRUARY | {"buyers": 0, "new_buyers": 0})

    found = tile("buyers", march(), before)

    assert (found.change, found.tone, found.before) == ("", "", "February 2011: 0")


def test_nothing_again_is_unchanged() -> None:
    nothing = {"buyers": 0, "new_buyers": 0}

    found = tile("buyers", march(**nothing), Figures(**FEBRUARY | nothing))

    assert (found.change, found.tone) == ("unchanged", "")


def test_more_after_a_month_in_which_more_came_back_than_went_out_has_no_per_cent() -> None:
    before = Figures(**FEBRUARY | {"gross_minor": 0, "refunds_minor": 5_00})

    found = tile("revenue", march(), before)

    assert (found.change, found.tone, found.before) == ("", "", "February 2011: -£5.00")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"data_from": date(2011, 1, 1)}, "Not yet measurable"),
        ({"customers_at_start": 0, "kept": 0, "lost": 0}, "No customers at the start"),
    ],
)
def test_a_rate_that_is_none_says_why(changed: dict[str, Any], reason: str) -> None:
    found = tile("churn", march(**changed))

    assert (found.value, found.note) == ("–", reason)


def test_revenue_churn_of_nothing_brought_in() -> None:
    found = tile("revenue_churn", march(start_net_minor=0))

    assert (found.value, found.note) == ("–", "Nothing brought in on balance")


def test_the_index_is_counted_four_ways() -> None:
    found = tile("repurchase_index", march(repeat_purchases_by_period=600))

    assert [plain(value) for _label, value in found.more] == ["65.8 %", "41.3 %", "45.4 %"]
    assert [re.findall("/lists/([a-z_]+)/", value) for _label, value in found.more] == [
        ["repeat_purchases"],
        ["repeat_purchases_by_period"],
        ["repeat_purchases_by_period"],
    ]


def test_an_average_order_less_refunds_opens_its_purchases() -> None:
    [(label, value)] = tile("average_order", march()).more

    assert (label, plain(value)) == ("Less refunds", "£469.92")
    assert "/lists/currency_purchases/" in value

"""Birthdays with and without a year, and tags, as files have them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.dates import Order
from customers.rules.flaws import Flaw
from customers.rules.tags import LONGEST_TAG, MOST_TAGS, join_tags, split_tags
from tests.customers.rules.persons import TODAY, field_of, refusal, with_cell


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1990-02-28", (1990, 2, 28)),
        ("28.02.1990", (1990, 2, 28)),
        ("28. 2. 1990", (1990, 2, 28)),
        ("1990-02-28 00:00:00", (1990, 2, 28)),
        ("31/12/1990", (1990, 12, 31)),
        ("2024-02-29", (2024, 2, 29)),
        ("1900-01-01", (1900, 1, 1)),
        ("2026-11-22", (2026, 11, 22)),
        ("--02-28", (None, 2, 28)),
        ("--02-29", (None, 2, 29)),
        ("--12-31", (None, 12, 31)),
        ("'--12-31", (None, 12, 31)),
        (" --01-01 ", (None, 1, 1)),
    ],
)
def test_a_birthday_may_lack_its_year(cell, born):
    fields = with_cell("birthday", cell).fields

    assert (fields["birth_year"], fields["birth_month"], fields["birth_day"]) == born


@pytest.mark.parametrize(
    ("order", "born"), [(Order.DAY_FIRST, (4, 3)), (Order.MONTH_FIRST, (3, 4))]
)
def test_the_column_says_which_is_the_month_of_a_birthday(order, born):
    fields = with_cell("birthday", "03/04/1990", orders={"birthday": order}).fields

    assert (fields["birth_month"], fields["birth_day"]) == born


def test_one_columns_order_is_not_anothers():
    orders = {"joined_on": Order.DAY_FIRST}

    assert field_of("joined_on", "03/04/2011", orders=orders) == date(2011, 4, 3)
    with pytest.raises(Flaw, match="ambiguous_date"):
        with_cell("birthday", "03/04/1990", orders=orders)


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("vip", ("vip",)),
        ("vip|stały klient", ("vip", "stały klient")),
        (" vip | | new ", ("vip", "new")),
        ("|||", ()),
        ("a, b", ("a", "b")),
        ("Paris, France|vip", ("Paris", "France", "vip")),
        ("two  words", ("two words",)),
        ("'=vip", ("=vip",)),
        ("x" * LONGEST_TAG, ("x" * LONGEST_TAG,)),
        ("|".join(f"t{n}" for n in range(MOST_TAGS)), tuple(f"t{n}" for n in range(MOST_TAGS))),
    ],
)
def test_tags_are_separated_by_bars_and_commas(cell, tags):
    assert with_cell("tags", cell).tags == tags


@given(st.lists(st.text("ab ż;'", min_size=1).filter(str.strip)))
def test_what_is_joined_is_split_again(tags):
    assert split_tags(join_tags(tags)) == tags


def test_too_many_tags_refuse_the_row():
    cell = "|".join(f"t{n}" for n in range(MOST_TAGS + 1))

    assert refusal(with_cell, "tags", cell) == ("tags", "too_many_tags")


@settings(max_examples=40)
@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_birthday_comes_back_with_and_without_its_year(day):
    with_year = with_cell("birthday", f"{day:%Y-%m-%d}").fields
    without = with_cell("birthday", f"--{day:%m-%d}").fields

    assert list(with_year.values()) == [day.year, day.month, day.day]
    assert list(without.values()) == [None, day.month, day.day]


@settings(max_examples=40)
@given(st.lists(st.text("abcż ", min_size=1, max_size=9), max_size=MOST_TAGS))
def test_tags_come_back(tags):
    clean = tuple(squeezed for tag in tags if (squeezed := " ".join(tag.split())))

    assert with_cell("tags", "|".join(tags)).tags == clean

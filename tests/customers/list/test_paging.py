"""Pages of the list follow each other by key, forward and back."""

from collections.abc import Callable

import pytest
from django.test import Client

from customers.customer_list import SORTS
from customers.keyset import Page, read_cursor, read_page
from customers.models import Customer
from tests.customers.list.people import person

DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


def walk(sort_key: str, *, falling: bool, size: int, backward: bool = False) -> list[str]:
    """All names page by page; backward: from the last page to the first, each in order."""
    sort, names, cursor = SORTS[sort_key], [], None
    pages: list[Page[Customer]] = []
    rows = Customer.objects.select_related("summary")
    while True:
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)
        pages.append(page)
        token = page.before if backward and len(pages) > 1 else page.after
        if not token:
            break
        cursor = read_cursor(token, sort, backward=False)
        assert cursor is not None
    for page in pages:
        names += [customer.first_name for customer in page.rows]
    return names


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
@pytest.mark.parametrize(
    ("sort", "falling", "expected"),
    [
        ("name", False, "Ada Bea Cyd Dan Eve"),
        ("name", True, "Eve Dan Cyd Bea Ada"),
        ("created", False, "Ada Bea Cyd Dan Eve"),
        ("created", True, "Eve Dan Cyd Bea Ada"),
        ("last", True, "Cyd Dan Ada Eve Bea"),
        ("last", False, "Ada Dan Cyd Bea Eve"),
        ("purchases", True, "Dan Cyd Ada Eve Bea"),
        ("purchases", False, "Ada Cyd Dan Bea Eve"),
        ("value", True, "Ada Dan Cyd Eve Bea"),
        ("value", False, "Cyd Dan Ada Bea Eve"),
    ],
)
def test_pages_follow_each_other_and_who_never_bought_is_last(
    sort, falling, expected, size, shoppers
) -> None:
    assert walk(sort, falling=falling, size=size) == expected.split()


@pytest.mark.parametrize("sort_key", list(SORTS))
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_back_and_forth_meet_the_same_pages(sort_key, falling, size, shoppers) -> None:
    sort, rows = SORTS[sort_key], Customer.objects.select_related("summary")
    forward, page = [], read_page(rows, sort, falling=falling, cursor=None, size=size)
    assert page.before == ""
    while page.after:
        forward.append([row.pk for row in page.rows])
        cursor = read_cursor(page.after, sort, backward=False)
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)

    back = []
    while page.before:
        cursor = read_cursor(page.before, sort, backward=True)
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)
        back.append([row.pk for row in page.rows])

    assert back[::-1] == forward


@DB
def test_a_page_stays_in_place_when_others_come_and_go(shoppers) -> None:
    sort = SORTS["name"]
    first = read_page(Customer.objects.all(), sort, falling=False, cursor=None, size=2)
    Customer.objects.filter(first_name="Bea").delete()
    person("Abe")

    cursor = read_cursor(first.after, sort, backward=False)
    second = read_page(Customer.objects.all(), sort, falling=False, cursor=cursor, size=2)

    assert [row.first_name for row in second.rows] == ["Cyd", "Dan"]


@DB
def test_pages_are_linked(sign_in: SignIn) -> None:
    for number in range(55):
        person(f"P{number:02}")
    client = sign_in("support")

    first = client.get("/customers/")
    second = client.get("/customers/" + first.context["next"])
    again = client.get("/customers/" + second.context["previous"])

    assert [len(page.context["rows"]) for page in (first, second, again)] == [50, 5, 50]
    assert first.context["previous"] == second.context["next"] == ""
    assert first.context["rows"] == again.context["rows"]

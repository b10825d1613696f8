"""Pages of the customer list over random customers: ties, blanks, many without purchases. Each is
met exactly once, in the order that plain Python sorts them, forward and back."""

from datetime import timedelta
from itertools import chain
from operator import attrgetter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from customers.customer_list import (
    SORTS,
    best_contact,
    contacts_of,
    count_all,
    count_up_to,
    for_list,
    lines,
)
from customers.keyset import Cursor, Page, read_cursor, read_page, write_cursor
from customers.list_export import export_rows
from customers.models import Customer, CustomerTag, Identity, PurchaseSummary
from tests.customers.services.random_documents import database, forgotten
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory, TagFactory

pytestmark = pytest.mark.django_db
NAMES = ("", "a", "anna", "b", "nowak", "zz", "李")
FIGURES = st.none() | st.tuples(st.integers(0, 3), st.integers(1, 2), st.integers(-2, 2))


def people(rows):
    """Customers with name, added so many hours ago, and what they bought, if anything."""
    for name, hours, figures in rows:
        made = NOON - timedelta(hours=hours)
        customer = CustomerFactory(first_name=name, name_key=name, created_at=made)
        if figures is not None:
            day, number, net = figures
            PurchaseSummary.objects.create(
                customer=customer,
                first_at=NOON,
                last_at=NOON,
                first_day=1,
                last_day=739_000 + day,
                days=1,
                purchases=number,
                gross_minor=1_000,
                refunds_minor=1_000 - net,
            )


RANDOM = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 2), FIGURES), min_size=0, max_size=9
)


def in_order(sort, falling):
    """Ids as Python sorts them: those without a value last in either direction."""
    rows = list(Customer.objects.select_related("summary").order_by("pk"))
    known = [row for row in rows if sort.value(row) is not None]
    unknown = [row for row in rows if sort.value(row) is None]
    known.sort(key=lambda row: (comparable(sort.value(row)), row.pk), reverse=falling)
    unknown.sort(key=attrgetter("pk"), reverse=falling)
    return [row.pk for row in known + unknown]


def joined(found):
    return list(chain.from_iterable(found))


def comparable(value):
    return value.encode() if isinstance(value, str) else value


def pages(sort, *, falling, size, start=None, backward=False):
    """All pages from a cursor on, each as a list of ids."""
    cursor, found = start, []
    rows = Customer.objects.select_related("summary")
    while True:
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)
        found.append([row.pk for row in page.rows])
        token = page.before if backward else page.after
        if not token:
            return found, page
        cursor = read_cursor(token, sort, backward=backward)
        assert cursor is not None


@database
@given(RANDOM, st.sampled_from(sorted(SORTS)), st.booleans(), st.integers(1, 4))
def test_walking_forward_meets_each_once_in_order(rows, key, falling, size):
    sort = SORTS[key]
    with forgotten():
        people(rows)

        found, _last = pages(sort, falling=falling, size=size)

        assert joined(found) == in_order(sort, falling)
        assert all(len(page) == size for page in found[:-1])


@database
@given(RANDOM, st.sampled_from(sorted(SORTS)), st.booleans(), st.integers(1, 4))
def test_walking_back_meets_the_same_pages(rows, key, falling, size):
    sort = SORTS[key]
    with forgotten():
        people(rows)
        forward, last = pages(sort, falling=falling, size=size)

        start = read_cursor(last.before, sort, backward=True)
        if start is None:
            assert len(forward) == 1
            return
        back, first = pages(sort, falling=falling, size=size, start=start, backward=True)

        assert back[::-1] == forward[:-1]
        assert first.before == ""


@database
@given(RANDOM, st.sampled_from(sorted(SORTS)), st.booleans())
def test_every_row_is_an_edge_to_go_on_from(rows, key, falling):
    sort = SORTS[key]
    with forgotten():
        people(rows)
        order = in_order(sort, falling)
        for place, pk in enumerate(order):
            customer = Customer.objects.select_related("summary").get(pk=pk)
            value = sort.value(customer)
            edge = Cursor(value is None, value, customer.pk)
            after, _page = pages(sort, falling=falling, size=3, start=edge)
            before, _page = pages(
                sort,
                falling=falling,
                size=3,
                start=Cursor(value is None, value, customer.pk, backward=True),
                backward=True,
            )

            assert joined(after) == order[place + 1 :]
            assert joined(before[::-1]) == order[:place]


def test_an_edge_that_is_gone_still_divides():
    people([("a", 0, None), ("b", 0, None), ("c", 0, None)])
    sort, gone = SORTS["name"], Customer.objects.get(name_key="b")
    edge = Cursor(False, "b", gone.pk)
    gone.delete()

    found, _page = pages(sort, falling=False, size=5, start=edge)

    assert [Customer.objects.get(pk=pk).name_key for pk in found[0]] == ["c"]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("key", sorted(SORTS))
def test_no_customers_are_one_empty_page(key, backward):
    sort = SORTS[key]
    blank = bool(sort.related)
    value = None if blank else ("a" if sort.kind is str else NOON)
    cursor = Cursor(blank, value, 5, backward)

    for place in (None, cursor):
        page = read_page(Customer.objects.all(), sort, falling=False, cursor=place, size=3)
        assert page == Page([], "", "")


@pytest.mark.parametrize(("key", "queries"), [("name", 1), ("last", 2), ("value", 2)])
def test_a_page_costs_a_query_for_each_section(key, queries):
    people([("a", 0, None), ("b", 0, (1, 1, 1))])
    rows = Customer.objects.select_related("summary")

    with CaptureQueriesContext(connection) as cost:
        read_page(rows, SORTS[key], falling=True, cursor=None, size=10)

    assert len(cost) == queries


@pytest.mark.parametrize("number", [1, 7])
def test_a_page_of_lines_costs_three_queries_however_long(number):
    user = UserFactory()
    for _turn in range(number):
        customer = CustomerFactory(owner=user)
        IdentityFactory(customer=customer)
        CustomerTag.objects.create(customer=customer, tag=TagFactory())

    with CaptureQueriesContext(connection) as cost:
        page = read_page(
            for_list(Customer.objects.all()), SORTS["name"], falling=False, cursor=None, size=50
        )
        shown = lines(page, user)

    # Customers with summary and owner; identities; tags of customers with the tags.
    assert len(cost) == 3
    assert len(shown) == number
    assert "notes" not in cost.captured_queries[0]["sql"]


def test_a_line_of_who_never_bought():
    customer = CustomerFactory(city="Łódź")

    (line,) = lines(Page(list(for_list(Customer.objects.all())), "", ""), UserFactory())

    assert (line.pk, line.name, line.contact, line.city) == (customer.pk, "Anna Nowak", "", "Łódź")
    assert (line.last_on, line.purchases, line.net_minor, line.owner) == (None, 0, 0, "")


@pytest.mark.parametrize(
    ("number", "most", "counted"),
    [(0, 3, (0, True)), (2, 3, (2, True)), (3, 3, (3, True)), (4, 3, (3, False))],
)
def test_counting_stops_where_it_is_told(number, most, counted):
    for _turn in range(number):
        CustomerFactory()

    count = count_up_to(Customer.objects.order_by("name_key"), most)

    assert (count.number, count.exact) == counted
    assert (count_all(Customer.objects.all()).number, count_all(Customer.objects.all()).exact) == (
        number,
        True,
    )


CONTACTS = {
    "mail": Identity(pk=1, kind="email", value="mail"),
    "main mail": Identity(pk=2, kind="email", value="main mail", is_primary=True),
    "phone": Identity(pk=3, kind="phone", value="phone"),
    "main phone": Identity(pk=4, kind="phone", value="main phone", is_primary=True),
    "number": Identity(pk=5, kind="external", value="number", is_primary=True),
}


@pytest.mark.parametrize(
    ("present", "best"),
    [
        ("mail,main mail,phone,main phone,number", "main mail"),
        ("mail,main phone,number", "mail"),
        ("phone,main phone,number", "main phone"),
        ("number,phone", "phone"),
        ("number", "number"),
    ],
)
def test_the_contact_to_show(present, best):
    rows = [CONTACTS[name] for name in present.split(",")]

    assert best_contact(rows).value == best_contact(rows[::-1]).value == best


def test_nobody_has_no_contact_to_show():
    assert best_contact([]) is None


def test_contacts_of_a_kind_with_the_main_one_first():
    customer = CustomerFactory()
    for value, is_primary in [("b@x.pl", False), ("a@x.pl", True), ("c@x.pl", False)]:
        IdentityFactory(customer=customer, value=value, is_primary=is_primary)

    assert contacts_of(customer, "email") == ["a@x.pl", "b@x.pl", "c@x.pl"]
    assert contacts_of(customer, "phone") == []


def test_a_cursor_is_safe_in_an_address():
    token = write_cursor(Cursor(False, "zażółć gęślą?&=+/", 7))

    assert token.isascii()
    assert not set(token) & set("?&=+/#% ")


def test_an_export_has_every_customer_once_in_the_order_of_names(monkeypatch):
    monkeypatch.setattr("customers.list_export.ROWS_AT_ONCE", 2)
    people([(name, 0, None) for name in ("c", "a", "a", "", "b")])

    rows = list(export_rows(Customer.objects.all(), "PLN"))

    assert [row[3] for row in rows] == ["", "a", "a", "b", "c"]


def test_an_exported_row_holds_all_that_an_import_reads():
    customer = CustomerFactory(
        birth_year=1985,
        birth_month=5,
        birth_day=3,
        city="Łódź",
        country="PL",
        branch=BranchFactory(name="Main"),
        owner=UserFactory(name="Ola"),
        notes="Likes\nbowls",
    )
    IdentityFactory(customer=customer, value="anna@example.pl")
    IdentityFactory(customer=customer, kind="external", value="C1")
    for name in ("vip", "a b"):
        CustomerTag.objects.create(customer=customer, tag=TagFactory(name=name, key=name))

    (row,) = export_rows(Customer.objects.all(), "PLN")

    assert row[:5] == ["C1", "anna@example.pl", "", "Anna", "Nowak"]
    assert row[7] == "1985-05-03"
    assert row[9:14] == ["Łódź", "", "PL", "a b|vip", "Likes\nbowls"]
    assert [str(cell) for cell in row[15:]] == ["Ola", "Main", "0", "None", "0.00", "PLN"]


@pytest.mark.parametrize(
    ("birthday", "cell"),
    [((None, 2, 29), "--02-29"), ((None, None, None), ""), ((987, 1, 2), "0987-01-02")],
)
def test_an_exported_birthday(birthday, cell):
    year, month, day = birthday
    CustomerFactory(birth_year=year, birth_month=month, birth_day=day)

    (row,) = export_rows(Customer.objects.all(), "PLN")

    assert row[7] == cell

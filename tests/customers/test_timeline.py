"""The timeline: order, paging, kinds, cursors, cost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, User
from customers import timeline
from customers.models import Customer
from customers.timeline import (
    BadCursor,
    Cursor,
    Entry,
    TimelineSource,
    dump_cursor,
    kinds,
    load_cursor,
    read_page,
    timeline_sources,
)
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    InteractionFactory,
    PurchaseFactory,
    PurchaseLineFactory,
    RefundFactory,
)

pytestmark = pytest.mark.django_db
SUPPORT = User(role=Role.SUPPORT)
FACTORIES = {
    "purchases": lambda customer, at: PurchaseFactory(customer=customer, occurred_at=at),
    "refunds": lambda customer, at: RefundFactory(customer=customer, occurred_at=at),
    "interactions": lambda customer, at: InteractionFactory(customer=customer, occurred_at=at),
    "follow_ups": lambda customer, at: FollowUpFactory(customer=customer, done_at=at),
    "consents": lambda customer, at: ConsentEntryFactory(customer=customer, occurred_at=at),
}


def read_all(customer: Customer, limit: int, kind: str = "") -> list[Entry]:
    """Every page after the other, as somebody would press "Load older"."""
    found: list[Entry] = []
    older = ""
    while True:
        page = read_page(
            customer=customer,
            user=SUPPORT,
            kind=kind,
            cursor=load_cursor(customer, older),
            limit=limit,
        )
        found += page.entries
        older = page.older
        if not older:
            return found


def places(entries: Sequence[Entry]) -> list[Cursor]:
    return [Cursor(entry.at, entry.source, entry.pk) for entry in entries]


def test_every_source_is_there_newest_first() -> None:
    customer = CustomerFactory()
    for number, make in enumerate(FACTORIES.values()):
        make(customer, NOON - timedelta(hours=number))
        make(CustomerFactory(), NOON)

    entries = read_all(customer, limit=50)

    assert [entry.source for entry in entries] == [*FACTORIES, "beginning"]


def test_open_follow_ups_are_no_history() -> None:
    customer = FollowUpFactory().customer

    assert [entry.source for entry in read_all(customer, 50)] == ["beginning"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_repeat_nothing_and_lose_nothing_at_one_instant(limit: int) -> None:
    customer = CustomerFactory(created_at=NOON)
    for make in FACTORIES.values():
        for hours in (0, 0, 0, 1):
            make(customer, NOON - timedelta(hours=hours))

    found = places(read_all(customer, limit))

    assert len(found) == len(set(found)) == 21
    assert found == sorted(found, reverse=True)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    plan=st.lists(st.tuples(st.sampled_from(sorted(FACTORIES)), st.integers(0, 3)), max_size=12),
    limit=st.integers(1, 5),
)
def test_any_mix_pages_as_it_sorts(plan: list[tuple[str, int]], limit: int) -> None:
    customer = CustomerFactory()
    for source, hours in plan:
        FACTORIES[source](customer, NOON - timedelta(hours=hours))

    found = places(read_all(customer, limit))

    assert len(found) == len(plan) + 1
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("purchases", ["refunds", "purchases"]),
        ("talks", ["interactions"]),
        ("follow-ups", ["follow_ups"]),
        ("consents", ["consents"]),
        ("file", ["beginning"]),
    ],
)
def test_a_kind_shows_its_sources_only(kind: str, expected: list[str]) -> None:
    customer = CustomerFactory()
    for make in FACTORIES.values():
        make(customer, NOON)

    assert [entry.source for entry in read_all(customer, 1, kind)] == expected


def test_kinds_name_each_chip_once() -> None:
    found = [kind for kind, _label in kinds()]

    assert found[:5] == ["purchases", "talks", "follow-ups", "consents", "file"]
    assert len(found) == len(set(found))


def test_a_cursor_comes_back_as_it_was() -> None:
    customer = CustomerFactory()
    for at in (NOON, datetime(1969, 5, 3, 1, 2, 3, 999_999, tzinfo=UTC)):
        cursor = Cursor(at, "purchases", 2**62)

        assert load_cursor(customer, dump_cursor(customer, cursor)) == cursor


def forged(value: object) -> str:
    return signing.dumps(value, salt=timeline.SALT)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a:b:c",
        "\x00",
        "١٢",
        "9" * 5000,
        signing.dumps([1, 0, "purchases", 1], salt="other"),
        forged([999_999, 0, "purchases", 1]),
        forged(["x"]),
        forged({"a": 1}),
        forged(7),
    ],
    ids=[str(number) for number in range(10)],
)
def test_a_cursor_that_is_not_ours_is_refused(text: str) -> None:
    customer = CustomerFactory()

    with pytest.raises(BadCursor):
        load_cursor(customer, text)


def test_a_cursor_of_another_customer_or_source_is_refused() -> None:
    customer, other = CustomerFactory(), CustomerFactory()
    place = Cursor(NOON, "purchases", 1)

    with pytest.raises(BadCursor):
        load_cursor(other, dump_cursor(customer, place))
    with pytest.raises(BadCursor):
        load_cursor(customer, dump_cursor(customer, place._replace(source="gone")))


def fill(customer: Customer, number: int) -> None:
    clerk = UserFactory()
    for hours in range(number):
        at = NOON - timedelta(hours=hours)
        PurchaseLineFactory(purchase=PurchaseFactory(customer=customer, occurred_at=at))
        RefundFactory(customer=customer, occurred_at=at)
        InteractionFactory(customer=customer, occurred_at=at, actor=clerk)
        FollowUpFactory(customer=customer, done_at=at, done_by=clerk)
        ConsentEntryFactory(customer=customer, occurred_at=at)


@pytest.mark.parametrize("number", [1, 40])
@pytest.mark.parametrize("from_older", [False, True])
def test_one_query_per_source_however_long_the_story(number: int, from_older: bool) -> None:
    customer = CustomerFactory()
    fill(customer, number)
    cursor = Cursor(NOON, "purchases", 2**62) if from_older else None

    with CaptureQueriesContext(
        connection,
    ) as queries:
        read_page(customer=customer, user=SUPPORT, cursor=cursor)

    assert len(queries) == 19


def test_an_app_adds_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = CustomerFactory()

    def fetch(customer: Customer, before: Cursor | None, limit: int, user: User) -> Sequence[Entry]:
        return [] if before else [Entry(at=NOON, pk=1, icon="gift", title="+10 points")]

    monkeypatch.setattr(timeline_sources, "_items", dict(timeline_sources.items()))
    timeline_sources.register(
        "gifts", TimelineSource(key="gifts", kind="gifts", label="P", order=9, fetch=fetch)
    )

    assert [entry.title for entry in read_all(customer, 1)] == ["+10 points", "File opened"]


def titles(customer: Customer, user: User = SUPPORT) -> list[tuple[str, str]]:
    page = read_page(customer=customer, user=user)
    return [(entry.title, entry.text) for entry in page.entries if entry.source != "beginning"]


def test_a_purchase_says_what_was_bought_and_given_back() -> None:
    bought = PurchaseFactory(refunded_minor=2_500)
    for name in ("Bowl", "Mug", "Vase"):
        PurchaseLineFactory(purchase=bought, name=name)

    assert titles(bought.customer) == [
        ("Purchase PLN\xa0100.00", "Bowl and 2 more · PLN\xa025.00 given back")
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [([], ""), ([("", "B-1")], "B-1"), ([("Bowl", "B-1")], "Bowl"), ([("", "")], "")],
)
def test_a_purchase_names_its_first_line(lines: list[tuple[str, str]], text: str) -> None:
    bought = PurchaseFactory(counts=False)
    for name, product in lines:
        PurchaseLineFactory(purchase=bought, name=name, product=product)

    assert titles(bought.customer) == [("Purchase PLN\xa0100.00, not counted", text)]


def test_a_refund_names_its_order() -> None:
    bought = PurchaseFactory(number="88-1042")
    RefundFactory(customer=bought.customer, purchase=bought)
    RefundFactory(customer=bought.customer, refund_of="77", occurred_at=NOON - timedelta(1))

    found = titles(bought.customer)

    assert found[0] == ("Refund PLN\xa050.00", "for order 88-1042")
    assert found[2] == ("Refund PLN\xa050.00", "for order 77")


def test_marketers_see_that_there_was_contact_not_what_was_said() -> None:
    customer = CustomerFactory()
    InteractionFactory(customer=customer, direction="in", outcome="answered", text="SECRET")
    FollowUpFactory(customer=customer, what="SECRET", done_at=NOON, done_note="SECRET")
    ConsentEntryFactory(customer=customer, address="anna@example.pl", source_note="SECRET")

    assert titles(customer, User(role=Role.MARKETER)) == [
        ("Call · They contacted us · Answered", ""),
        ("Follow-up done", ""),
        ("Agreed: Offers and news", "a•••@example.pl"),
    ]

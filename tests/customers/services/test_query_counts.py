"""What reads and bulk writes cost in queries: exact numbers, the same for few rows and for many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from core.services.shop import get_shop
from customers import days, reports
from customers.consents import has_consent, present_consents
from customers.file_panels import belongs, contact, dates, duplicates, open_matters, promised
from customers.models import (
    Customer,
    CustomerTag,
    IdentityKind,
    PossibleDuplicate,
    PurchaseSummary,
)
from customers.observers import purchase_observers
from customers.panels import Scene
from customers.purchase_sources import purchase_sources
from customers.reports import find_draft, tag_names
from customers.services.customer_lookup import CustomerFile, Found
from customers.services.people_states import PlannedPeople, load_from_file, owners_on_file
from customers.services.planned_customers import PlannedCustomers
from customers.services.search import add_words, index_customers
from customers.services.summaries import mark_stale, refresh_summaries
from customers.services.tags import set_tags
from tests.customers.documents import NOW, bought, returned, save
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.customers import (
    NOON,
    ZONE,
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    ImportantDateFactory,
    InteractionFactory,
    PurchaseFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def cost(act):
    """Statements of the act, without those that only begin and end transactions."""
    with CaptureQueriesContext(connection) as queries:
        act()
    words = [query["sql"].split(None, 1)[0] for query in queries]
    return sum(word not in {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"} for word in words)


@pytest.fixture
def scene():
    user = UserFactory()
    customer = CustomerFactory(owner=user)
    shop = get_shop()
    return Scene(customer=customer, user=user, shop=shop, now=NOON)


def fill(customer, number):
    """So many of everything on one file."""
    for turn in range(number):
        IdentityFactory(customer=customer)
        IdentityFactory(customer=customer, kind=IdentityKind.PHONE, value=f"+4860012345{turn}")
        talk = InteractionFactory(customer=customer)
        source = {"source_kind": "interaction", "source_id": talk.pk}
        FollowUpFactory(customer=customer, assignee=UserFactory(), **source)
        FollowUpFactory(customer=customer, done_at=NOON, done_by=UserFactory())
        ConsentEntryFactory(customer=customer, address=f"a{turn}@example.pl", actor=UserFactory())
        ImportantDateFactory(customer=customer)
        CustomerTag.objects.create(customer=customer, tag=TagFactory())
        other = CustomerFactory()
        PossibleDuplicate.objects.create(
            first=customer, second=other, reason="phone", created_at=NOON
        )
        PurchaseFactory(customer=customer, source=f"s{turn}")


READS = {
    "due": (3, lambda s: days.due_by(TODAY, scope="all", user=s.user)),
    "counts": (1, lambda s: days.counts_by_scope(TODAY, s.user)),
    "done": (1, lambda s: days.done_on(TODAY, zone=ZONE, user=s.user, scope="all")),
    "waiting": (1, lambda s: days.waiting_for(s.user)),
    "open matters": (1, lambda s: reports.open_matters(s.customer, TODAY)),
    "came in": (3, lambda s: reports.came_in(day=TODAY, zone=ZONE, currency="PLN")),
    "consents": (1, lambda s: present_consents(s.customer)),
    "consent": (
        1,
        lambda s: has_consent(customer=s.customer, address="a1@example.pl", purpose="marketing"),
    ),
    "draft": (1, lambda s: find_draft(user=s.user, customer=s.customer)),
    "tags": (1, lambda s: tag_names(s.customer)),
    "sources": (1, lambda s: purchase_sources()),
    "panel: open matters": (1, open_matters),
    "panel: promised": (1, promised),
    "panel: contact": (5, contact),
    "panel: dates": (1, dates),
    "panel: belongs": (0, belongs),
    "panel: duplicates": (1, duplicates),
    "states": (4, lambda s: load_from_file([s.customer.pk])),
    "owners": (1, lambda s: owners_on_file("email", ["a@example.pl"])),
}


@pytest.mark.parametrize("number", [1, 6])
@pytest.mark.parametrize("name", READS)
def test_a_read_costs_the_same_however_much_is_on_file(name, number, scene):
    queries, read = READS[name]
    fill(scene.customer, number)
    # As access.py hands it on: with its summary looked for.
    Customer.objects.select_related("summary", "owner", "branch").get(pk=scene.customer.pk)
    scene.customer.__dict__["_state"].fields_cache.setdefault("summary", None)

    assert cost(lambda: read(scene)) == queries


def documents(number, *, of="C"):
    return [
        *[bought(str(turn), external=f"{of}{turn}", branch="Main") for turn in range(number)],
        *[returned(str(turn)) for turn in range(number)],
    ]


@pytest.fixture
def _no_observers(monkeypatch):
    """Only what saving itself costs."""
    monkeypatch.setattr(purchase_observers, "_items", {})


@pytest.mark.usefixtures("_no_observers")
def test_new_documents_cost_the_same_for_two_and_for_sixty():
    BranchFactory(name="Main")
    few = cost(lambda: save(*documents(2)))

    assert cost(lambda: save(*[replaced(one) for one in documents(60, of="D")])) == few <= 30


@pytest.mark.usefixtures("_no_observers")
def test_refunds_that_waited_are_linked_by_the_same_statements():
    BranchFactory(name="Main")

    def cost_of(number):
        bills, backs = documents(number)[:number], documents(number)[number:]
        if number > 1:
            bills, backs = [[replaced(one) for one in part] for part in (bills, backs)]
        save(*backs)
        return cost(lambda: save(*bills))

    assert cost_of(1) == cost_of(40) <= 30


def replaced(document):
    """The same of another source, so that it is new."""
    document.source = "shop"
    return document


@pytest.mark.usefixtures("_no_observers")
def test_known_documents_cost_the_same_for_two_and_for_sixty():
    save(*documents(60))
    few = cost(lambda: save(*documents(2)))

    assert cost(lambda: save(*documents(60))) == few <= 20


@pytest.mark.usefixtures("_no_observers")
@pytest.mark.parametrize("store", [PlannedCustomers, CustomerFile])
def test_looking_up_costs_the_same_for_one_and_for_fifty(store):
    IdentityFactory(value="a1@example.pl")

    def keys(number):
        turns = range(number)
        return [f"C{turn}" for turn in turns], [f"a{turn}@example.pl" for turn in turns]

    few = cost(lambda: store().known(*keys(2)))

    assert cost(lambda: store().known(*keys(50))) == few <= 7


def test_noting_what_a_dry_run_found_costs_no_query():
    found = Found(made=[-1], contacts=[(-1, "email", "a@example.pl", "A@example.pl")])
    planned = PlannedCustomers()

    assert cost(lambda: planned.keep(found, NOW)) == 0
    assert cost(lambda: PlannedPeople().keep([], NOW)) == 0
    assert planned.known([], ["a@example.pl"]).by_email == {"a@example.pl": -1}


def test_marking_and_refreshing_cost_the_same_for_one_and_for_forty():
    get_shop()

    def costs(number):
        ids = [PurchaseFactory().customer_id for _turn in range(number)]
        return cost(lambda: mark_stale(ids)), cost(refresh_summaries), cost(refresh_summaries)

    one = costs(1)

    assert costs(40) == one
    assert one <= (2, 9, 2)
    assert PurchaseSummary.objects.count() == 41


@pytest.mark.parametrize("number", [1, 40])
def test_words_cost_three_statements_for_one_name_and_for_forty(number):
    names = [f"name{turn} family{turn}" for turn in range(number)]

    assert cost(lambda: add_words(names)) == 3
    assert cost(lambda: add_words(names)) == 1


def test_customers_are_indexed_by_nine_hundreds(monkeypatch):
    monkeypatch.setattr("customers.services.search.AT_ONCE", 5)
    ids = [CustomerFactory().pk for _turn in range(11)]
    index_customers(ids)

    # Three reads of names, one look at the words.
    assert cost(lambda: index_customers(ids)) == 4


@pytest.mark.parametrize("number", [1, 20])
def test_tags_cost_the_same_for_one_and_for_twenty(number):
    customer = CustomerFactory()
    names = [f"tag {turn}" for turn in range(number)]

    assert cost(lambda: set_tags(customer=customer, names=names)) == 5
    assert cost(lambda: set_tags(customer=customer, names=names)) <= 4


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER])
def test_who_may_not_read_promises_asks_for_none(role, scene):
    scene.user.role = role

    assert cost(lambda: promised(scene)) == (role == Role.SUPPORT)


def test_a_day_long_ago_costs_what_today_costs():
    long_ago = TODAY - timedelta(days=9_000)

    assert cost(lambda: reports.came_in(day=long_ago, zone=ZONE, currency="PLN")) == 3

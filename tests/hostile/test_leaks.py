"""What a role may not read is in none of its answers: every personal text of a customer is a
marker of its own, looked for in every page, piece and file that a marketer can open."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models as columns

from accounts import policy
from accounts.models import Role
from core.privacy import personal_data
from customers import models
from customers.observers import PurchasesChanged, announce
from customers.services.consent_requests import request_consent
from customers.services.interactions import save_draft
from customers.services.search import index_customers
from customers.services.suppressions import suppress
from retention.pages import lists
from retention.services.freshness import bring_up_to_date
from retention.views.csv import KINDS
from tests.architecture.test_permissions import ROUTES
from tests.factories import customers as made
from tests.hostile.nasty import encoded
from tests.hostile.world import NOW, World

pytestmark = pytest.mark.django_db
READING = [route.name for route in ROUTES if policy.routes.get(route.name).read]
FIRST_BOUGHT = datetime(2026, 3, 6, 10, tzinfo=UTC)
PIECE = {"HX-Request": "true", "HX-Target": "more"}
# Addresses that answer with a piece where htmx asks.
IN_PIECES = ("/search/", "/timeline/", "/retention/lists/", "/count/", "/filter/", "/progress/")
# Marker -> where it stands. Words of letters alone, so that no page can break them apart.
HIDDEN = {
    "zqmailbox": "Identity.value",
    "zqsecondmail": "Identity.value, not the primary one",
    "600987123": "Identity.value, a phone",
    "600 987 123": "Identity.value, a phone as it was written",
    "zqnumber@example": "Identity.value, a number that is an address",
    "zqstreet": "Customer.address",
    "99-777": "Customer.postcode",
    "zqnotes": "Customer.notes",
    "zqhint": "Customer.contact_hint",
    "zqfound": "Customer.found_us",
    "zqtalk": "Interaction.text",
    "zqpromise": "FollowUp.what",
    "zqdonewhat": "FollowUp.what, done",
    "zqdonenote": "FollowUp.done_note",
    "zqproof": "ConsentEntry.source_note",
    "zqconsentmail": "ConsentEntry.address",
    "zqdraft": "InteractionDraft.fields",
    "zqrequestmail": "ConsentRequest.address",
    "zqnameless": "Identity.value of somebody without a name",
}
# Personal too, but what marketers work with: names, towns, days, tags, orders.
SHOWN = {
    *("first_name", "last_name", "name_key", "city", "timezone", "country", "language"),
    *("birth_year", "birth_month", "birth_day", "label", "year", "month", "day", "number"),
    *("part", "refund_of", "text", "channel", "direction", "outcome", "purpose", "action"),
    *("kind", "key", "reason", "occurred_at", "created_at", "due_on", "due_time", "done_at"),
    *("source_kind", "updated_at", "frequency", "wish", "topic", "value", "source", "undo"),
    *("at", "undone_at", "draft_key"),
}


@pytest.fixture(scope="module")
def marked(world: World) -> World:
    """The world with a marker in each text that marketers may not read."""
    customer = world.rows["customer"]
    fill_customer(customer)
    made.InteractionFactory(customer=customer, text="zqtalk", occurred_at=NOW, created_at=NOW)
    made.FollowUpFactory(customer=customer, what="zqpromise")
    made.FollowUpFactory(
        customer=customer,
        what="zqdonewhat",
        done_note="zqdonenote",
        done_at=NOW,
        done_by=world.cast[Role.SUPPORT],
    )
    made.ConsentEntryFactory(
        customer=customer, address="zqconsentmail@example.pl", source_note="zqproof"
    )
    for role in (Role.MARKETER, Role.SUPPORT):
        fields = {"text": "zqdraft", "what": "zqdraft"}
        save_draft(actor=world.cast[role], now=NOW, customer=customer, fields=fields)
    made.IdentityFactory(customer=customer, value="zqrequestmail@example.pl", is_primary=False)
    request_consent(
        actor=None,
        customer=customer,
        address="zqrequestmail@example.pl",
        purpose="survey",
        text="I agree.",
        language="en",
        now=NOW,
    )
    suppress(
        actor=None,
        address="zqrequestmail@example.pl",
        scope="all",
        reason="asked",
        source="staff",
        now=NOW,
    )
    nameless = made.CustomerFactory(first_name="", last_name="", name_key="")
    made.IdentityFactory(customer=nameless, value="zqnameless@example.pl")
    models.PossibleDuplicate.objects.create(
        first=customer, second=nameless, reason="phone", created_at=NOW
    )
    bought = made.PurchaseFactory(customer=nameless, occurred_at=FIRST_BOUGHT, number="P-N")
    made.RefundFactory(customer=nameless, purchase=bought, occurred_at=FIRST_BOUGHT, number="R-N")
    announce(PurchasesChanged(frozenset([nameless.pk])))
    bring_up_to_date(now=NOW)
    index_customers([customer.pk, nameless.pk])
    world.rows["nameless"] = nameless
    return world


def fill_customer(customer: models.Customer) -> None:
    models.Customer.objects.filter(pk=customer.pk).update(
        address="zqstreet 5",
        postcode="99-777",
        notes="zqnotes",
        contact_hint="zqhint",
        found_us="zqfound",
        city="Zqtown",
    )
    customer.identities.all().delete()
    for kind, value in [
        ("email", "zqmailbox@example.pl"),
        ("email", "zqsecondmail@example.pl"),
        ("phone", "+48 600 987 123"),
        ("external", "zqnumber@example.pl"),
        ("external", "ZQ-OPEN-17"),
    ]:
        made.IdentityFactory(
            customer=customer, kind=kind, value=value, is_primary="second" not in value
        )


def addresses(world: World) -> list[str]:
    """Everything a marketer can ask for, with what could make a page say more."""
    customer, rows = world.rows["customer"].pk, world.rows
    found = [world.address(name) for name in READING]
    found += [f"/customers/{customer}/?kind={kind}" for kind in ("talks", "consents", "follow-ups")]
    found += [f"/customers/{customer}/timeline/?kind={kind}" for kind in ("talks", "follow-ups")]
    for model, source in [
        (models.Interaction, "interactions"),
        (models.ConsentEntry, "consents"),
        (models.FollowUp, "follow_ups"),
        (models.Purchase, "purchases"),
    ]:
        found += [
            f"/customers/{customer}/timeline/{source}/{pk}/"
            for pk in model.objects.filter(customer=customer).values_list("pk", flat=True)
        ]
    found += [f"/customers/{rows['nameless'].pk}/", f"/customers/{rows['nameless'].pk}/consents/"]
    found += [f"/search/?{encoded([('q', marker[:12])])}" for marker in HIDDEN]
    period = "from=2026-01-01&to=2026-12-01&cohort=2026-03&k=3&days=ever"
    found += [f"/retention/lists/{name}/?{period}" for name in sorted(lists.NAMES)]
    found += retention_files()
    found += [f"/customers/?sort={sort}" for sort in ("name", "-last", "-value", "-created")]
    return found


def bodies(world: World, role: str, asked: list[str]) -> dict[str, str]:
    """Every answer that the role gets, as a page and as a piece."""
    found = {}
    for address in asked:
        for headers in [{}, PIECE] if any(part in address for part in IN_PIECES) else [{}]:
            answer = world.get(role, address, **headers)
            assert answer.status_code < 500, address
            text = answer.whole.decode(errors="replace")
            found[f"{address} {len(headers)}"] = text + str(answer.headers)
    return found


def retention_files() -> list[str]:
    """Every file of the retention pages."""
    period = "from=2026-01-01&to=2026-12-01&cohort=2026-03&k=3&days=ever"
    first = "from=2026-01-01&to=2026-12-01&cohort=2026-03&days=ever"
    names = sorted({*lists.NAMES, *KINDS})
    return [f"/retention/csv/{name}/?{asked}" for name in names for asked in (period, first)]


def asked_for(address: str, marker: str) -> bool:
    """Whether the reader typed the marker: the search box shows what was asked."""
    return address.startswith("/search/") and encoded([("q", marker[:12])]) in address


@pytest.fixture(scope="module")
def read_by_marketer(marked: World) -> dict[str, str]:
    return bodies(marked, Role.MARKETER, addresses(marked))


def test_marketers_read_nothing_that_is_hidden_from_them(
    read_by_marketer: dict[str, str],
) -> None:
    leaks = [
        (place, address)
        for address, body in read_by_marketer.items()
        for marker, place in HIDDEN.items()
        if marker in body and not asked_for(address, marker)
    ]

    assert len(read_by_marketer) > 120
    assert leaks == []


def test_marketers_do_read_what_they_work_with(read_by_marketer: dict[str, str]) -> None:
    everything = "".join(read_by_marketer.values())

    for shown in ("Anna", "Nowak", "Zqtown", "ZQ-OPEN-17", "vip", "P-0", "z•••@example.pl"):
        assert shown in everything, shown


@pytest.fixture(scope="module")
def read_by_support(marked: World) -> str:
    asked = [address for address in addresses(marked) if address.startswith("/customers/")]
    return "".join(bodies(marked, Role.SUPPORT, asked).values())


def test_the_markers_are_there_for_those_who_may_read_them(read_by_support: str) -> None:
    written_otherwise = {"600987123": "+48600987123"}
    missing = [
        marker for marker in HIDDEN if written_otherwise.get(marker, marker) not in read_by_support
    ]

    assert missing == []


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER])
def test_files_hold_no_contact_of_those_who_may_not_take_contacts_along(
    marked: World, role: str
) -> None:
    files = bodies(marked, role, retention_files())
    leaks = [
        (place, address)
        for address, body in files.items()
        for marker, place in HIDDEN.items()
        if marker in body
    ]

    assert any("z•••@example.pl" in body for body in files.values())
    assert leaks == []


def test_a_managers_file_does_hold_them(marked: World) -> None:
    files = "".join(bodies(marked, Role.MANAGER, retention_files()).values())

    for marker in ("zqmailbox", "zqnameless", "zqnumber@example", "600 987 123"):
        assert marker in files, marker


def test_a_draft_is_read_by_its_author_alone(marked: World) -> None:
    address = marked.address("customers:customer")

    assert b"zqdraft" in marked.get(Role.SUPPORT, address).whole
    assert b"zqdraft" not in marked.get(Role.MANAGER, address).whole
    assert b"zqdraft" not in marked.get(Role.ADMIN, address).whole


def test_searching_by_a_hidden_text_finds_nobody(marked: World) -> None:
    hidden = ("zqnotes", "zqstreet", "zqtalk", "zqpromise", "zqhint", "zqfound")
    for marker in hidden:
        answer = marked.get(Role.MARKETER, f"/search/?q={marker}").whole.decode()

        assert f"/customers/{marked.rows['customer'].pk}/" not in answer, marker


def texts(model: type[columns.Model]) -> set[str]:
    kinds = (columns.CharField, columns.TextField, columns.JSONField)
    return {field.name for field in model._meta.concrete_fields if isinstance(field, kinds)}


def test_every_personal_text_of_a_customer_is_hidden_or_shown_on_purpose() -> None:
    marked_fields = {place.split(",")[0] for place in HIDDEN.values()}
    forgotten = []
    for entry in personal_data:
        if entry.model._meta.app_label != "customers" or entry.owner is None:
            continue
        personal = texts(entry.model) if entry.delete_row else entry.blank
        forgotten += [
            f"{entry.model.__name__}.{name}"
            for name in sorted(personal)
            if f"{entry.model.__name__}.{name}" not in marked_fields and name not in SHOWN
        ]

    assert forgotten == []


def secrets_of(world: World) -> dict[str, str]:
    return {
        "the password's hash": world.cast[Role.ADMIN].password,
        "somebody's session": world.clients[Role.ADMIN].cookies["sessionid"].value,
    }


@pytest.mark.parametrize("role", Role.values)
def test_no_page_holds_a_hash_or_a_session(marked: World, role: str) -> None:
    found: list[Any] = []
    for name in READING:
        body = marked.get(role, marked.address(name)).whole.decode(errors="replace")
        found += [(name, what) for what, secret in secrets_of(marked).items() if secret in body]

    assert found == []

"""The composer, drafts, follow-ups, the day and consents over HTTP."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import clock
from customers.models import ConsentEntry, FollowUp, Interaction, InteractionDraft
from tests.factories.customers import (
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    InteractionFactory,
    PurchaseFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Cast = dict[str, User]
HTMX = {"HX-Request": "true"}
SAID = {"channel": "call", "text": "Asked about the bowl"}
NASTY = [
    "\x00",
    "x" * 1_000_000,
    "٣٤",
    "NaN",
    str(2**63),
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-03-29T02:30",
    "' OR 1=1",
]


def address(name: str, pk: int) -> str:
    return reverse(f"customers:{name}", args=[pk])


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def part(html: str, start: str, end: str) -> str:
    """From an id to the last end of its kind before the page goes on; without forms' keys."""
    found = html[html.index(start) :]
    found = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", found[: found.index(end)])
    return re.sub(r"\s+", " ", found)


def today() -> date:
    return clock.now().date()


def test_a_call_is_logged_now_with_its_next_step(sign_in: SignIn, cast: Cast) -> None:
    customer = CustomerFactory()
    step = {"what": "Call back", "due_on": "2026-12-01", "assignee": str(cast["support"].pk)}

    response = sign_in("support").post(address("interaction_new", customer.pk), SAID | step)

    assert response.headers["Location"] == address("customer", customer.pk)
    logged = Interaction.objects.get()
    assert (logged.channel, logged.actor) == ("call", cast["support"])
    assert abs(clock.now() - logged.occurred_at) < timedelta(minutes=1)
    promised = FollowUp.objects.get()
    assert (promised.what, promised.assignee) == ("Call back", cast["support"])


@pytest.mark.parametrize(
    ("channel", "medium", "expected"),
    [("message", "whatsapp", "whatsapp"), ("message", "", "email"), ("visit", "chat", "visit")],
)
def test_a_message_says_by_what(sign_in: SignIn, channel: str, medium: str, expected: str) -> None:
    data = SAID | {"channel": channel, "medium": medium}

    sign_in("support").post(address("interaction_new", CustomerFactory().pk), data)

    assert Interaction.objects.get().channel == expected


def test_when_is_read_in_the_shops_zone(sign_in: SignIn) -> None:
    data = SAID | {"occurred_at": "2026-01-05T14:10"}

    sign_in("support").post(address("interaction_new", CustomerFactory().pk), data)

    logged = Interaction.objects.get().occurred_at
    assert logged == datetime.fromisoformat("2026-01-05T13:10+00:00")


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"channel": "pigeon"},
        {"text": "x" * 10_001},
        {"occurred_at": "2100-01-01T00:00"},
        {"what": "Call"},
        {"due_on": "2026-12-01"},
        {"what": "x" * 256, "due_on": "2026-12-01"},
        {"assignee": "999999", "what": "Call", "due_on": "2026-12-01"},
        {"outcome": "nonsense"},
    ],
)
def test_mistakes_come_back_with_all_that_was_typed(
    sign_in: SignIn, changes: dict[str, str]
) -> None:
    customer = CustomerFactory()

    response = sign_in("support").post(address("interaction_new", customer.pk), SAID | changes)

    assert response.status_code == 422
    assert changes.get("text", SAID["text"]) in response.content.decode()
    assert not Interaction.objects.exists()
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("name", ["occurred_at", "due_on", "due_time", "what", "medium", "text"])
def test_bad_input_is_never_a_server_error(sign_in: SignIn, name: str, text: str) -> None:
    response = sign_in("support").post(
        address("interaction_new", CustomerFactory().pk), SAID | {name: text}
    )

    assert response.status_code in {302, 422}
    assert Interaction.objects.count() == (response.status_code == 302)


def test_what_was_just_logged_can_be_taken_back(sign_in: SignIn) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    shown = client.post(address("interaction_new", customer.pk), SAID, follow=True)
    undo = address("interaction_undo", Interaction.objects.get().pk)
    assert undo in shown.content.decode()

    client.post(undo)

    assert not Interaction.objects.exists()


def test_somebody_elses_cannot_be_taken_back_or_corrected(sign_in: SignIn) -> None:
    logged, client = InteractionFactory(), sign_in("support")

    client.post(address("interaction_undo", logged.pk))
    client.post(address("interaction_edit", logged.pk), SAID | {"text": "Other"})

    logged.refresh_from_db()
    assert logged.text == "Asked about the bowl"


def test_its_author_corrects_it(sign_in: SignIn, cast: Cast) -> None:
    logged = InteractionFactory(actor=cast["support"], channel="chat")
    client = sign_in("support")
    form = client.get(address("interaction_edit", logged.pk)).context["form"]
    assert (form["channel"].value(), form["medium"].value()) == ("message", "chat")

    wrong = client.post(address("interaction_edit", logged.pk), SAID | {"text": ""})
    client.post(address("interaction_edit", logged.pk), SAID | {"text": "Right"})

    assert wrong.status_code == 422
    logged.refresh_from_db()
    assert (logged.text, logged.channel) == ("Right", "call")


def test_a_draft_waits_and_is_discarded(sign_in: SignIn, cast: Cast) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    half = {"channel": "visit", "text": "Half a sen", "due_on": "2026-13-99"}

    assert client.post(address("draft", customer.pk), half, headers=HTMX).status_code == 204
    text = client.get(address("customer", customer.pk)).content.decode()
    assert "Half a sen" in text
    assert "Your draft is back" in text
    assert (
        "Half a sen"
        not in sign_in("manager").get(address("customer", customer.pk)).content.decode()
    )
    client.post(address("draft", customer.pk), half | {"discard": "1"})

    assert not InteractionDraft.objects.exists()


@pytest.mark.parametrize("text", NASTY)
def test_a_draft_takes_anything(sign_in: SignIn, text: str) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    others = ("channel", "due_on", "assignee", "occurred_at", "medium")
    data = {"text": text} | dict.fromkeys(others, text[:200])

    assert client.post(address("draft", customer.pk), data, headers=HTMX).status_code == 204
    assert client.get(address("customer", customer.pk)).status_code == 200


def test_a_follow_up_is_promised_and_changed(sign_in: SignIn) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    data = {"what": "Call", "due_on": "2026-12-01", "due_time": "17:00"}

    client.post(address("follow_up_new", customer.pk), data)
    row = FollowUp.objects.get()
    client.post(address("follow_up_edit", row.pk), data | {"what": "Write"})

    row.refresh_from_db()
    assert (row.what, row.due_on) == ("Write", date(2026, 12, 1))


@pytest.mark.parametrize(
    "changes", [{"what": ""}, {"due_on": "soon"}, {"due_on": "2040-01-01"}, {"due_time": "25:00"}]
)
def test_what_cannot_be_promised_comes_back(sign_in: SignIn, changes: dict[str, str]) -> None:
    data = {"what": "Call", "due_on": "2026-12-01"} | changes

    response = sign_in("support").post(address("follow_up_new", CustomerFactory().pk), data)

    assert response.status_code == 422
    assert not FollowUp.objects.exists()


def test_done_slides_away_and_can_be_taken_back(sign_in: SignIn, cast: Cast) -> None:
    row, client = FollowUpFactory(), sign_in("support")

    piece = client.post(address("follow_up_done", row.pk), headers=HTMX).content.decode()

    assert 'hx-swap-oob="beforeend"' in piece
    assert address("follow_up_reopen", row.pk) in piece
    row.refresh_from_db()
    assert row.done_by == cast["support"]
    back = client.post(address("follow_up_reopen", row.pk))
    assert back.headers["Location"] == "/day/"
    row.refresh_from_db()
    assert row.done_at is None


@pytest.mark.parametrize("scope", ["mine", "all"])
def test_all_that_counts_on_the_day_changes_with_it(
    sign_in: SignIn, cast: Cast, scope: str
) -> None:
    due = today() - timedelta(days=2)
    late, _other = (FollowUpFactory(due_on=due, assignee=cast["support"]) for _n in range(2))
    client, here = sign_in("support"), f"/day/?who={scope}"
    before = text_of(client.get(here).content.decode())
    assert "2 late" in before
    assert "Done today" not in before

    answer = client.post(address("follow_up_done", late.pk), {"next": here}, headers=HTMX)

    piece, page = answer.content.decode(), client.get(here).content.decode()
    assert (answer["HX-Reswap"], piece.count('hx-swap-oob="true"')) == ("none swap:150ms", 2)
    for start, end in (('id="day"', "</section>"), ('id="rail-list"', "</ul>")):
        assert part(piece, start, end).replace(' hx-swap-oob="true"', "") == part(page, start, end)
    assert "1 late" in text_of(piece)
    assert "Done today" in text_of(piece)
    assert f'name="next" value="{here}"' in piece
    back = client.post(address("follow_up_reopen", late.pk), {"next": here}, follow=True)
    assert (back.redirect_chain[0][0], "2 late" in text_of(back.content.decode())) == (here, True)


def test_a_row_that_went_meanwhile_takes_its_counts_along(sign_in: SignIn) -> None:
    row = FollowUpFactory(due_on=today(), done_at=clock.now())
    target, client = address("follow_up_done", row.pk), sign_in("manager")

    piece = client.post(target, {"next": "/day/"}, headers=HTMX).content.decode()

    assert "Nothing is waiting" in piece
    assert "Nothing is waiting" not in client.post(target, headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/day/?who=all", "/day/?who=all"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_next_leads_nowhere_else(sign_in: SignIn, wanted: str, target: str | None) -> None:
    row = FollowUpFactory()

    response = sign_in("support").post(address("follow_up_done", row.pk), {"next": wanted})

    assert response.headers["Location"] == (target or address("customer", row.customer_id))


@pytest.mark.parametrize(("days", "moved"), [("7", True), ("0", False), ("²", False), ("x", False)])
def test_it_can_be_put_off(sign_in: SignIn, days: str, moved: bool) -> None:
    row = FollowUpFactory()

    sign_in("support").post(address("follow_up_snooze", row.pk), {"days": days})

    before = row.due_on
    row.refresh_from_db()
    expected = timezone.localdate(clock.now()) + timedelta(days=7)
    assert row.due_on in {before, expected, expected + timedelta(days=1)}
    assert (row.due_on != before) == moved


def test_who_takes_it_has_it(sign_in: SignIn, cast: Cast) -> None:
    row = FollowUpFactory()

    sign_in("support").post(address("follow_up_take", row.pk))

    row.refresh_from_db()
    assert row.assignee == cast["support"]


def test_my_day_has_what_i_promised_with_phone_and_reason(sign_in: SignIn, cast: Cast) -> None:
    talk = InteractionFactory(text="Promised an answer")
    IdentityFactory(customer=talk.customer, kind="phone", value="600 123 456")
    mine = {"customer": talk.customer, "assignee": cast["support"], "due_on": today()}
    FollowUpFactory(**mine, source_kind="interaction", source_id=talk.pk)
    FollowUpFactory(**mine | {"due_on": today() - timedelta(days=3)}, what="Late one")
    FollowUpFactory(what="Not mine", due_on=today())
    client = sign_in("support")

    text = client.get("/day/").content.decode()

    for words in ("My day", "600 123 456", "Promised an answer", "Late one"):
        assert words in text, words
    assert "Not mine" not in text
    assert "Not mine" in client.get("/day/?who=nobody").content.decode()
    assert client.get("/day/?who=nonsense").status_code == 200


def test_a_managers_day_says_what_came_in(sign_in: SignIn) -> None:
    now = clock.now()
    CustomerFactory(created_at=now)
    PurchaseFactory(occurred_at=now, customer=CustomerFactory())
    InteractionFactory(occurred_at=now, customer=CustomerFactory())

    panel = sign_in("manager").get("/day/").context["panels"][0][1]["came_in"]

    assert (panel.customers, panel.purchases, panel.gross_minor) == (1, 1, 10_000)
    assert panel.interactions == 1
    assert "came_in" not in sign_in("support").get("/day/").context["panels"]


def test_the_day_asks_the_same_queries_however_long(sign_in: SignIn) -> None:
    client, asked = sign_in("manager"), []
    for number in (1, 30):
        for _each in range(number):
            talk = InteractionFactory()
            IdentityFactory(customer=talk.customer, kind="phone", value="600 123 456")
            link = {"source_kind": "interaction", "source_id": talk.pk, "customer": talk.customer}
            FollowUpFactory(due_on=today(), **link)
            FollowUpFactory(done_at=clock.now(), **link)
        client.get("/day/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/day/")
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 18


GRANT = {
    "purpose": "marketing",
    "address": "anna@example.pl",
    "text": "I want to hear about offers.",
    "language": "pl",
    "source": "paper",
    "source_note": "Form 117",
}


def test_a_consent_is_recorded_and_its_wording_is_ready_the_next_time(sign_in: SignIn) -> None:
    customer = IdentityFactory(value="anna@example.pl").customer
    client = sign_in("support")

    client.post(address("consents", customer.pk), GRANT)

    entry = ConsentEntry.objects.get()
    assert (entry.action, entry.address, entry.source_note) == (
        "granted",
        "anna@example.pl",
        "Form 117",
    )
    form = client.get(address("consents", CustomerFactory(language="pl").pk)).context["form"]
    assert form["text"].value() == GRANT["text"]


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [("pl", "Chcę oferty.", "pl"), ("cs", "", "cs"), ("", "Yes, offers.", "en")],
)
def test_a_wording_is_proposed_in_the_customers_language_only(
    sign_in: SignIn, language: str, text: str, shown: str
) -> None:
    ConsentEntryFactory(text="Tak.", language="pl")
    ConsentEntryFactory(text="Chcę oferty.", language="pl")
    ConsentEntryFactory(text="Yes, offers.", language="en")
    customer = CustomerFactory(language=language)

    form = sign_in("support").get(address("consents", customer.pk)).context["form"]

    assert (form["text"].value(), form["language"].value()) == (text, shown)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"source_note": ""},
        {"source": "import"},
        {"purpose": "x"},
        {"address": "b@example.pl"},
        {"occurred_at": "2100-01-01T00:00"},
        {"source_note": "x" * 256},
    ],
)
def test_a_consent_without_proof_comes_back(sign_in: SignIn, changes: dict[str, str]) -> None:
    customer = IdentityFactory(value="anna@example.pl").customer

    response = sign_in("support").post(address("consents", customer.pk), GRANT | changes)

    assert response.status_code == 422
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_everyone_can_take_a_consent_back(sign_in: SignIn, role: str) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": entry.pk, "purpose": "marketing"}

    sign_in(role).post(address("withdraw", entry.customer_id), data)

    newest = ConsentEntry.objects.order_by("-pk").first()
    assert (newest.action, newest.address) == ("withdrawn", "anna@example.pl")


@pytest.mark.parametrize("data", [{}, {"entry": "x"}, {"entry": str(2**70)}, {"purpose": "survey"}])
def test_what_was_never_granted_is_not_found(sign_in: SignIn, data: dict[str, str]) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": str(entry.pk), "purpose": "marketing"} | data
    data = data if len(data) > 2 or data["entry"] != str(entry.pk) else data | {"purpose": "survey"}

    response = sign_in("support").post(address("withdraw", entry.customer_id), data)

    assert response.status_code == 404
    assert ConsentEntry.objects.count() == 1


def test_another_customers_consent_is_not_found(sign_in: SignIn) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": entry.pk, "purpose": "marketing"}

    response = sign_in("support").post(address("withdraw", CustomerFactory().pk), data)

    assert response.status_code == 404

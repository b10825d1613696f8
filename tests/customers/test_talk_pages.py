"""The composer and its draft over HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from customers.models import FollowUp, Interaction, InteractionDraft
from tests.customers.talk import HTMX, NASTY, SAID, address
from tests.factories.customers import CustomerFactory, InteractionFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Cast = dict[str, User]


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

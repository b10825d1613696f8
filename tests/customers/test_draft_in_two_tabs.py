"""A draft that two tabs show is logged once, and the second submit is noticed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import FollowUp, Interaction, InteractionDraft
from tests.factories.customers import CustomerFactory, InteractionFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
SAID = {"channel": "call", "text": "Asked about the bowl"}
STEP = {"what": "Call back", "due_on": "2027-01-04"}


def shown(client: Client, pk: int) -> dict[str, Any]:
    """What the composer of the customer's page would send as it stands."""
    form = client.get(reverse("customers:customer", args=[pk])).context["composer"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None}


def log(client: Client, pk: int, sent: dict[str, Any]) -> Any:
    return client.post(reverse("customers:interaction_new", args=[pk]), sent)


def test_the_same_words_from_a_second_tab_are_logged_once(sign_in: SignIn) -> None:
    client, pk = sign_in("support"), CustomerFactory().pk
    first = shown(client, pk) | SAID | STEP
    client.post(reverse("customers:draft", args=[pk]), first)
    second = shown(client, pk)
    assert (second["text"], second["draft_name"]) == (SAID["text"], first["draft_name"])

    answers = [log(client, pk, first), log(client, pk, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    told = [str(message) for message in get_messages(answers[1].wsgi_request)]
    assert told[-1] == "It is on the file already."
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)
    assert not InteractionDraft.objects.exists()
    assert shown(client, pk)["draft_name"] != first["draft_name"]


def test_other_words_are_told_and_may_come_on_top(sign_in: SignIn) -> None:
    client, pk = sign_in("support"), CustomerFactory().pk
    sent = shown(client, pk) | SAID
    log(client, pk, sent)

    told = log(client, pk, sent | {"text": "And about the plate"})

    assert told.status_code == 422
    assert "Something was logged from this draft already" in told.content.decode()
    again = {field.name: field.value() or "" for field in told.context["composer"]}
    assert again["text"] == "And about the plate"
    assert log(client, pk, again).status_code == 302
    texts = Interaction.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == [SAID["text"], "And about the plate"]


def test_what_was_taken_back_can_be_logged_again(sign_in: SignIn) -> None:
    client, pk = sign_in("support"), CustomerFactory().pk
    sent = shown(client, pk) | SAID
    log(client, pk, sent)
    client.post(reverse("customers:interaction_undo", args=[Interaction.objects.get().pk]))

    assert log(client, pk, sent).status_code == 302
    assert Interaction.objects.get().text == SAID["text"]


def test_who_sends_no_key_or_a_colleagues_is_not_hindered(sign_in: SignIn) -> None:
    pk = CustomerFactory().pk
    for client in (sign_in("support"), sign_in("manager")):
        log(client, pk, SAID | {"draft_name": "a" * 32})
        log(client, pk, SAID)
        log(client, pk, SAID)

    assert Interaction.objects.count() == 6
    assert log(sign_in("support"), pk, SAID | {"draft_name": "a" * 37}).status_code == 422


def test_the_database_keeps_it_too(cast: dict[str, User]) -> None:
    InteractionFactory(actor=cast["support"], draft_key="a" * 32)
    InteractionFactory(actor=cast["manager"], draft_key="a" * 32)

    with pytest.raises(IntegrityError), transaction.atomic():
        InteractionFactory(actor=cast["support"], draft_key="a" * 32)

"""My day over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import clock
from tests.customers.talk import today
from tests.factories.customers import (
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    InteractionFactory,
    PurchaseFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Cast = dict[str, User]


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

    assert asked[0] == asked[1] <= 21

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client

from accounts.models import User
from core import clock
from core.models import AuditEntry
from tests.conftest import Cast

PASSWORD = "correct horse battery"


def post(client: Client, username: str, password: str, **extra: str) -> tuple[int, str]:
    data = {"username": username, "password": password, **extra}
    response = client.post("/sign-in/", data)
    return response.status_code, response.content.decode()


def test_the_right_password_opens_the_door(client: Client, cast: Cast) -> None:
    status, _body = post(client, " Support ", PASSWORD)

    assert status == 302
    assert client.get("/account/").status_code == 200
    assert AuditEntry.objects.filter(action="sign_in.succeeded").count() == 1


def test_unknown_wrong_and_closed_accounts_get_the_same_answer(cast: Cast) -> None:
    User.objects.filter(username="marketer").update(is_active=False)

    answers = {
        post(Client(), "nobody", PASSWORD)[0],
        post(Client(), "support", "wrong password")[0],
        post(Client(), "marketer", PASSWORD)[0],
    }

    assert answers == {422}
    assert AuditEntry.objects.filter(action="sign_in.failed").count() == 3


def test_unknown_names_cost_a_hash_too(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))

    assert authenticate(username="nobody", password="x") is None
    assert hashed == ["x"]


def post_from(address: str, password: str) -> int:
    return post(Client(REMOTE_ADDR=address), "support", password)[0]


def test_the_sixth_try_of_an_address_on_an_account_waits_a_minute(cast: Cast) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as traveller:
        statuses = [post(Client(), "support", "wrong password")[0] for _ in range(6)]
        right_one = post(Client(), "support", PASSWORD)[0]
        traveller.shift(timedelta(seconds=60))
        later = post(Client(), "support", PASSWORD)[0]

    assert statuses == [422, 422, 422, 422, 422, 429]
    assert right_one == 429
    assert later == 302


def test_nobody_keeps_a_colleague_out_from_elsewhere(cast: Cast) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        for _ in range(150):
            post_from("203.0.113.7", "wrong password")

        assert post_from("203.0.113.8", PASSWORD) == 302


def test_an_account_is_not_tried_out_from_everywhere(cast: Cast) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as traveller:
        statuses = [post_from(f"203.0.113.{n // 5}", "wrong password") for n in range(101)]
        traveller.shift(timedelta(seconds=60))
        later = post_from("203.0.113.200", PASSWORD)

    assert statuses == [422] * 100 + [429]
    assert later == 302


def test_the_twenty_first_try_from_an_address_waits(db: None) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        statuses = [post(Client(), f"name{n}", "wrong password")[0] for n in range(21)]

    assert statuses == [422] * 20 + [429]


@pytest.mark.parametrize("field", ["username", "password"])
def test_overlong_input_is_refused_before_hashing(client: Client, db: None, field: str) -> None:
    data = {"username": "a", "password": "b"} | {field: "x" * 1_000_000}

    assert client.post("/sign-in/", data).status_code == 400


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_next_stays_on_this_site(client: Client, cast: Cast, target: str) -> None:
    data = {"username": "support", "password": PASSWORD, "next": target}

    assert client.post("/sign-in/", data).headers["Location"] == "/"


def test_next_leads_back(client: Client, cast: Cast) -> None:
    data = {"username": "support", "password": PASSWORD, "next": "/account/?a=1"}

    assert client.post("/sign-in/", data).headers["Location"] == "/account/?a=1"


def test_signing_out_ends_the_session(client: Client, cast: Cast) -> None:
    post(client, "support", PASSWORD)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/account/").status_code == 302


def signed_in_at(start: str, cast: Cast) -> Client:
    client = Client()
    with time_machine.travel(start, tick=False):
        post(client, "support", PASSWORD)
        assert client.get("/account/").status_code == 200
    return client


def test_thirty_idle_minutes_end_a_session(cast: Cast) -> None:
    client = signed_in_at("2026-11-22T12:00:00Z", cast)

    with time_machine.travel("2026-11-22T12:30:01Z", tick=False):
        assert client.get("/account/").status_code == 302


def test_reading_keeps_a_session_alive_but_not_for_ever(cast: Cast) -> None:
    client = signed_in_at("2026-11-22T08:00:00Z", cast)

    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as traveller:
        statuses = []
        for _ in range(25):
            traveller.shift(timedelta(minutes=29))
            statuses.append(client.get("/account/").status_code)

    assert statuses[:24] == [200] * 24
    assert statuses[24] == 302


def test_a_new_role_or_password_ends_all_sessions(cast: Cast) -> None:
    client = signed_in_at(clock.now().isoformat(), cast)
    assert client.get("/account/").status_code == 200

    User.objects.filter(username="support").update(role="manager")

    assert client.get("/account/").status_code == 302

"""Error pages: what happened, what to do, a way back; rendered without anything that could fail."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from accounts.models import User
from core.views import errors

SignIn = Callable[[str], Client]
WORDS = {
    400: ("This request cannot be read", "Go back, check what was entered"),
    403: ("This is not yours to open", "Ask a manager if you need it"),
    404: ("Nothing grows here", "Check the address"),
    405: ("This page does not work that way", "Open it from its own page"),
    413: ("This is too large", "Send a smaller file"),
    415: ("This kind of file cannot be used", "for example as CSV"),
    429: ("Too many tries", "Wait a minute"),
    500: ("Something broke on our side", "Try again in a moment"),
    503: ("This cannot be done right now", "try again in a moment"),
}


@pytest.mark.parametrize("status", sorted(WORDS))
def test_each_status_says_what_happened_and_what_to_do(
    status: int, rf: RequestFactory, django_assert_num_queries: Callable[[int], object], db: None
) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        response = errors.error_page(rf.get("/"), status)

    text = response.content.decode()
    title, advice = WORDS[status]
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in text
    assert advice in text
    assert f"<title>{status} · Perennial</title>" in text
    assert 'href="/">Go to the first page</a>' in text
    assert f"Code {status}" in text


def test_every_kind_has_words() -> None:
    assert sorted(errors.NAMES) == sorted(WORDS)


def test_a_reason_for_people_takes_the_place_of_the_general_words(rf: RequestFactory) -> None:
    text = errors.error_page(rf.get("/"), 413, "The file has 30 MB; the limit is 20.").content

    assert b"The file has 30 MB; the limit is 20." in text
    assert b"Send a smaller file" not in text


def test_a_reason_is_escaped(rf: RequestFactory) -> None:
    text = errors.error_page(rf.get("/"), 400, "<script>alert(1)</script>").content

    assert b"<script>alert" not in text
    assert b"&lt;script&gt;" in text


def test_the_page_is_in_the_language_of_the_reader(rf: RequestFactory) -> None:
    with translation.override("pl"):
        text = errors.not_found(rf.get("/")).content.decode()

    assert '<html lang="pl">' in text


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
    ],
)
def test_the_handlers_answer_with_their_status(
    view: Callable[..., object], status: int, rf: RequestFactory
) -> None:
    response = view(rf.get("/"))

    assert response.status_code == status  # type: ignore[attr-defined]


def test_a_form_open_too_long_says_so(cast: dict[str, object]) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/sign-in/", {"username": "admin", "password": "x"})

    assert response.status_code == 403
    assert "This form was open too long" in response.content.decode()


def test_an_unknown_address_is_404_with_the_house_page(sign_in: SignIn) -> None:
    response = sign_in("support").get("/nowhere/")

    assert response.status_code == 404
    assert "Nothing grows here" in response.content.decode()


def test_a_forbidden_page_is_403_with_the_house_page(sign_in: SignIn) -> None:
    response = sign_in("support").get("/settings/")

    assert response.status_code == 403
    assert "This is not yours to open" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "method", "address", "allow"),
    [
        (None, "GET", "/language/", "POST"),
        (None, "PUT", "/sign-in/", "GET, HEAD, POST"),
        ("support", "GET", "/sign-out/", "POST"),
        ("support", "GET", "/interactions/1/undo/", "POST"),
        ("support", "DELETE", "/customers/", "GET, HEAD"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_405_with_the_house_page(
    sign_in: SignIn, role: str | None, method: str, address: str, allow: str
) -> None:
    client = sign_in(role) if role else Client()

    response = client.generic(method, address)

    assert response.status_code == 405
    assert response.headers["Allow"] == allow
    assert "This page does not work that way" in response.content.decode()


def test_the_page_of_a_wrong_method_is_in_the_language_of_the_person(
    sign_in: SignIn, cast: dict[str, User]
) -> None:
    User.objects.filter(pk=cast["support"].pk).update(language="pl")

    response = sign_in("support").get("/sign-out/")

    assert response.status_code == 405
    assert '<html lang="pl">' in response.content.decode()


def test_error_pages_need_no_script_and_carry_the_policy(client: Client, db: None) -> None:
    response = client.get("/language/")

    assert response.status_code == 405
    assert "script" not in response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]

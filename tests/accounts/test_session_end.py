"""A session that ends while somebody works: signing in leads back to the page they were on."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.customers import CustomerFactory

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
HERE = "http://testserver"


@pytest.fixture
def file() -> str:
    return f"/customers/{CustomerFactory().pk}/"


def location(answer: object) -> str:
    return str(answer.headers["Location"])  # type: ignore[attr-defined]


def test_a_form_that_comes_too_late_leads_back_to_its_page(client: Client, file: str) -> None:
    answer = client.post(
        f"{file}interactions/", {"text": "Called"}, headers={"Referer": f"{HERE}{file}?kind=talks"}
    )

    assert answer.status_code == 302
    assert location(answer) == f"/sign-in/?next={file}%3Fkind%3Dtalks"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "https://evil.example/customers/1/",
        "//evil.example/",
        "javascript:alert(1)",
        f"{HERE}/customers/1/interactions/",
        f"{HERE}/no/such/page/",
        f"{HERE}//evil.example/",
    ],
)
def test_what_is_no_page_of_ours_is_not_come_back_to(
    client: Client, file: str, before: str
) -> None:
    answer = client.post(f"{file}interactions/", headers={"Referer": before})

    assert location(answer) == "/sign-in/?next=/"


def test_a_page_asked_for_is_come_back_to_itself(client: Client, file: str) -> None:
    answer = client.get(file, headers={"Referer": f"{HERE}/customers/"})

    assert location(answer) == f"/sign-in/?next={file}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_piece_of_a_page_becomes_the_sign_in_page(
    client: Client, file: str, method: str
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{HERE}{file}?kind=talks"}

    answer = getattr(client, method)("/customers/filter/", headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["HX-Redirect"] == f"/sign-in/?next={file}%3Fkind%3Dtalks"


def test_a_draft_that_comes_too_late_is_not_said_to_be_kept(client: Client, file: str) -> None:
    answer = client.post(f"{file}draft/", {"text": "Called"}, headers={"HX-Request": "true"})

    assert answer.status_code == 401


def test_who_signs_in_again_is_back_on_the_page(sign_in: SignIn, file: str) -> None:
    client = sign_in("support")
    client.session.flush()
    late = client.post(f"{file}interactions/", headers={"Referer": HERE + file})
    next_page = location(late).partition("?next=")[2]
    data = {"username": "support", "password": "correct horse battery", "next": next_page}

    answer = client.post("/sign-in/", data, follow=True)

    assert answer.redirect_chain == [(file, 302)]
    assert answer.status_code == 200

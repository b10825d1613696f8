from collections.abc import Callable

import pytest
from django.test import Client

from core.middleware.headers import HEADERS


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/health/", 200),
        ("/sign-in/", 200),
        ("/", 302),
        ("/nothing/here/", 404),
        ("/sign-in/?q=%00", 400),
        ("/sign-in/?q=%ff", 400),
    ],
)
def test_every_answer_carries_the_security_headers(
    client: Client, db: None, address: str, status: int
) -> None:
    response = client.get(address)

    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-store"


def test_a_denial_carries_them_too(sign_in: Callable[[str], Client]) -> None:
    response = sign_in("support").get("/settings/")

    assert response.status_code == 403
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")

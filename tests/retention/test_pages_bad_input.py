"""Addresses that nobody should write: a message or a 4xx, never a 500, nothing computed."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core.models import AuditEntry
from retention.services.rebuild import rebuild
from tests.conftest import entered, make_user
from tests.factories.accounts import BranchFactory
from tests.factories.customers import PurchaseFactory, TagFactory
from tests.retention.world import NOW

pytestmark = pytest.mark.django_db
LONG = "9" * 5000

BROKEN = [
    "month=2026-13",
    "month=2026-00",
    "month=0000-01",
    "month=9999-12",
    "month=-2026-11",
    "month=2026-1",
    "month=November",
    "month=" + quote("٢٠٢٦-١١"),
    "month=" + LONG,
    "month=2026-11-01",
    "from=2026-11-01",
    "to=2026-11-01",
    "through=2026-11-01",
    "from=2026-11-02&to=2026-11-01",
    "from=2026-11-01&to=2026-11-01",
    "from=2026-11-02&through=2026-11-01",
    "from=2026-02-30&to=2026-11-01",
    "from=01.11.2026&to=30.11.2026",
    "from=2026-11-01T00:00&to=2026-12-01",
    "from=20261101&to=20261201",
    "from=0001-01-01&to=9999-12-31",
    "from=2999-12-31&through=9999-12-31",
    "from=" + quote("２０２６-11-01") + "&to=2026-12-01",
    "from=" + LONG + "&to=" + LONG,
    "window=0",
    "window=731",
    "window=-1",
    "window=1e9",
    "window=90.0",
    "window=9,0",
    "window=NaN",
    "window=inf",
    "window=0x5a",
    "window=9_0",
    "window=" + quote("٣"),
    "window=" + quote("９０"),
    "window=" + LONG,
    "window=9223372036854775808",
    "window=90;DROP TABLE x",
    "branch=999",
    "branch=abc",
    "branch=1e3",
    "branch=9223372036854775808",
    "branch=" + LONG,
    "branch=-1",
    "tag=999",
    "tag=abc",
    "tag=9223372036854775808",
    "tag=" + LONG,
    "source=" + "x" * 41,
    "source=" + LONG,
    "compare=maybe",
    "show=everything",
    "tab=pie",
]
FINE = [
    "",
    "month=",
    "window=",
    "month=2026-11&month=2026-10",
    "window=0&window=90",
    "window=%2090",
    "source=" + quote("'; DROP TABLE customers_purchase; --"),
    "source=" + quote("<script>alert(1)</script>"),
    "source=%25",
    "utterly=unknown&other[]=1",
    "from=2999-12-30&to=2999-12-31",
    "from=1900-01-01&to=2999-12-31",
    "window=1&month=1900-01",
    "window=730&month=2999-12",
    "compare=on&show=money&tab=curves",
    "show=customers&tab=table",
    "after=whatever",
]
NOT_TEXT = ["month=%00", "window=9%000", "source=a%00b", "source=%ff%fe", "after=%00"]


@pytest.fixture(scope="module")
def manager(module_db: None) -> Client:
    """A manager's browser before a shop of two purchases, which all tests here only read."""
    PurchaseFactory()
    PurchaseFactory(customer=None, source="web")
    rebuild(now=NOW)
    return entered(make_user(Role.MANAGER))


@pytest.fixture
def client(manager: Client, db: None) -> Client:
    return manager


@pytest.mark.parametrize("query", BROKEN, ids=lambda query: query[:40])
def test_a_broken_address_says_what_is_wrong_and_shows_the_rest(query: str, client: Client) -> None:
    response = client.get(f"/retention/?{query}")

    assert response.status_code == 422
    text = response.content.decode()
    assert "Part of this address cannot be read, so it was left out" in text
    assert "November 2026" in text


@pytest.mark.parametrize(
    "kind", ["lists/buyers/", "lists/purchases/", "csv/months/", "csv/buyers/"]
)
@pytest.mark.parametrize("query", BROKEN[::3], ids=lambda query: query[:40])
def test_lists_and_files_refuse_a_broken_address(kind: str, query: str, client: Client) -> None:
    response = client.get(f"/retention/{kind}?{query}")

    assert response.status_code == 400
    assert not AuditEntry.objects.filter(action="retention.list_exported").exists()


@pytest.mark.parametrize("kind", ["", "lists/buyers/", "csv/months/", "csv/cohorts/"])
@pytest.mark.parametrize("query", FINE, ids=lambda query: query[:40])
def test_odd_but_harmless_addresses_are_answered(kind: str, query: str, client: Client) -> None:
    response = client.get(f"/retention/{kind}?{query}")

    expected = {404} if kind == "lists/buyers/" and query == "after=whatever" else {200}
    assert response.status_code in expected
    if response.streaming:
        assert b"".join(response.streaming_content)
    else:
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize("kind", ["", "lists/buyers/", "csv/months/", "freshness/"])
@pytest.mark.parametrize("query", NOT_TEXT)
def test_what_is_not_text_is_refused_at_the_door(kind: str, query: str, client: Client) -> None:
    assert client.get(f"/retention/{kind}?{query}").status_code == 400


@pytest.mark.parametrize(
    "name", ["", "nobody", "Lost", "lost2", "figures", "x" * 500, "__class__", "-", "kept_"]
)
def test_lists_that_never_were(name: str, client: Client) -> None:
    assert client.get(f"/retention/lists/{name}/").status_code == 404


@pytest.mark.parametrize("kind", ["", "nothing", "Months", "x" * 500, "pdf"])
def test_files_that_never_were(kind: str, client: Client) -> None:
    assert client.get(f"/retention/csv/{kind}/").status_code == 404


@pytest.mark.parametrize(
    "after",
    [
        "1",
        "a-b",
        "1-2-3",
        "-1-1",
        "1e9-1",
        "9" * 30 + "-1",
        "1-" + "9" * 30,
        quote("٣-٣"),
        "x" * 201,
        LONG,
        "' OR 1=1 --",
        "739000-1;DROP",
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("name", ["buyers", "purchases", "refunds"])
def test_cursors_that_no_list_made(name: str, after: str, client: Client) -> None:
    assert client.get(f"/retention/lists/{name}/?after={after}").status_code == 404


def test_the_largest_cursor_is_a_page_like_any_other(client: Client) -> None:
    for name in ("buyers", "purchases"):
        address = f"/retention/lists/{name}/?month=2026-11&after={'9' * 9}-{'9' * 18}"

        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "",
        "cohort=",
        "cohort=2026-13",
        "cohort=" + LONG,
        "cohort=2026-11&k=-1",
        "cohort=2026-11&k=1.5",
        "cohort=2026-11&k=" + quote("٣"),
        "cohort=2026-11&k=99999",
        "cohort=2026-11&k=" + LONG,
        "cohort=2026-11&k=x",
        "cohort=2026-11&last=2026-10",
        "cohort=2026-11&last=2031-11",
        "cohort=2026-11&last=",
        "cohort=2026-11&last=" + LONG,
    ],
    ids=lambda text: text[:30],
)
def test_cohorts_that_never_were(query: str, client: Client) -> None:
    assert client.get(f"/retention/lists/cohort/?{query}").status_code == 404
    assert client.get(f"/retention/csv/cohort/?{query}").status_code == 404


def test_a_cohort_far_away_is_empty(client: Client) -> None:
    page = client.get("/retention/lists/cohort/?cohort=2999-12&k=9999")

    assert page.status_code == 200
    assert b"0 customers" in page.content


@pytest.mark.parametrize("days", ["", "7", "-30", "30.0", "Ever", "030", quote("٣٠"), LONG])
def test_horizons_that_never_were(days: str, client: Client) -> None:
    for name in ("returned", "not_returned"):
        assert client.get(f"/retention/lists/{name}/?days={days}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["", "lists/buyers/", "csv/months/", "definitions/", "freshness/"])
def test_nothing_here_is_written(method: str, path: str, client: Client) -> None:
    assert getattr(client, method)(f"/retention/{path}", {"month": "2026-11"}).status_code == 405


def test_the_form_keeps_filters_that_are_right_beside_ones_that_are_wrong(client: Client) -> None:
    branch, tag = BranchFactory(name="Old town"), TagFactory(name="Regulars")

    response = client.get(
        reverse("retention:report"), {"branch": branch.pk, "tag": tag.pk, "window": "zero"}
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert f'<option value="{branch.pk}" selected>Old town</option>' in text
    assert f'<option value="{tag.pk}" selected>Regulars</option>' in text


def test_a_source_is_shown_as_text(client: Client) -> None:
    PurchaseFactory(source="<b>web</b>")
    rebuild(now=NOW)

    text = client.get(reverse("retention:report"), {"source": "<b>web</b>"}).content.decode()

    assert "<b>web</b>" not in text
    assert "&lt;b&gt;web&lt;/b&gt;" in text


def test_signed_out_people_are_asked_to_sign_in(db: None) -> None:
    for path in ("", "lists/buyers/", "csv/buyers/", "definitions/", "freshness/"):
        assert Client().get(f"/retention/{path}").status_code == 302

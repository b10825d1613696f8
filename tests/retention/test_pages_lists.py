"""Lists behind the numbers: page by page, masked by role, and as files."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Branch, Role
from core.models import AuditEntry
from customers.models import IdentityKind
from retention import reports
from retention.pages import lists
from retention.reports import MEMBER_LISTS, SALES_LISTS, CohortQuery
from retention.services.rebuild import rebuild
from retention.views import lists as list_views
from tests.customers.documents import bought, save
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    IdentityFactory,
    PurchaseFactory,
    RefundFactory,
)
from tests.retention.reading import heading_number, read_file, read_page
from tests.retention.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NOVEMBER = {"month": "2026-11", "window": "90"}


@pytest.fixture
def anna(db: None) -> int:
    """Anna bought twice in November and gave a part back; a guest bought as well."""
    anna = CustomerFactory(first_name="=Anna", last_name="Nowak")
    IdentityFactory(customer=anna, value="anna@secret.example")
    IdentityFactory(customer=anna, kind=IdentityKind.PHONE, value="+48 600 123 456")
    IdentityFactory(customer=anna, kind=IdentityKind.EXTERNAL, value="C-17")
    branch = Branch.objects.create(name="Old town")
    PurchaseFactory(customer=anna, number="P-1", gross_minor=12_345, branch=branch)
    PurchaseFactory(customer=anna, number="+P-2", occurred_at=NOON.replace(day=22))
    PurchaseFactory(customer=None, number="G-1", gross_minor=1)
    RefundFactory(customer=anna, number="R-1", refund_of="P-1")
    rebuild(now=NOW)
    return int(anna.pk)


def test_every_name_has_a_list_and_every_list_a_name() -> None:
    assert {
        *MEMBER_LISTS,
        *SALES_LISTS,
        "refunds",
        "cohort",
        "returned",
        "not_returned",
    } == lists.NAMES


def test_a_list_shows_who_and_leads_back(anna: int, sign_in: SignIn) -> None:
    page = read_page(
        sign_in(Role.MANAGER).get(reverse("retention:list", args=["buyers"]), NOVEMBER)
    )

    assert page.heading == "1 buyer"
    assert page.rows[1] == ["=Anna Nowak", "22 Nov 2026", "anna@secret.example", "–", "–"]
    hrefs = [link.href for link in page.links]
    assert "/retention/?month=2026-11&window=90" in hrefs
    assert reverse("customers:customer", args=[anna]) in hrefs


def test_a_list_of_purchases_tells_guests_and_branches(anna: int, sign_in: SignIn) -> None:
    page = read_page(
        sign_in(Role.MANAGER).get(reverse("retention:list", args=["purchases"]), NOVEMBER)
    )

    assert page.heading == "3 purchases"
    assert [row[:1] + row[2:] for row in page.rows[1:]] == [
        ["+P-2", "=Anna Nowak", "–", "PLN\xa0100.00"],
        ["G-1", "guest", "–", "PLN\xa00.01"],
        ["P-1", "=Anna Nowak", "Old town", "PLN\xa0123.45"],
    ]


@pytest.mark.parametrize("name", sorted(lists.NAMES))
def test_marketers_never_read_contacts(name: str, anna: int, sign_in: SignIn) -> None:
    params = NOVEMBER | {"cohort": "2026-11", "days": "ever"}
    client = sign_in(Role.MARKETER)
    page = client.get(reverse("retention:list", args=[name]), params)
    file = client.get(reverse("retention:csv", args=[name]), params)

    sent = page.content.decode() + b"".join(file.streaming_content).decode()
    assert page.status_code == 200
    for secret in ("anna@secret", "600 123 456", "600123456"):
        assert secret not in sent


def test_a_marketer_still_tells_people_apart(anna: int, sign_in: SignIn) -> None:
    page = read_page(sign_in(Role.MARKETER).get(reverse("retention:list", args=["new"]), NOVEMBER))

    assert page.rows[1][2] == "a•••@secret.example"


def test_somebody_without_a_name_is_not_named_by_a_full_address(db: None, sign_in: SignIn) -> None:
    nameless = CustomerFactory(first_name="", last_name="")
    IdentityFactory(customer=nameless, value="nobody@secret.example")
    PurchaseFactory(customer=nameless)
    rebuild(now=NOW)

    address = reverse("retention:list", args=["purchases"])
    shown = {
        role: read_page(sign_in(role).get(address, NOVEMBER)).rows[1][2]
        for role in (Role.MARKETER, Role.SUPPORT)
    }

    assert shown == {
        Role.MARKETER: "n•••@secret.example",
        Role.SUPPORT: "nobody@secret.example",
    }


@pytest.mark.parametrize("role", [Role.MARKETER, Role.SUPPORT])
def test_who_has_only_a_number_is_called_by_it(db: None, sign_in: SignIn, role: str) -> None:
    person = CustomerFactory(first_name="", last_name="")
    IdentityFactory(customer=person, kind="external", value="C-117")
    PurchaseFactory(customer=person)
    rebuild(now=NOW)

    address = reverse("retention:list", args=["purchases"])

    assert read_page(sign_in(role).get(address, NOVEMBER)).rows[1][2] == "C-117"


def test_managers_take_contacts_along_and_the_export_is_on_record(
    anna: int, sign_in: SignIn
) -> None:
    rows = read_file(sign_in(Role.MANAGER).get(reverse("retention:csv", args=["buyers"]), NOVEMBER))

    assert rows == [
        ["customer_id", "name", "day", "purchases", "gross", "net", "currency", "email", "phone"],
        [
            "C-17",
            "'=Anna Nowak",
            "2026-11-22",
            "",
            "",
            "",
            "PLN",
            "anna@secret.example",
            "'+48 600 123 456",
        ],
    ]
    entry = AuditEntry.objects.get(action="retention.list_exported")
    assert entry.details == {
        "list": "buyers",
        "query": {"month": "2026-11", "window": "90"},
        "rows": 1,
        "contacts": True,
    }


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER])
def test_others_take_people_without_contacts(role: str, anna: int, sign_in: SignIn) -> None:
    rows = read_file(sign_in(role).get(reverse("retention:csv", args=["buyers"]), NOVEMBER))

    assert rows[0] == ["customer_id", "name", "day", "purchases", "gross", "net", "currency"]
    assert rows[1][:3] == ["C-17", "'=Anna Nowak", "2026-11-22"]
    assert AuditEntry.objects.get(action="retention.list_exported").details["contacts"] is False


def test_files_of_purchases_and_refunds_are_exact(anna: int, sign_in: SignIn) -> None:
    client = sign_in(Role.SUPPORT)
    purchases = read_file(client.get(reverse("retention:csv", args=["purchases"]), NOVEMBER))
    refunds = read_file(client.get(reverse("retention:csv", args=["refunds"]), NOVEMBER))

    at = "2026-11-21T12:00:00+00:00"
    assert purchases == [
        [
            "order_id",
            "ordered_at",
            "customer_id",
            "name",
            "amount",
            "refunded",
            "currency",
            "branch",
            "source",
        ],
        [
            "'+P-2",
            at.replace("21T", "22T"),
            "C-17",
            "'=Anna Nowak",
            "100.00",
            "0.00",
            "PLN",
            "",
            "test",
        ],
        ["G-1", at, "", "", "0.01", "0.00", "PLN", "", "test"],
        ["P-1", at, "C-17", "'=Anna Nowak", "123.45", "0.00", "PLN", "Old town", "test"],
    ]
    assert refunds[1] == [
        "R-1",
        "P-1",
        at,
        "C-17",
        "'=Anna Nowak",
        "50.00",
        "PLN",
        "",
        "test",
    ]


@pytest.fixture
def world(db: None) -> World:
    made = make_world(9, customers=12, sales=90, span=200)
    rebuild(now=NOW)
    return made


def walk(client: Client, name: str, **params: str) -> list[str]:
    """The first cells of a list's rows, page after page as a visitor without scripts goes."""
    address, seen = reverse("retention:list", args=[name]), []
    query: dict[str, str] | None = params
    while address:
        page = read_page(client.get(address, query))
        rows = [row for row in page.rows[1:] if len(row) > 1]
        seen += [row[0] for row in rows]
        more = [link.href for link in page.links if "after=" in link.href]
        address, query = (more[0] if more else ""), None
    return seen


@pytest.mark.parametrize("name", ["purchases", "identified_purchases", "buyers", "refunds"])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_neither_repeat_nor_skip(
    name: str, size: int, world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_views, "PAGE", size)
    until = "2024-03-01" if name.endswith("purchases") else "2025-01-01"
    params = {"from": "2024-01-01", "to": until, "window": "90"}

    seen = walk(sign_in(Role.MANAGER), name, **params)

    count = heading_number(
        sign_in(Role.MANAGER).get(reverse("retention:list", args=[name]), params)
    )
    assert len(seen) == len(set(seen)) == count > 5


def test_scripts_fetch_only_the_next_rows(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_views, "PAGE", 2)
    client = sign_in(Role.MANAGER)
    params = {"from": "2024-01-01", "to": "2025-01-01"}
    page = read_page(client.get(reverse("retention:list", args=["purchases"]), params))
    following = next(link.href for link in page.links if "after=" in link.href)

    headers = {"HX-Request": "true", "HX-Target": "more"}
    piece = client.get(following, headers=headers).content.decode()

    assert "<html" not in piece
    assert piece.count("<tr") == 3
    assert piece.count('id="more"') == 1


@pytest.mark.parametrize("horizon", ["30", "90", "ever"])
def test_who_came_back_and_who_did_not_are_all(horizon: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER)
    counts = {
        name: heading_number(client.get(reverse("retention:list", args=[name]), {"days": horizon}))
        for name in ("returned", "not_returned")
    }

    days = None if horizon == "ever" else int(horizon)
    rate = next(row for row in reports.repeat_rates() if row.horizon == days)
    assert counts == {
        "returned": rate.returned,
        "not_returned": rate.customers - rate.returned,
    }


def test_a_cohort_list_says_which(world: World, sign_in: SignIn) -> None:
    table = reports.cohorts(CohortQuery())
    row = table.rows[0]
    params = {"cohort": f"{row.month // 12}-{row.month % 12 + 1:02}", "k": "1"}

    page = read_page(sign_in(Role.MANAGER).get(reverse("retention:list", args=["cohort"]), params))

    assert "First purchase in January 2024, bought in February 2024" in page.text
    cell = row.cells[1]
    assert cell is not None
    assert page.heading_number == cell.active


@pytest.mark.parametrize("name", ["buyers", "purchases"])
def test_a_list_asks_the_database_as_often_for_any_length(
    name: str,
    world: World,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client = sign_in(Role.MANAGER)
    params = {"from": "2024-01-01", "to": "2025-01-01"}
    client.get(reverse("retention:list", args=[name]), params)

    with django_assert_max_num_queries(17):
        client.get(reverse("retention:list", args=[name]), params)


def test_an_empty_list_says_so(world: World, sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER).get(
        reverse("retention:list", args=["lost"]), {"month": "2020-01", "window": "30"}
    )

    assert b"Nobody is on this list" in page.content
    assert b"0 customers left" in page.content


def test_rows_show_the_sums_with_the_purchase_of_a_moment_ago(anna: int, sign_in: SignIn) -> None:
    client, address = sign_in(Role.MANAGER), reverse("retention:list", args=["buyers"])
    save(bought("99", 1_000, customer_id=anna, day=20), now=NOW)

    [person] = client.get(address, NOVEMBER).context["people"]

    assert (person.purchases, person.gross_minor) == (3, 23_345)


def test_a_file_holds_the_sums_with_the_purchase_of_a_moment_ago(
    anna: int, sign_in: SignIn
) -> None:
    client, address = sign_in(Role.MANAGER), reverse("retention:csv", args=["buyers"])
    save(bought("99", 1_000, customer_id=anna, day=20), now=NOW)

    header, row = read_file(client.get(address, NOVEMBER))

    assert (row[header.index("purchases")], row[header.index("gross")]) == ("3", "233.45")

"""The customer list: sorted, paged by key, filtered, counted, exported; bad input is refused."""

import base64
import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.csv_writing import MARK, unescape
from core.models import AuditEntry
from core.signing import keyed_hash
from customers.customer_list import SORTS, best_contact, count_all, count_up_to
from customers.keyset import LARGEST, Cursor, Page, read_cursor, read_page, write_cursor
from customers.models import Customer, CustomerTag, IdentityKind, PurchaseSummary, Segment
from customers.rules.segment_language import Condition, Group, Join
from customers.services.segments import save_segment
from customers.services.summaries import mark_stale
from tests.factories.customers import CustomerFactory, IdentityFactory, PurchaseFactory, TagFactory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


def person(name: str, *, last: int | None = None, **figures: int) -> Customer:
    """A customer; with `last`, one who bought on that day of November 2026."""
    customer = CustomerFactory(first_name=name, last_name="", name_key=name.lower())
    if last is not None:
        day = datetime(2026, 11, last, 12, tzinfo=UTC)
        values = {"purchases": 1, "gross_minor": 100, "refunds_minor": 0} | figures
        PurchaseSummary.objects.create(
            customer=customer,
            first_at=day,
            last_at=day,
            first_day=day.toordinal(),
            last_day=day.toordinal(),
            days=1,
            **values,
        )
    return customer


def walk(sort_key: str, *, falling: bool, size: int, backward: bool = False) -> list[str]:
    """All names page by page; backward: from the last page to the first, each in order."""
    sort, names, cursor = SORTS[sort_key], [], None
    pages: list[Page[Customer]] = []
    rows = Customer.objects.select_related("summary")
    while True:
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)
        pages.append(page)
        token = page.before if backward and len(pages) > 1 else page.after
        if not token:
            break
        cursor = read_cursor(token, sort, backward=False)
        assert cursor is not None
    for page in pages:
        names += [customer.first_name for customer in page.rows]
    return names


@pytest.fixture
def shoppers(db: None) -> None:
    person("Ada", last=5, purchases=2, gross_minor=500)
    person("Bea")
    person("Cyd", last=9, purchases=2, gross_minor=900, refunds_minor=800)
    person("Dan", last=5, purchases=7, gross_minor=100)
    person("Eve")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
@pytest.mark.parametrize(
    ("sort", "falling", "expected"),
    [
        ("name", False, "Ada Bea Cyd Dan Eve"),
        ("name", True, "Eve Dan Cyd Bea Ada"),
        ("created", False, "Ada Bea Cyd Dan Eve"),
        ("created", True, "Eve Dan Cyd Bea Ada"),
        ("last", True, "Cyd Dan Ada Eve Bea"),
        ("last", False, "Ada Dan Cyd Bea Eve"),
        ("purchases", True, "Dan Cyd Ada Eve Bea"),
        ("purchases", False, "Ada Cyd Dan Bea Eve"),
        ("value", True, "Ada Dan Cyd Eve Bea"),
        ("value", False, "Cyd Dan Ada Bea Eve"),
    ],
)
def test_pages_follow_each_other_and_who_never_bought_is_last(
    sort, falling, expected, size, shoppers
) -> None:
    assert walk(sort, falling=falling, size=size) == expected.split()


@pytest.mark.parametrize("sort_key", list(SORTS))
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_back_and_forth_meet_the_same_pages(sort_key, falling, size, shoppers) -> None:
    sort, rows = SORTS[sort_key], Customer.objects.select_related("summary")
    forward, page = [], read_page(rows, sort, falling=falling, cursor=None, size=size)
    assert page.before == ""
    while page.after:
        forward.append([row.pk for row in page.rows])
        cursor = read_cursor(page.after, sort, backward=False)
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)

    back = []
    while page.before:
        cursor = read_cursor(page.before, sort, backward=True)
        page = read_page(rows, sort, falling=falling, cursor=cursor, size=size)
        back.append([row.pk for row in page.rows])

    assert back[::-1] == forward


@DB
def test_a_page_stays_in_place_when_others_come_and_go(shoppers) -> None:
    sort = SORTS["name"]
    first = read_page(Customer.objects.all(), sort, falling=False, cursor=None, size=2)
    Customer.objects.filter(first_name="Bea").delete()
    person("Abe")

    cursor = read_cursor(first.after, sort, backward=False)
    second = read_page(Customer.objects.all(), sort, falling=False, cursor=cursor, size=2)

    assert [row.first_name for row in second.rows] == ["Cyd", "Dan"]


CURSORS = {
    "name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=90),
    "last": st.integers(-(2**40), 2**40),
    "created": st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
}


@given(st.sampled_from(sorted(CURSORS)), st.data(), st.integers(1, LARGEST))
def test_a_written_cursor_reads_back(key: str, data: st.DataObject, pk: int) -> None:
    cursor = Cursor(False, data.draw(CURSORS[key]), pk)

    assert read_cursor(write_cursor(cursor), SORTS[key], backward=False) == cursor


@given(st.text(max_size=30) | st.binary(max_size=30).map(repr))
def test_garbage_is_no_cursor(token: str) -> None:
    for sort in SORTS.values():
        cursor = read_cursor(token, sort, backward=False)
        assert cursor is None or write_cursor(cursor)


def token_of(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sort", "content"),
    [
        ("name", [0, 5, 1]),
        ("name", [0, "a\x00", 1]),
        ("name", [0, "\ud800", 1]),
        ("name", [0, "x" * 301, 1]),
        ("name", [0, "a", 0]),
        ("name", [0, "a", 2**63]),
        ("name", [0, "a", 1.5]),
        ("name", [0, "a", True]),
        ("name", [0, "a", "1"]),
        ("name", [1, None, 1]),
        ("name", [0, None, 1]),
        ("name", [2, "a", 1]),
        ("name", [0, "a"]),
        ("name", "abc"),
        ("name", {"a": 1}),
        ("name", None),
        ("last", [0, "5", 1]),
        ("last", [0, 2**63, 1]),
        ("last", [0, True, 1]),
        ("last", [0, float("nan"), 1]),
        ("last", [1, 5, 1]),
        ("created", [0, "yesterday", 1]),
        ("created", [0, "2026-01-01T00:00:00", 1]),
        ("created", [0, "0001-01-01T00:00:00+00:00", 1]),
        ("created", [0, 5, 1]),
    ],
)
def test_a_cursor_that_does_not_fit_is_none(sort: str, content: object) -> None:
    assert read_cursor(token_of(content), SORTS[sort], backward=False) is None


@DB
@pytest.mark.parametrize(
    "query",
    [
        "after=garbage",
        "after=" + "x" * 5000,
        "before=%F0%9F%98%80",
        "after=&before=",
        "after=a&after=b",
        "sort=password",
        "sort=--name",
        "sort=-",
        "sort[]=name",
        "count=all",
        "page=99999999999999999999",
    ],
)
def test_an_odd_address_is_the_first_page(query: str, sign_in: SignIn, shoppers) -> None:
    page = sign_in("support").get(f"/customers/?{query}")

    assert page.status_code == 200
    assert "Ada" in page.content.decode()


@DB
@pytest.mark.parametrize(
    "where",
    [
        "nonsense",
        "all(",
        "all(password.is:x)",
        "all(city__icontains.is:x)",
        "all(purchases.at_least:NaN)",
        "all(purchases.at_least:99999999999999999999)",
        "all(last_purchase.in_last:9999999)",
        "all(" * 50,
        "x" * 30_000,
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_lists_nobody(where, sign_in, shoppers) -> None:
    for address in ["/customers/", "/customers/count/", "/customers/filter/", "/customers/export/"]:
        client = sign_in("manager")
        headers = {"HX-Request": "true"} if "count" in address else {}
        page = client.get(address, {"where": where}, headers=headers)

        assert page.status_code == 400, address
        assert "Ada" not in page.content.decode()


@DB
def test_a_list_shows_what_there_is_to_know(sign_in: SignIn, cast: dict[str, User]) -> None:
    anna = CustomerFactory(city="Poznań", owner=cast["support"])
    IdentityFactory(customer=anna, value="anna@example.pl")
    tag = TagFactory(name="VIP", key="vip")
    CustomerTag.objects.create(customer=anna, tag=tag)
    PurchaseSummary.objects.create(
        customer=anna,
        first_at=NOW,
        last_at=NOW,
        first_day=date(2026, 11, 22).toordinal(),
        last_day=date(2026, 11, 22).toordinal(),
        days=1,
        purchases=3,
        gross_minor=123_456,
        refunds_minor=3_456,
    )

    text = sign_in("support").get("/customers/").content.decode()

    for expected in [
        "Anna Nowak",
        "anna@example.pl",
        "Poznań",
        "VIP",
        "22 Nov 2026",
        "Support",
        "1,200.00",
        "1 customer",
    ]:
        assert expected in text, expected


@DB
def test_a_marketer_sees_no_contact(sign_in: SignIn) -> None:
    IdentityFactory(customer=CustomerFactory(), value="anna@example.pl")
    IdentityFactory(customer=CustomerFactory(), kind=IdentityKind.PHONE, value="+48 600 123 456")

    text = sign_in("marketer").get("/customers/").content.decode()

    assert "a•••@example.pl" in text
    assert "anna@example.pl" not in text
    assert "600 123" not in text


@DB
def test_what_was_bought_a_moment_ago_is_in_the_list(sign_in: SignIn) -> None:
    bought = PurchaseFactory(gross_minor=7_700)
    mark_stale([bought.customer_id])

    text = sign_in("support").get("/customers/").content.decode()

    assert "77.00" in text


@DB
def test_the_list_costs_the_same_queries_for_two_and_for_fifty(sign_in: SignIn) -> None:
    client = sign_in("manager")

    def cost(number: int) -> int:
        for _new in range(number):
            customer = CustomerFactory()
            IdentityFactory(customer=customer)
            tag = TagFactory()
            CustomerTag.objects.create(customer=customer, tag=tag)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/customers/").status_code == 200
        return len(queries)

    cost(1)
    few = cost(2)

    assert cost(50) == few <= 20


@DB
def test_pages_are_linked(sign_in: SignIn) -> None:
    for number in range(55):
        person(f"P{number:02}")
    client = sign_in("support")

    first = client.get("/customers/")
    second = client.get("/customers/" + first.context["next"])
    again = client.get("/customers/" + second.context["previous"])

    assert [len(page.context["rows"]) for page in (first, second, again)] == [50, 5, 50]
    assert first.context["previous"] == second.context["next"] == ""
    assert first.context["rows"] == again.context["rows"]


@DB
def test_a_head_turns_its_direction_and_keeps_the_filter(sign_in: SignIn, shoppers) -> None:
    page = sign_in("support").get("/customers/?where=all(purchases.at_least:1)&sort=-last")
    heads = {head["key"]: head for head in page.context["columns"]}

    assert heads["last"]["sort"] == "descending"
    assert "sort=last" in heads["last"]["href"]
    assert "sort=-value" in heads["value"]["href"]
    assert "where=all%28purchases.at_least%3A1%29" in heads["value"]["href"]
    assert [row.name for row in page.context["rows"]] == ["Cyd", "Dan", "Ada"]


@DB
def test_a_count_equals_its_list(shoppers) -> None:
    people = Customer.objects.filter(summary__isnull=False)

    assert (count_up_to(people, 3).number, count_up_to(people, 3).exact) == (3, True)
    assert (count_up_to(people, 2).number, count_up_to(people, 2).exact) == (2, False)
    assert count_all(people).number == 3


@DB
def test_a_large_number_is_asked_for_later(sign_in: SignIn, shoppers, monkeypatch) -> None:
    monkeypatch.setattr("customers.views.list.count_up_to", lambda people: count_up_to(people, 2))
    client = sign_in("support")

    page = client.get("/customers/").content.decode()
    later = client.get("/customers/count/?sort=name", headers={"HX-Request": "true"})
    plain = client.get("/customers/count/?where=all(purchases.at_least:1)")
    whole = client.get("/customers/?count=all").content.decode()

    assert "more than 2" in page
    assert 'hx-get="/customers/count/?sort=name"' in page
    assert "5 customers" in later.content.decode()
    assert "<html" not in later.content.decode()
    assert plain.status_code == 302
    assert "count=all" in plain["Location"]
    assert "5 customers" in whole


@DB
def test_a_segment_is_listed_for_those_who_may_see_segments(sign_in: SignIn, shoppers) -> None:
    definition = {"all": [{"field": "purchases", "operator": "at_least", "value": 3}]}
    segment = Segment.objects.create(
        name="Regulars", definition=definition, created_at=NOW, updated_at=NOW
    )

    page = sign_in("marketer").get(f"/customers/?segment={segment.pk}")

    assert [row.name for row in page.context["rows"]] == ["Dan"]
    assert "Regulars" in page.content.decode()
    assert sign_in("support").get(f"/customers/?segment={segment.pk}").status_code == 404
    for nobody in ["0", "x", "9" * 30, "-1", "٣"]:
        assert sign_in("marketer").get("/customers/", {"segment": nobody}).status_code == 404


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/customers/export/{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    assert text.startswith(MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK), newline="")))


@DB
def test_an_export_holds_the_list_and_leaves_a_trace(sign_in: SignIn, cast) -> None:
    anna = CustomerFactory(
        first_name="=cmd()", last_name="Ó", birth_month=5, birth_day=3, notes="a\nb", city="Brno"
    )
    anna.set_name_key()
    anna.save()
    IdentityFactory(customer=anna, value="anna@example.pl")
    IdentityFactory(customer=anna, kind=IdentityKind.PHONE, value="+48 600")
    IdentityFactory(customer=anna, kind=IdentityKind.EXTERNAL, value="-7")
    person("Bea")

    rows = exported(sign_in("manager"), "?where=all(city.is:Brno)")

    assert len(rows) == 1
    assert rows[0]["first_name"] == "'=cmd()"
    assert unescape(rows[0]["phone"]) == "+48 600"
    assert unescape(rows[0]["customer_id"]) == "-7"
    assert unescape(rows[0]["birthday"]) == "--05-03"
    assert rows[0]["notes"] == "a\nb"
    assert rows[0]["value"] == "0.00"
    entry = AuditEntry.objects.get(action="customers.exported")
    key = keyed_hash("audit.filter", "all(city.is:Brno)")
    assert entry.details == {
        "filter": "all(city.is)",
        "filter_key": key,
        "segment": None,
        "count": 1,
    }
    assert entry.actor == cast["manager"].label


@DB
def test_the_trail_of_an_export_names_nobody(sign_in: SignIn) -> None:
    tree = Group(Join.ALL, (Condition("city", "is", "Zqkowalska"),))
    segment = save_segment(actor=None, segment=None, name="Some", tree=tree)

    for query in ("?where=all(city.is:Zqkowalska)", f"?segment={segment.pk}", ""):
        exported(sign_in("manager"), query)

    typed, saved, everybody = AuditEntry.objects.filter(action="customers.exported").order_by("pk")
    assert "Zqkowalska" not in str([typed.details, saved.details])
    assert typed.details["filter"] == saved.details["filter"] == "all(city.is)"
    assert typed.details["filter_key"] == saved.details["filter_key"]
    assert (typed.details["segment"], saved.details["segment"]) == (None, segment.pk)
    assert (everybody.details["filter"], everybody.details["filter_key"]) == ("", "")


@DB
def test_an_export_goes_on_over_many_pages(sign_in: SignIn, monkeypatch, shoppers) -> None:
    monkeypatch.setattr("customers.list_export.ROWS_AT_ONCE", 2)

    rows = exported(sign_in("admin"))

    assert [row["first_name"] for row in rows] == ["Ada", "Bea", "Cyd", "Dan", "Eve"]
    assert rows[2]["value"] == "1.00"
    assert rows[2]["last_purchase"] == "2026-11-09"


@DB
@pytest.mark.parametrize("role", ["support", "marketer"])
def test_who_may_not_export_leaves_with_nothing(role: str, sign_in: SignIn, shoppers) -> None:
    assert sign_in(role).get("/customers/export/").status_code == 403
    assert not AuditEntry.objects.filter(action="customers.exported").exists()


@DB
def test_the_best_contact_is_the_main_mail_then_the_main_phone() -> None:
    anna = CustomerFactory()
    number = IdentityFactory(customer=anna, kind=IdentityKind.EXTERNAL, value="7")
    phone = IdentityFactory(customer=anna, kind=IdentityKind.PHONE, value="+48 600 100 200")
    other = IdentityFactory(customer=anna, is_primary=False)
    main = IdentityFactory(customer=anna)

    assert best_contact([]) is None
    assert best_contact([number]) == number
    assert best_contact([number, phone]) == phone
    assert best_contact([number, phone, other]) == other
    assert best_contact([number, phone, other, main]) == main


@DB
def test_a_thousand_years_are_no_trouble(sign_in: SignIn) -> None:
    CustomerFactory(created_at=NOW - timedelta(days=10))
    for where in ["created_at.before:0001-01-01", "created_at.after:9999-12-31"]:
        assert sign_in("support").get("/customers/", {"where": where}).status_code == 200

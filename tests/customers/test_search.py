"""Search: every spelling finds its customer, on either database, in few queries."""

import random
import string
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.text import fold
from customers.models import Customer, SearchVariant, SearchWord
from customers.search import (
    SearchSource,
    UnreadableQuestion,
    ask,
    mark,
    mark_digits,
    mark_part,
    search,
    search_sources,
)
from customers.services.search import add_words, index_customers, rebuild_words
from tests.factories.customers import CustomerFactory, IdentityFactory, PurchaseFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def person(first_name: str, last_name: str, **contacts: str) -> Customer:
    customer = CustomerFactory(first_name=first_name, last_name=last_name)
    for kind, value in contacts.items():
        IdentityFactory(customer=customer, kind=kind, value=value)
    index_customers([customer.pk])
    return customer


@pytest.fixture
def support(cast: dict[str, User]) -> User:
    return cast["support"]


@pytest.fixture
def people() -> None:
    person("Łukasz", "Wójcik", email="lukasz.wojcik@example.pl", phone="+48 600 123 456")
    person("Anna", "Kowalska", email="anna@poczta.example", external="C-0042")
    person("Maria", "Kowalska-Nowak", email="maria_k@example.ro", phone="+40 722 123 456")
    person("Jan", "Kowalczyk", email="100%@example.pl", external="AB_77")
    person("Jana", "Nováková", email="jana@example.cz")


def names(text: str, user: User, limit: int = 8) -> list[str]:
    question = ask(text, user=user, limit=limit)
    assert question is not None
    groups = {group.key: group for group in search(question).groups}
    hits = groups["customers"].hits if "customers" in groups else []
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in hits]


ANNA, MARIA, JAN = "Anna Kowalska", "Maria Kowalska-Nowak", "Jan Kowalczyk"
LUKASZ, JANA = "Łukasz Wójcik", "Jana Nováková"


@pytest.mark.parametrize(
    "text",
    [
        *("22 123 45 67", "221234567", "+48 22 123 45 67", "4567"),
        *("22 123 45 67 wew. 12", "1234567 ext 9"),
    ],
)
def test_a_number_with_an_extension_is_found_by_the_number(text: str, support: User) -> None:
    person("Ewa", "Lis", phone="22 123 45 67 wew. 12")

    assert names(text, support) == ["Ewa Lis"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lukasz", [LUKASZ]),
        ("ŁUKASZ", [LUKASZ]),
        ("Łukasz Wójcik", [LUKASZ]),
        ("wojcik lukasz", [LUKASZ]),
        ("woj luk", [LUKASZ]),
        ("novakova", [JANA]),
        ("nowak", [MARIA]),
        ("kowalska-nowak", [MARIA]),
        ("kowalska", [ANNA, MARIA]),
        ("anna kowalska", [ANNA]),
        ("kowal", [JAN, ANNA, MARIA]),
        ("jan", [JAN, JANA]),
        ("kowlaska", [ANNA, MARIA]),
        ("Kowalkska", [ANNA, MARIA]),
        ("wojick", [LUKASZ]),
        ("wojcikk lukas", [LUKASZ]),
        ("ana kowlaska", []),
        ("mraia nowak", [MARIA]),
        ("kowlasak", []),
        ("jna", []),
        ("lukasz.wojcik@example.pl", [LUKASZ]),
        ("Lukasz.Wojcik@Example.PL", [LUKASZ]),
        ("lukasz.woj", [LUKASZ]),
        ("poczta", [ANNA]),
        ("@poczta", [ANNA]),
        ("+48 600 123 456", [LUKASZ]),
        ("+48600123456", [LUKASZ]),
        ("0048 600 123 456", [LUKASZ]),
        ("600-123-456", [LUKASZ]),
        ("(600) 123 456", [LUKASZ]),
        ("600123", [LUKASZ]),
        ("0722 123 456", [MARIA]),
        ("722.123.456", [MARIA]),
        ("3456", [LUKASZ, MARIA]),
        ("345", []),
        ("C-0042", [ANNA]),
        ("c-0042", [ANNA]),
        ("0042", [ANNA]),
        ("AB_77", [JAN]),
        ("ABX77", []),
        ("100%@example.pl", [JAN]),
        ("100%", [JAN]),
        ("%", []),
        ("_", []),
        ("maria_k", [MARIA]),
        ("mariaxk", []),
        ("\\", []),
        ("'; DROP TABLE customers_customer; --", []),
        ("' OR 1=1", []),
        ("!!!", []),
        ("\U0001f600", []),
        ("\u202eanna", [ANNA]),
    ],
)
def test_what_is_typed_finds_who_is_meant(text: str, expected, people, support) -> None:
    assert names(text, support) == expected


def test_an_exact_contact_comes_first_then_words_then_beginnings_then_typos(support) -> None:
    person("Zofia", "Zet", external="marta")
    person("Marta", "Bez")
    person("Martana", "Adamska")
    person("Marka", "Aaa")

    assert names("marta", support) == ["Zofia Zet", "Marta Bez", "Martana Adamska"]
    assert names("marta", support, limit=1) == ["Zofia Zet"]


def test_a_typo_is_forgiven_only_while_few_are_found(support) -> None:
    person("Marta", "Bez")
    person("Marka", "Aaa")

    assert names("marta", support) == ["Marta Bez", "Marka Aaa"]


def test_a_marketer_finds_by_names_and_whole_contacts_and_reads_none(people, cast) -> None:
    marketer = cast["marketer"]

    assert names("wojcik", marketer) == [LUKASZ]
    assert names("anna@poczta.example", marketer) == [ANNA]
    assert names("+48 600 123 456", marketer) == [LUKASZ]
    assert names("poczta", marketer) == []
    assert names("3456", marketer) == []
    assert names("600123", marketer) == []
    question = ask("anna", user=marketer, limit=8)
    assert question is not None
    [hit] = search(question).groups[0].hits
    assert "anna@" not in hit.detail


def test_orders_are_found_by_number_in_any_source(support) -> None:
    anna = person("Anna", "Kowalska")
    PurchaseFactory(customer=anna, source="shop", number="A-1001")
    PurchaseFactory(customer=anna, source="till", number="A-1001")
    PurchaseFactory(customer=anna, source="till", number="#77")
    PurchaseFactory(customer=None, source="web", number="G-1")

    def orders(text: str) -> list[str]:
        question = ask(text, user=support, limit=8)
        assert question is not None
        found = {group.key: group.hits for group in search(question).groups}
        return [str(hit.title) for hit in found.get("orders", [])]

    assert orders("a-1001") == ["<mark>A-1001</mark>"] * 2
    assert orders("#A-1001") == ["<mark>A-1001</mark>"] * 2
    assert orders("77") == ["#<mark>77</mark>"]
    assert orders("A-100") == []
    assert orders("G-1") == []


def test_more_answers_than_shown_are_said(support) -> None:
    for number in range(4):
        person("Anna", f"Kowalska{number}")
    question = ask("anna", user=support, limit=3)
    assert question is not None

    [group] = search(question).groups

    assert len(group.hits) == 3
    assert group.more


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\n"])
def test_nothing_asked_is_no_question(text: str, support: User) -> None:
    assert ask(text, user=support, limit=8) is None


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_no_database_stores_is_refused(text: str, support: User) -> None:
    with pytest.raises(UnreadableQuestion):
        ask(text, user=support, limit=8)


def test_a_question_is_cut(support: User) -> None:
    question = ask("x" * 1_000_000, user=support, limit=8)

    assert question is not None
    assert question.text == "x" * 200
    assert question.words == ("x" * 40,)
    assert search(question).groups == []


def test_at_most_six_words_are_asked_for(support: User) -> None:
    question = ask("a b c d e f g h", user=support, limit=8)

    assert question is not None
    assert question.words == ("a", "b", "c", "d", "e", "f")


def test_a_source_that_takes_too_long_leaves_the_others_their_say(support, people) -> None:
    def too_slow(question: object) -> list:
        raise OperationalError("canceling statement due to statement timeout")

    search_sources.register("slow", SearchSource("Slow", "x", too_slow))
    try:
        question = ask("anna", user=support, limit=8)
        assert question is not None

        answer = search(question)
    finally:
        del search_sources._items["slow"]

    assert answer.unfinished
    assert [group.key for group in answer.groups] == ["customers"]


@pytest.mark.postgres
def test_a_statement_is_given_a_second(support: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    limits = []

    def look(question: object) -> list:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            limits.append(cursor.fetchone()[0])
        return []

    search_sources.register("look", SearchSource("Look", "x", look))
    try:
        question = ask("anna", user=support, limit=8)
        assert question is not None
        search(question)
    finally:
        del search_sources._items["look"]

    assert limits == ["1s"]


def test_queries_do_not_grow_with_the_hits(support: User) -> None:
    def cost() -> int:
        question = ask("kowalska", user=support, limit=8)
        assert question is not None
        with CaptureQueriesContext(connection) as queries:
            search(question)
        return sum("SAVEPOINT" not in query["sql"] for query in queries)

    for number in range(4):
        person(f"Anna{number}", "Kowalska", email=f"a{number}@example.pl")
    few = cost()
    for number in range(10, 40):
        person(f"Anna{number}", "Kowalska", email=f"a{number}@example.pl")

    assert cost() <= few <= 14


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Łukasz Wójcik", ["luk"], "<mark>Łuk</mark>asz Wójcik"),
        ("Łukasz Wójcik", ["woj", "luk"], "<mark>Łuk</mark>asz <mark>Wój</mark>cik"),
        ("Anna", ["nn"], "Anna"),
        ("Straße", ["strasse"], "<mark>Straße</mark>"),
        ("<b>Anna</b>", ["anna"], "&lt;b&gt;<mark>Anna</mark>&lt;/b&gt;"),
        ("Anna Anna", ["anna", "ann"], "<mark>Ann</mark>a <mark>Ann</mark>a"),
        ("", ["a"], ""),
        ("Anna", [], "Anna"),
    ],
)
def test_matched_beginnings_are_marked(text: str, words: list[str], expected: str) -> None:
    assert mark(text, words) == expected


def test_parts_and_digits_are_marked() -> None:
    assert mark_part("Anna@Example.pl", "example") == "Anna@<mark>Example</mark>.pl"
    assert mark_part("<a>", "x") == "&lt;a&gt;"
    assert mark_digits("+48 600 123 456", "8600") == "+4<mark>8 600</mark> 123 456"
    assert mark_digits("+48 600", "999") == "+48 600"


def test_the_vocabulary_grows_by_new_words_only() -> None:
    assert add_words(["kowalska anna", "kowalska maria"]) == 3
    assert add_words(["kowalska anna"]) == 0
    assert sorted(SearchWord.objects.values_list("word", flat=True)) == [
        "anna",
        "kowalska",
        "maria",
    ]
    assert SearchVariant.objects.filter(word__word="maria").count() == 6


def test_indexing_costs_the_same_statements_for_one_and_for_hundreds() -> None:
    CustomerFactory.create_batch(300)
    ids = list(Customer.objects.values_list("pk", flat=True))
    index_customers(ids)

    with CaptureQueriesContext(connection) as queries:
        index_customers(ids)

    assert len(queries) == 2


def test_words_that_nobody_bears_any_more_are_dropped() -> None:
    anna = person("Anna", "Kowalska")
    person("Maria", "Kowalska")
    Customer.objects.filter(pk=anna.pk).update(first_name="Ewa", name_key="kowalska ewa")

    assert rebuild_words(NOW) == 2

    assert sorted(SearchWord.objects.values_list("word", flat=True)) == ["ewa", "kowalska", "maria"]
    assert not SearchVariant.objects.filter(word__word="anna").exists()
    assert rebuild_words(NOW) == 0


def test_a_thousand_random_questions_raise_nothing(support: User, people: None) -> None:
    chance = random.Random(5)
    alphabet = string.ascii_lowercase + "łóż'\"%_\\&|!():*<>-+. 0123456789@\t山"
    for _round in range(300):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randrange(1, 14)))
        question = ask(text, user=support, limit=8)
        if question is not None:
            assert not search(question).unfinished


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_the_page_groups_what_is_found(role: str, people, sign_in: Callable[[str], Client]) -> None:
    page = sign_in(role).get("/search/", {"q": "kowal"})

    assert page.status_code == 200
    assert "<mark>Kowal</mark>" in page.content.decode()
    assert "<html" in page.content.decode()


def test_the_list_under_the_box_is_a_piece(people, sign_in) -> None:
    page = sign_in("support").get("/search/", {"q": "lukasz"}, headers={"HX-Request": "true"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "<html" not in text
    assert 'role="group"' in text
    assert 'role="option"' in text
    assert "<mark>Łukasz</mark>" in text


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_nothing_found_offers_a_new_customer(htmx, sign_in) -> None:
    client = sign_in("support")

    by_mail = client.get("/search/", {"q": "new@example.pl"}, headers=htmx).content.decode()
    by_name = client.get("/search/", {"q": "Nowa Osoba"}, headers=htmx).content.decode()

    assert "/customers/new/?email=new%40example.pl" in by_mail
    assert "/customers/new/?name=Nowa%20Osoba" in by_name.replace("+", "%20")


def test_who_may_not_make_customers_is_not_offered_one(sign_in) -> None:
    page = sign_in("marketer").get("/search/", {"q": "new@example.pl"})

    assert "/customers/new/" not in page.content.decode()


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%%", "q=a&q=b", "q[]=a", "x=1"])
def test_odd_questions_are_answered(query: str, sign_in) -> None:
    assert sign_in("support").get(f"/search/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=a%ff"])
def test_unreadable_questions_are_refused(query: str, sign_in) -> None:
    assert sign_in("support").get(f"/search/?{query}").status_code == 400


def test_a_question_of_many_letters_is_cut_with_a_word_about_it(sign_in) -> None:
    page = sign_in("support").get("/search/", {"q": "x" * 300})

    assert page.status_code == 200
    assert "200" in page.content.decode()


def test_names_are_folded_as_the_index_has_them() -> None:
    customer = person("Žofie", "Dvořáková")

    assert customer.name_key == fold("Dvořáková Žofie") == "dvorakova zofie"

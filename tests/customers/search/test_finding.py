"""Every spelling finds its customer, on either database, in few queries."""

import random
import string

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from customers.search import SearchSource, UnreadableQuestion, ask, search, search_sources
from tests.customers.search.cast import ANNA, JAN, JANA, LUKASZ, MARIA, names, person
from tests.factories.customers import PurchaseFactory

pytestmark = pytest.mark.django_db


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

    assert cost() <= few <= 22


def test_a_thousand_random_questions_raise_nothing(support: User, people: None) -> None:
    chance = random.Random(5)
    alphabet = string.ascii_lowercase + "łóż'\"%_\\&|!():*<>-+. 0123456789@\t山"
    for _round in range(300):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randrange(1, 14)))
        question = ask(text, user=support, limit=8)
        if question is not None:
            assert not search(question).unfinished

"""Segment fields about the person: who belongs, with exact people, in one query."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Branch
from customers.models import (
    ConsentAction,
    Customer,
    CustomerTag,
    IdentityKind,
    Purpose,
)
from customers.rules.segment_language import OPERATORS, Group, Join
from customers.segment_words import describe
from customers.segments import Context, not_asked, people_in, segment_fields
from tests.customers.segment_cast import (
    CONTEXT,
    NOW,
    WARSAW,
    ask,
    every_question,
    people,
    person,
    shoppers,
)
from tests.factories.customers import (
    ConsentEntryFactory,
    IdentityFactory,
    ImportantDateFactory,
    PurchaseFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db


def test_every_customer_field_can_be_asked_or_has_a_reason_not_to() -> None:
    asked = set(dict(segment_fields.items()))
    excused = dict(not_asked.items())
    names = {field.name for field in Customer._meta.concrete_fields}

    assert sorted(names - asked - set(excused)) == []
    assert sorted(set(excused) - names) == []
    assert all(reason for reason in excused.values())


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("is", "poznan", "Adam Beata"),
        ("is", "POZNAŃ", "Adam Beata"),
        ("contains", "zna", "Adam Beata"),
        ("begins", "Poz", "Adam Beata"),
        ("begins", "znań", ""),
        ("is_not", "Poznań", "Celina Dan"),
        ("lacks", "o", "Dan"),
        ("contains", "%", ""),
        ("contains", "_", ""),
        ("contains", "\\", ""),
        ("empty", None, "Dan"),
        ("filled", None, "Adam Beata Celina"),
    ],
)
def test_text_is_asked_without_case_and_diacritics(operator, value, expected) -> None:
    person("Adam", city="Poznań")
    person("Beata", city="POZNAN")
    person("Celina", city="Brno")
    person("Dan")

    assert people(ask("city", operator, value)) == expected


@pytest.mark.parametrize(
    "city", ["Łódź", "Žďár", "Târgu Mureș", "Straße", "Αθήνα", "ЛЬВІВ", "東京"]
)
def test_text_in_any_script_compares_alike(city: str) -> None:
    person("Adam", city=city)

    assert people(ask("city", "is", city)) == "Adam"
    assert people(ask("city", "is", city.upper())) == "Adam"
    assert people(ask("city", "begins", city[:2].lower())) == "Adam"


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("is", "Łukasz Wójcik", "Łukasz"),
        ("is", "wojcik lukasz", "Łukasz"),
        ("is", "Łukasz", ""),
        ("contains", "ukasz woj", "Łukasz"),
        ("contains", "cik luk", "Łukasz"),
        ("begins", "luk", "Łukasz"),
        ("begins", "woj", "Łukasz"),
        ("begins", "ukasz", ""),
        ("lacks", "wójcik", "Anna"),
        ("is_not", "Łukasz Wójcik", "Anna"),
        ("filled", None, "Anna Łukasz"),
        ("empty", None, ""),
    ],
)
def test_names_are_asked_in_either_order(operator, value, expected) -> None:
    person("Łukasz", last_name="Wójcik")
    person("Anna", last_name="Nowak")

    assert people(ask("name", operator, value)) == expected


def test_negation_includes_those_of_whom_it_is_not_known() -> None:
    person("Adam", city="Poznań", birth_year=1980, birth_month=5, birth_day=3)
    person("Beata", city="Brno", birth_year=2010, birth_month=5, birth_day=3)
    person("Celina")

    assert people(ask("city", "is", "Poznań"), join="none") == "Beata Celina"
    assert people(ask("age", "at_least", 18), join="none") == "Beata Celina"
    assert people(ask("birthday", "month_is", 5), join="none") == "Celina"
    assert people(ask("last_purchase", "in_last", 30), join="none") == "Adam Beata Celina"
    assert people(ask("average_order", "more", 5), join="none") == "Adam Beata Celina"
    assert people(ask("last_contact", "in_last", 5), join="none") == "Adam Beata Celina"
    assert people(ask("times_gap", "more", 1), join="none") == "Adam Beata Celina"
    twice = {"none": [{"none": [ask("city", "is", "Poznań")]}]}
    assert people(twice) == "Adam"


def test_groups_nest() -> None:
    person("Adam", city="Poznań", country="PL")
    person("Beata", city="Brno", country="CZ")
    person("Celina", city="Brno", country="PL")
    person("Dan", city="Cluj", country="RO")
    brno = ask("city", "is", "Brno")
    pl = ask("country", "any_of", ["PL"])

    assert people(brno, pl) == "Celina"
    assert people(brno, pl, join="any") == "Adam Beata Celina"
    assert people(brno, pl, join="none") == "Dan"
    assert people({"any": [brno, ask("city", "is", "Cluj")]}, {"not": pl}) == "Beata Dan"


def test_everybody() -> None:
    person("Adam")
    person("Beata")

    assert people() == "Adam Beata"


def test_choices() -> None:
    shop, stall = Branch.objects.create(name="Shop"), Branch.objects.create(name="Stall")
    person("Adam", branch=shop, preferred_channel="call")
    person("Beata", branch=stall, preferred_channel="email")
    person("Celina")

    assert people(ask("branch", "any_of", [str(shop.pk), str(stall.pk)])) == "Adam Beata"
    assert people(ask("branch", "none_of", [str(shop.pk)])) == "Beata Celina"
    assert people(ask("branch", "any_of", ["999999", "x", "9" * 30])) == ""
    assert people(ask("branch", "none_of", ["x"])) == "Adam Beata Celina"
    assert people(ask("branch", "empty")) == "Celina"
    assert people(ask("branch", "filled")) == "Adam Beata"
    assert people(ask("channel", "any_of", ["call"])) == "Adam"
    assert people(ask("channel", "none_of", ["call"])) == "Beata Celina"
    assert people(ask("channel", "empty")) == "Celina"


def test_tags() -> None:
    vip, late = TagFactory(name="VIP", key="vip"), TagFactory(name="Późno", key="pozno")
    adam, beata = person("Adam"), person("Beata")
    person("Celina")
    for who, tag in [(adam, vip), (adam, late), (beata, vip)]:
        CustomerTag.objects.create(customer=who, tag=tag)

    assert people(ask("tags", "any_of", ["Późno"])) == "Adam"
    assert people(ask("tags", "any_of", ["vip", "gone"])) == "Adam Beata"
    assert people(ask("tags", "all_of", ["vip", "pozno"])) == "Adam"
    assert people(ask("tags", "all_of", ["vip", "gone"])) == ""
    assert people(ask("tags", "none_of", ["pozno"])) == "Beata Celina"
    assert people(ask("tags", "empty")) == "Celina"
    assert people(ask("tags", "filled")) == "Adam Beata"


@pytest.mark.parametrize(
    ("today", "operator", "value", "expected"),
    [
        (date(2026, 2, 27), "in_next", 0, ""),
        (date(2026, 2, 27), "in_next", 1, "Leap"),
        (date(2026, 2, 28), "in_next", 0, "Leap"),
        (date(2026, 3, 1), "in_next", 3, ""),
        (date(2028, 2, 28), "in_next", 0, ""),
        (date(2028, 2, 29), "in_next", 0, "Leap"),
        (date(2026, 12, 30), "in_next", 2, "Eve"),
        (date(2026, 12, 30), "in_next", 3, "Eve Year"),
        (date(2026, 6, 1), "in_next", 400, "Eve Leap Year"),
        (date(2026, 2, 1), "this_month", None, "Leap"),
        (date(2026, 6, 1), "month_is", 12, "Eve"),
        (date(2026, 6, 1), "empty", None, "None"),
        (date(2026, 6, 1), "filled", None, "Eve Leap Year"),
    ],
)
def test_birthdays_come_again(today: date, operator: str, value: object, expected: str) -> None:
    person("Leap", birth_month=2, birth_day=29)
    person("Eve", birth_month=12, birth_day=31)
    person("Year", birth_month=1, birth_day=2)
    person("None")
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)

    assert people(ask("birthday", operator, value), context=Context(now, WARSAW, "PLN")) == expected


def test_important_dates() -> None:
    adam = person("Adam")
    person("Beata")
    ImportantDateFactory(customer=adam, month=11, day=30)
    ImportantDateFactory(customer=adam, month=2, day=1)

    assert people(ask("important_date", "in_next", 8)) == "Adam"
    assert people(ask("important_date", "in_next", 7)) == ""
    assert people(ask("important_date", "month_is", 2)) == "Adam"
    assert people(ask("important_date", "empty")) == "Beata"
    assert people(ask("important_date", "filled")) == "Adam"


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("at_least", 18, "Old Today"),
        ("more", 18, "Old"),
        ("at_most", 18, "Today Tomorrow"),
        ("less", 18, "Tomorrow"),
        ("equals", 18, "Today"),
        ("equals", 17, "Tomorrow"),
        ("between", [17, 18], "Today Tomorrow"),
        ("at_least", 10**12, ""),
        ("at_most", 10**12, "Old Today Tomorrow"),
        ("equals", -(10**12), ""),
        ("between", [-5, -1], ""),
        ("empty", None, "Yearless"),
        ("filled", None, "Old Today Tomorrow"),
    ],
)
def test_age_is_whole_years_today(operator: str, value: object, expected: str) -> None:
    person("Old", birth_year=1950, birth_month=1, birth_day=1)
    person("Today", birth_year=2008, birth_month=11, birth_day=22)
    person("Tomorrow", birth_year=2008, birth_month=11, birth_day=23)
    person("Yearless", birth_month=5, birth_day=5)

    assert people(ask("age", operator, value)) == expected


def test_days_are_the_shops_days() -> None:
    midnight = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # 22 November 00:00 in Warsaw
    person("Late", created_at=midnight - timedelta(seconds=1))
    person("Early", created_at=midnight)

    assert people(ask("created_at", "on", "2026-11-21")) == "Late"
    assert people(ask("created_at", "in_last", 0)) == "Early"
    assert people(ask("created_at", "before", "2026-11-22")) == "Late"
    assert people(ask("created_at", "after", "2026-11-21")) == "Early"
    assert people(ask("created_at", "month_is", 11)) == "Early Late"
    assert people(ask("created_at", "between", ["0001-01-01", "9999-12-31"])) == "Early Late"


def test_customer_since() -> None:
    person("New", joined_on=date(2026, 11, 1))
    person("Old", joined_on=date(2020, 11, 30))
    person("Unknown", joined_on=None)

    assert people(ask("joined_on", "this_month")) == "New"
    assert people(ask("joined_on", "month_is", 11)) == "New Old"
    assert people(ask("joined_on", "more_than_ago", 365)) == "Old"
    assert people(ask("joined_on", "empty")) == "Unknown"


def test_contacts() -> None:
    adam, beata = person("Adam"), person("Beata")
    IdentityFactory(customer=adam)
    IdentityFactory(customer=beata, kind=IdentityKind.PHONE, value="+48 600 123 456")

    assert people(ask("has_email", "is", True)) == "Adam"
    assert people(ask("has_email", "is", False)) == "Beata"
    assert people(ask("has_phone", "is", True)) == "Beata"


def test_consent_is_the_newest_line_per_address_and_purpose() -> None:
    adam, beata, celina = person("Adam"), person("Beata"), person("Celina")
    person("Dan")
    withdrawn = ConsentAction.WITHDRAWN
    ConsentEntryFactory(customer=adam)
    ConsentEntryFactory(customer=beata)
    ConsentEntryFactory(customer=beata, action=withdrawn)
    ConsentEntryFactory(customer=celina, address="one@example.pl")
    ConsentEntryFactory(
        customer=celina, address="two@example.pl", action=withdrawn, occurred_at=NOW
    )
    ConsentEntryFactory(customer=adam, purpose=Purpose.SURVEY, action=withdrawn)

    assert people(ask("consent_marketing", "is", True)) == "Adam Celina"
    assert people(ask("consent_marketing", "is", False)) == "Beata Dan"
    assert people(ask("consent_survey", "is", True)) == ""
    assert people(ask("consent_profiling", "is", False)) == "Adam Beata Celina Dan"


def test_every_field_answers_every_operator_and_its_negation_answers_the_rest() -> None:
    shoppers()
    person("Eve", birth_year=1990, birth_month=5, birth_day=1, city="Brno")

    for question in every_question():
        inside = set(people_in(Group(Join.ALL, (question,)), CONTEXT))
        outside = set(people_in(Group(Join.NONE, (question,)), CONTEXT))

        assert not inside & outside, question
        assert len(inside | outside) == 5, question


def test_every_question_can_be_said_in_words() -> None:
    for question in every_question():
        assert describe(question)


def test_fifty_conditions_are_one_query() -> None:
    shoppers()
    questions = every_question()
    for start in range(0, len(questions), 50):
        tree = Group(Join.ANY, tuple(questions[start : start + 50]))

        with CaptureQueriesContext(connection) as queries:
            list(people_in(tree, CONTEXT))

        assert len(queries) == 1


def test_every_field_has_a_kind_with_operators_and_a_group() -> None:
    for field in segment_fields:
        assert field.spec().operators(), field.key
        assert OPERATORS[field.kind]
        assert str(field.label)
        assert str(field.group)


def test_choices_are_offered_by_name() -> None:
    TagFactory(name="VIP", key="vip")
    PurchaseFactory(source="till")

    offered = {field.key: field.options() for field in segment_fields}

    assert ("PL", "Poland") in offered["country"]
    assert ("cs", "Czech") in offered["language"]
    assert offered["tags"] == [("vip", "VIP")]
    assert offered["bought_from"] == [("till", "till")]
    assert ("Europe/Prague", "Europe/Prague") in offered["timezone"]

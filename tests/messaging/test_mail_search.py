"""Mails in the search: by the words of their subjects, for those who may open them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.search import ask
from messaging import mail_search
from messaging.mail_search import find_incoming, find_mailings
from messaging.models import IncomingMail
from messaging.rules.mail_subjects import subject_key
from messaging.services.forgetting_mails import forget_mails
from tests.factories.customers import CustomerFactory
from tests.factories.inbox import IncomingMailFactory
from tests.factories.messaging import TemplateFactory, TemplateVersionFactory
from tests.factories.outbox import NOON, SendFactory
from tests.messaging.incoming.mails import letter, taken_in

pytestmark = pytest.mark.django_db
BROKEN, GIFT = "Re: Zamówienie #1001 – potłuczony kubek!", "Dárkový poukaz"


def plain(hits):
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in hits]


def question(text, user, limit=8):
    found = ask(text, user=user, limit=limit)
    assert found is not None
    return found


@pytest.fixture
def mails():
    return [
        IncomingMailFactory(subject=subject, subject_key=subject_key(subject))
        for subject in (BROKEN, GIFT, "100% satisfied_customer <b>")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zamowienie", [BROKEN]),
        ("KUBEK potl", [BROKEN]),
        ("1001", [BROKEN]),
        ("#1001", [BROKEN]),
        ("001", []),
        ("ubek", []),
        ("darkovy poukaz", [GIFT]),
        ("darkovy kubek", []),
        ("re", []),
        ("a%", []),
        ("%%%", []),
        ("___", []),
        ("satisfied", ["100% satisfied_customer &lt;b&gt;"]),
        ("customer", ["100% satisfied_customer &lt;b&gt;"]),
        ("it's 'quoted' \\ :* & |", []),
    ],
)
def test_each_word_begins_a_word_of_the_subject(mails, cast, text, expected):
    assert plain(find_incoming(question(text, cast["support"]))) == expected


def test_what_comes_in_is_found_at_once_newest_first(cast):
    taken_in(letter(number=1, subject="Question about socks"), key="test:1")
    taken_in(letter(number=2, subject="Re: question about SOCKS"), key="test:2")

    hits = find_incoming(question("socks quest", cast["manager"], limit=1))

    assert plain(hits) == ["Re: question about SOCKS", "Question about socks"]
    mail = IncomingMail.objects.get(subject_key="re question about socks")
    assert hits[0].url == reverse("messaging:incoming", args=[mail.pk])
    assert "Anna Nowak" in hits[0].detail


def test_marketers_do_not_find_what_they_may_not_open(mails, cast):
    for role, found in (("support", 1), ("manager", 1), ("admin", 1), ("marketer", 0)):
        assert len(find_incoming(question("kubek", cast[role]))) == found


def test_mails_of_customers_whom_the_asker_may_not_see_are_not_found(mails, cast, monkeypatch):
    anna = CustomerFactory(first_name="Anna", last_name="Nowak")
    matched = {"place": "matched", "customer": anna, "matched_by": "proof", "reason": ""}
    IncomingMail.objects.filter(subject=BROKEN).update(**matched)
    seen = find_incoming(question("kubek", cast["support"]))
    sees_nobody = "customers.querysets.CustomerQuerySet.visible_to"
    monkeypatch.setattr(sees_nobody, lambda rows, _user: rows.none())

    assert "Anna Nowak" in seen[0].detail
    assert find_incoming(question("kubek", cast["support"])) == []


def test_what_an_erased_person_wrote_is_not_found(cast):
    anna = CustomerFactory()
    IncomingMailFactory(
        subject=BROKEN,
        subject_key=subject_key(BROKEN),
        place="matched",
        matched_by="proof",
        reason="",
        customer=anna,
    )

    forget_mails(actor=cast["admin"], customer=anna)

    assert find_incoming(question("kubek", cast["admin"])) == []


def test_a_rare_word_is_answered_from_an_index(mails, cast):
    with CaptureQueriesContext(connection) as asked:
        find_incoming(question("kubek potluczony", cast["support"]))

    index = {"postgresql": "incoming_subject_words", "sqlite": "incoming_subject"}
    [*newest, words, _rows] = [one["sql"] for one in asked]
    assert index[connection.vendor] in plan_of(words)
    assert len(newest) == (connection.vendor == "postgresql")


def test_a_word_of_many_mails_is_answered_from_the_newest_of_them(cast, monkeypatch):
    monkeypatch.setattr(mail_search, "NEWEST", 2)
    for number in range(4):
        IncomingMailFactory(subject=f"Order {number}", subject_key=f"order {number}")

    assert plain(find_incoming(question("order", cast["support"], limit=1))) == [
        "Order 3",
        "Order 2",
    ]
    every = plain(find_incoming(question("order", cast["support"])))
    assert every == ["Order 3", "Order 2", "Order 1", "Order 0"]
    assert plain(find_incoming(question("order 1", cast["support"]))) == ["Order 1"]


def plan_of(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + sql)
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
        return str(cursor.fetchall())


@pytest.fixture
def mailings():
    spring = TemplateFactory(kind="marketing")
    for number, subject in enumerate(("Old words", "{{ first_name }}, jarní slevy jsou tu"), 1):
        TemplateVersionFactory(template=spring, subject=subject, number=number, published_at=NOON)
    TemplateVersionFactory(template=spring, subject="Secret draft", number=3)
    return [
        SendFactory(name="Spring news", template=spring),
        SendFactory(name="Jarní <výprodej>", due_at=NOON + timedelta(days=1)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spring", ["Spring news"]),
        ("jarni", ["Jarní &lt;výprodej&gt;", "Spring news"]),
        ("jarni slevy", ["Spring news"]),
        ("first_name", []),
        ("secret", []),
        ("ne", []),
    ],
)
def test_mailings_are_found_by_name_and_by_the_subject_that_people_got(
    mailings, cast, text, expected
):
    for role in ("support", "marketer"):
        assert plain(find_mailings(question(text, cast[role]))) == expected


def test_a_hit_shows_the_subject_and_leads_to_the_mailing(mailings, cast):
    [hit] = find_mailings(question("slevy", cast["marketer"]))

    assert hit.url == reverse("messaging:send", args=[mailings[0].pk])
    assert hit.detail.startswith("{{ first_name }}, jarní <mark>slevy</mark> jsou tu · ")


def test_mailings_cost_two_queries_and_end_at_the_newest_ones(mailings, cast, monkeypatch):
    monkeypatch.setattr(mail_search, "MOST_MAILINGS", 1)

    with CaptureQueriesContext(connection) as asked:
        assert plain(find_mailings(question("jarni", cast["marketer"]))) == [
            "Jarní &lt;výprodej&gt;"
        ]

    assert len(asked) == 2


def test_the_search_page_shows_mails(mails, mailings, sign_in):
    page = sign_in("support").get(reverse("customers:search"), {"q": "kubek"}).content.decode()

    assert "Mails that came in" in page
    assert "<mark>kubek</mark>" in page

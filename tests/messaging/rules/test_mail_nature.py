"""Persons, machines and ourselves told apart; senders proved; mails placed; quotes left away."""

import itertools

import pytest

from messaging.rules.incoming_mail import parse
from messaging.rules.mail_nature import nature_of
from messaging.rules.mail_placing import Doubt, Facts, Ground, Placed, answered_id, place
from messaging.rules.mail_quotes import shown_text
from messaging.rules.names_of_senders import likely_name
from messaging.rules.sender_proof import Proof, proof_of


def mail(*headers, sender="anna@example.pl"):
    return parse("\r\n".join([f"From: {sender}", *headers, "", "text"]).encode())


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", "automatic"),
        ("Auto-Submitted: auto-generated (by a rule)", "automatic"),
        ("auto-submitted: Auto-Notified; owner=x", "automatic"),
        ("Auto-Submitted: no", "person"),
        ("Auto-Submitted: No (really)", "person"),
        ("Auto-Submitted:", "person"),
        ("Precedence: bulk", "automatic"),
        ("Precedence: List", "automatic"),
        ("Precedence: auto_reply", "automatic"),
        ("Precedence: first-class", "person"),
        ("X-Auto-Response-Suppress: OOF, AutoReply", "automatic"),
        ("X-Auto-Response-Suppress: All", "automatic"),
        ("X-Auto-Response-Suppress: None", "person"),
        ("X-Autoreply: yes", "automatic"),
        ("X-Autorespond: vacation", "automatic"),
        ("List-Id: <news.example.com>", "automatic"),
        ("Return-Path: <>", "automatic"),
        ("Return-Path: <anna@example.pl>", "person"),
        ("Subject: Out of office", "person"),
        ("Subject: Automatyczna odpowiedź: urlop", "person"),
        ("X-Mailer: Auto-Submitted", "person"),
        ("List-Unsubscribe: <mailto:x@y>", "person"),
    ],
)
def test_machines_and_persons(header, kind):
    assert nature_of(mail(header), own_addresses=set()).kind == kind


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: Re: News",
        "Automatyczna odpowiedź: News",
        "Odpowiedź automatyczna",
        "Automatická odpověď: News",
        "Răspuns automat: News",
        "Nieobecność",
    ],
)
def test_a_subject_counts_only_beside_another_sign(subject):
    said = f"Subject: =?utf-8?q?{subject.encode().hex('=').upper()}?=".replace("?q?", "?q?=")

    assert nature_of(mail(said), own_addresses=set()).kind == "person"
    machine = mail(said, sender="no-reply@example.pl")
    assert nature_of(machine, own_addresses=set()).reason == "subject"


def test_what_is_ours_is_a_loop_before_all_else():
    own = mail("Auto-Submitted: auto-generated", sender="Shop@Example.com")

    assert nature_of(own, own_addresses={"shop@example.com"}).kind == "loop"
    assert nature_of(mail(), own_addresses=set(), is_own_id=True).kind == "loop"
    assert nature_of(mail(*["Received: x"] * 50), own_addresses=set()).kind == "person"
    assert nature_of(mail(*["Received: x"] * 51), own_addresses=set()).kind == "loop"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("mx.shop.pl; dmarc=pass header.from=example.pl", Proof.PROVED),
        ("MX.SHOP.PL 1; spf=pass; dmarc=pass (p=none) header.from=example.pl", Proof.PROVED),
        ("mx.shop.pl; dkim=pass header.d=example.pl; spf=fail", Proof.PROVED),
        ("mx.shop.pl; dkim=pass header.d=evil.example", Proof.NONE),
        ("mx.shop.pl; dkim=pass header.i=@example.pl", Proof.NONE),
        ("mx.shop.pl; spf=pass smtp.mailfrom=example.pl", Proof.NONE),
        ("mx.shop.pl; dmarc=pass header.from=evil.example", Proof.NONE),
        ("mx.shop.pl; dmarc=fail header.from=example.pl", Proof.REFUTED),
        ("mx.shop.pl; dkim=pass header.d=example.pl; dmarc=fail", Proof.REFUTED),
        ("mx.shop.pl; none", Proof.NONE),
        ("evil.example; dmarc=pass header.from=example.pl", Proof.NONE),
        ("evil.example (mx.shop.pl); dmarc=pass header.from=example.pl", Proof.NONE),
        ("mx.shop.pl.evil; dmarc=pass header.from=example.pl", Proof.NONE),
        ("", Proof.NONE),
    ],
)
def test_what_the_shops_server_found_out(results, expected):
    head = mail(f"Authentication-Results: {results}").head

    assert proof_of(head, "anna@example.pl", "mx.shop.pl") is expected
    assert proof_of(head, "anna@example.pl", "") is Proof.NONE


def test_only_the_topmost_word_of_the_server_counts():
    head = mail(
        "Authentication-Results: mx.shop.pl; dmarc=none",
        "Authentication-Results: mx.shop.pl; dmarc=pass header.from=example.pl",
    ).head

    assert proof_of(head, "anna@example.pl", "mx.shop.pl") is Proof.NONE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Placed(None, Doubt.UNKNOWN)),
        ({"sender": ""}, Placed(None, Doubt.NO_SENDER)),
        ({"owner": 1}, Placed(None, Doubt.UNPROVED)),
        ({"owner": 1, "proof": Proof.PROVED}, Placed(1, Ground.PROOF)),
        ({"owner": 1, "proof": Proof.REFUTED}, Placed(None, Doubt.FORGED)),
        ({"owner": 1, "answered": 1}, Placed(1, Ground.THREAD)),
        ({"owner": 1, "answered": 1, "proof": Proof.REFUTED}, Placed(None, Doubt.FORGED)),
        ({"owner": 1, "answered": 2}, Placed(None, Doubt.OTHER_SENDER)),
        ({"owner": 1, "answered": 2, "proof": Proof.PROVED}, Placed(None, Doubt.OTHER_SENDER)),
        ({"answered": 2}, Placed(None, Doubt.OTHER_SENDER)),
        ({"ruled": 2, "answered": 2}, Placed(2, Ground.THREAD)),
        ({"ruled": 2}, Placed(2, Ground.RULE)),
        ({"ruled": 2, "owner": 2}, Placed(2, Ground.RULE)),
        ({"ruled": 2, "owner": 1}, Placed(None, Doubt.UNPROVED)),
        ({"ruled": 2, "proof": Proof.REFUTED}, Placed(None, Doubt.FORGED)),
    ],
)
def test_placing(facts, expected):
    assert place(Facts(**{"sender": "a@b", **facts})) == expected


def test_nobody_lands_where_the_address_is_not_known():
    """Over all that may be known: the customer named always has the address, or was given it."""
    people = (None, 1, 2)
    for owner, ruled, answered, proof in itertools.product(people, people, people, Proof):
        facts = Facts(sender="a@b", owner=owner, ruled=ruled, answered=answered, proof=proof)
        placed = place(facts)

        assert placed.customer is None or placed.customer in (owner, ruled)
        assert placed.customer is None or answered in (None, placed.customer)
        assert placed.customer is None or proof is not Proof.REFUTED


def test_which_mail_is_answered():
    ours = {"<1@x>": None, "<2@x>": None}

    assert answered_id(["<2@x>"], ["<1@x>"], ours) == "<2@x>"
    assert answered_id(["<a@b>"], ["<1@x>", "<2@x>", "<c@d>"], ours) == "<2@x>"
    assert answered_id(["<1@X>"], [], ours) is None


@pytest.mark.parametrize(
    "quote",
    [
        "On Fri, 20 Nov 2026 at 10:00, Shop <shop@example.com> wrote:\n> When?",
        "On Fri, 20 Nov 2026 at 10:00, Shop of long names\n<shop@example.com> wrote:\n> When?",
        "W dniu 20.11.2026 o 10:00, Sklep pisze:\n> Kiedy?",
        "pt., 20 lis 2026 o 10:00 Sklep <shop@example.com> napisał(a):\n> Kiedy?",
        "Dne pá 20. 11. 2026 10:00 uživatel Obchod <shop@example.com> napsal:\n> Kdy?",
        "În data vin., 20 nov. 2026 la 10:00, Magazin <shop@example.com> a scris:\n> Când?",
        "-----Original Message-----\nFrom: Shop\nSent: Friday",
        "-----Wiadomość oryginalna-----\nOd: Sklep",
        "From: Shop <shop@example.com>\nSent: Friday, 20 November\nTo: Anna",
        "Od: Sklep <shop@example.com>\nWysłano: piątek\nDo: Anna",
        "De la: Magazin\nTrimis: vineri",
        "-- \nAnna Nowak\n+48 600 000 000",
        "Sent from my iPhone",
        "Wysłane z iPhone'a",
        "> When?\n> > Then?",
        "",
    ],
)
def test_quotes_and_signatures_are_left_away(quote):
    assert shown_text(f"At ten.\n\nThanks\n\n{quote}\n") == "At ten.\n\nThanks"


@pytest.mark.parametrize(
    "text",
    [
        "From: the beginning\nI liked it",
        "> When?\nAt ten.\n> Where?\nHere.",
        "On Monday I wrote: a book",
        "The price is -- 5 zł",
        "> only a quote",
        "On Fri Shop wrote:\n> only a quote",
    ],
)
def test_what_is_no_quote_stays(text):
    assert shown_text(text) == text


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("Anna Nowak", ("Anna", "Nowak")),
        ("Nowak, Anna", ("Anna", "Nowak")),
        ("Anna", ("Anna", "")),
        ("Anna Maria Nowak", ("Anna", "Maria Nowak")),
        ("anna@example.pl", ("", "")),
        ("Shop 24", ("", "")),
        ("", ("", "")),
    ],
)
def test_names_of_senders(shown, expected):
    assert likely_name(shown) == expected

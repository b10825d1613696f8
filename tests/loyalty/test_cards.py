"""Members' cards: given, shown, scanned, replaced."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEntry
from customers.segments import context_of, parse, people_in
from loyalty.card_codes import QUIET, bars_svg, qr_svg
from loyalty.card_links import card_token
from loyalty.models import MemberCard
from loyalty.rules.cards import is_right, new_number, written
from loyalty.services import cards as service
from loyalty.services.cards import issue_card, replace_card
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer():
    return CustomerFactory(first_name="Zofia", last_name="Testowa", city="Gdańsk")


@pytest.fixture
def card(customer):
    return issue_card(actor=None, customer=customer, now=NOW)


def at(name, customer):
    return reverse(f"loyalty:{name}", args=[customer.pk])


def scan(client, number):
    return client.get(reverse("loyalty:card_scan"), {"number": number})


def test_a_clerk_gives_a_card_in_one_click_and_a_second_changes_nothing(sign_in, customer):
    client = sign_in("support")
    page = reverse("customers:customer", args=[customer.pk])
    assert "Give a card" in client.get(page).content.decode()

    for _click in range(2):
        assert client.post(at("card_issue", customer), {"next": page}).url == page

    card = MemberCard.objects.get()
    assert is_right(card.number)
    assert AuditEntry.objects.filter(action="card.issued").count() == 1
    text = client.get(page).content.decode()
    assert text.count(written(card.number)) >= 2
    assert "Got a member" in text


def test_a_scanned_or_typed_number_leads_to_the_customer(sign_in, customer, card):
    client = sign_in("support")
    page = reverse("customers:customer", args=[customer.pk])

    for typed in (card.number, written(card.number), f" {card.number}\t"):
        assert scan(client, typed).url == page


@pytest.mark.parametrize("typed", ["12345", "x" * 500, "00000000001", "9" * 11])
def test_what_is_no_cards_number_is_said(sign_in, card, typed):
    answer = scan(sign_in("support"), typed)

    assert answer.status_code == 200
    assert "No card has this number." in answer.content.decode()


def test_the_search_finds_the_customer_by_the_whole_number(sign_in, customer, card):
    client = sign_in("marketer")
    for typed, found in (
        (card.number, True),
        (written(card.number), True),
        (card.number[:9], False),
    ):
        text = client.get(reverse("customers:search"), {"q": typed}).content.decode()
        assert ("member&#x27;s card" in text) is found, typed


def test_a_replaced_card_stops_everywhere(sign_in, customer, card):
    client, token = sign_in("support"), card_token(card)
    assert client.get(reverse("loyalty:phone_card", args=[token])).status_code == 200

    client.post(at("card_replace", customer))

    new = MemberCard.objects.get(ended_at=None)
    assert new.number != card.number
    answer = scan(client, card.number)
    assert (answer.status_code, "replaced by another" in answer.content.decode()) == (200, True)
    found = client.get(reverse("customers:search"), {"q": card.number}).content.decode()
    assert "not valid any more" in found
    for name in ("phone_card", "phone_card_qr", "phone_card_bars"):
        assert client.get(reverse(f"loyalty:{name}", args=[token])).status_code == 404
    assert scan(client, new.number).status_code == 302


def test_the_phone_page_tells_the_first_name_and_nothing_else(client, customer, card):
    answer = client.get(reverse("loyalty:phone_card", args=[card_token(card)]))

    text = answer.content.decode()
    assert "Zofia" in text
    assert written(card.number) in text
    assert "Testowa" not in text
    assert "Gdańsk" not in text
    assert not answer.cookies
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_another_links_word_opens_no_card(client, card):
    for token in (card_token(card)[:-1], "never", card_token(MemberCard(pk=card.pk + 1))):
        assert client.get(reverse("loyalty:phone_card", args=[token])).status_code == 404


def test_codes_are_pictures_that_no_style_is_needed_for(sign_in, customer, card):
    client = sign_in("support")
    for name in ("card_qr", "card_bars"):
        answer = client.get(at(name, customer))
        root = ElementTree.fromstring(answer.content)  # noqa: S314 (our own picture)
        assert answer["Content-Type"] == "image/svg+xml"
        assert root.tag.endswith("svg")
        assert b"style" not in answer.content
        assert b"script" not in answer.content


def test_bars_are_those_of_code_128():
    """The pattern begins with start C, whose bars are 211232, and ends with the stop's 2331112."""
    modules = "".join(
        "1" if f"M{place} 0" in bars_svg("12345678901").decode() else "0" for place in range(200)
    )
    # Beside the bars lies the white ground, which begins at 0.
    bars = modules[QUIET:].strip("0")

    assert bars.startswith("11010011100")
    assert bars.endswith("1100011101011")
    assert qr_svg("12345678901") != qr_svg("12345678902")


def test_only_the_scanning_page_may_ask_for_the_camera(sign_in, customer, card):
    client = sign_in("support")

    assert "camera=(self)" in client.get(reverse("loyalty:card_scan"))["Permissions-Policy"]
    assert "camera=()" in client.get(at("card", customer))["Permissions-Policy"]


def test_a_taken_number_is_not_given_again(customer, card, monkeypatch):
    chances = iter([int(card.number[:10]), 7])

    new = service._give(None, customer, NOW, "card.issued", lambda below: next(chances))

    assert new.number == new_number(lambda below: 7)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCard.objects.update(number=card.number)


def test_after_a_merge_both_cards_work_and_a_replacement_ends_both(customer, card):
    other = issue_card(actor=None, customer=CustomerFactory(), now=NOW)
    MemberCard.objects.filter(pk=other.pk).update(customer=customer)

    replace_card(actor=None, customer=customer, now=NOW)

    assert MemberCard.objects.filter(ended_at=None).count() == 1


def test_a_segment_of_those_who_have_a_card(shop, customer, card):
    bare, context = CustomerFactory(), context_of(shop, NOW)
    for value, who in ((True, customer), (False, bare)):
        tree = parse({"all": [{"field": "member_card", "operator": "is", "value": value}]})
        assert list(people_in(tree, context)) == [who]


def test_who_has_no_card_has_no_page_of_it(sign_in):
    bare = CustomerFactory()
    for name in ("card", "card_qr", "card_bars"):
        assert sign_in("support").get(at(name, bare)).status_code == 404
    assert sign_in("marketer").post(at("card_issue", bare)).status_code == 403
    assert not MemberCard.objects.exists()

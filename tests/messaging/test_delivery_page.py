"""Whether mails arrive: numbers by sender, domain and day, each the length of its list."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import local_date
from core.services.shop import get_shop
from messaging.delivery_page import ADVICE, COLUMNS, STANDINGS
from messaging.reports import delivery_by_day, delivery_by_domain, delivery_by_sender
from messaging.rules.reputation import Shares, Standing
from tests.factories.outbox import NOON, MessageFactory, SenderFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("messaging:deliverability")
OUT = {"state": "sent", "sent_at": NOON, "out_at": NOON}


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOON)


@pytest.fixture
def mails():
    """Two senders, three domains, and what must not count."""
    shop, news = SenderFactory(name="Shop"), SenderFactory(name="News")
    for domain, values in [
        ("wp.pl", {}),
        ("wp.pl", {"delivered_at": NOON}),
        ("wp.pl", {"bounced_at": NOON, "bounce": "hard"}),
        ("gmail.com", {"delivered_at": NOON, "complained_at": NOON}),
    ]:
        MessageFactory(sender=shop, domain=domain, **OUT | values)
    MessageFactory(sender=news, domain="o2.pl", **OUT, bounced_at=NOON, bounce="soft")
    MessageFactory(sender=news, domain="wp.pl", state="uncertain", reason="line_broke", out_at=NOON)
    refused = {"state": "failed", "reason": "refused", "domain": "strict.pl", "sender": news}
    MessageFactory(**refused, claimed_at=NOON)
    old = NOON - timedelta(days=28)
    MessageFactory(sender=shop, domain="wp.pl", state="sent", sent_at=old, out_at=old)
    MessageFactory(**refused, claimed_at=old)
    MessageFactory(**refused | {"reason": "gave_up"}, claimed_at=NOON)
    MessageFactory(sender=shop, domain="wp.pl")
    SenderFactory(name="Gone", archived_at=NOON)
    SenderFactory(name="Unused")
    return shop, news


def test_the_numbers_by_sender_domain_and_day(mails):
    by_sender = {sender.name: shares for sender, shares in delivery_by_sender(NOON)}
    by_domain = dict(delivery_by_domain(NOON))
    by_day = delivery_by_day(NOON, get_shop().zone)

    assert by_sender == {
        "Shop": Shares(sent=4, delivered=1, hard=1, complained=1),
        "News": Shares(sent=1, soft=1, uncertain=1, refused=1),
        "Unused": Shares(),
    }
    assert by_domain == {
        "wp.pl": Shares(sent=3, delivered=1, hard=1, uncertain=1),
        "gmail.com": Shares(sent=1, complained=1),
        "o2.pl": Shares(sent=1, soft=1),
        "strict.pl": Shares(refused=1),
    }
    assert len(by_day) == 29
    assert by_day[-1] == (
        local_date(NOON, get_shop().zone),
        Shares(sent=5, delivered=1, hard=1, soft=1, complained=1, uncertain=1, refused=1),
    )
    assert sum(shares.sent for _day, shares in by_day) == 5


def test_each_number_is_the_length_of_its_list(mails, sign_in):
    client = sign_in("manager")
    page = client.get(PAGE).context["page"]

    for row in [*page.senders, *page.domains]:
        for cell in row.cells:
            asked = dict(parse_qsl(urlsplit(cell.href).query))
            listed = client.get(reverse("messaging:outbox"), asked).context["page"].rows
            assert (row.name, cell.name, cell.number) == (row.name, cell.name, len(listed))


def test_nothing_went_out_yet(sign_in):
    page = sign_in("manager").get(PAGE)

    assert page.context["page"].is_empty
    assert "Nothing went out yet" in page.content.decode()


def test_what_to_do_is_said_in_words(sign_in):
    sender = SenderFactory(name="Shop")
    MessageFactory.create_batch(99, sender=sender, customer=None, template_version=None, **OUT)
    MessageFactory(sender=sender, complained_at=NOON, **OUT)

    page = sign_in("admin").get(PAGE).content.decode()

    assert "Too many complaints" in page
    assert "At 0.3 % and more" in page
    assert "1.00" in page


def test_a_provider_that_refuses_everything_is_not_too_few_to_judge(sign_in):
    refused = {"state": "failed", "reason": "refused", "claimed_at": NOON}
    sender = SenderFactory(name="Shop")
    MessageFactory.create_batch(
        100, sender=sender, domain="strict.pl", customer=None, template_version=None, **refused
    )

    page = sign_in("admin").get(PAGE).content.decode()

    assert "Many mails are refused" in page
    assert "a code that begins with 5.7" in page


def test_marketers_and_support_stay_out(sign_in):
    for role in ("support", "marketer"):
        assert sign_in(role).get(PAGE).status_code == 403
        assert sign_in(role).get(reverse("messaging:deliverability_csv")).status_code == 403


def test_the_file_holds_every_number(mails, sign_in):
    answer = sign_in("manager").get(reverse("messaging:deliverability_csv"))

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert (
        lines[0].lstrip("\ufeff")
        == "kind,name,sent,delivered,hard,soft,complained,uncertain,refused"
    )
    assert "sender,Shop,4,1,1,0,1,0,0" in lines
    assert "domain,wp.pl,3,1,1,0,0,1,0" in lines
    assert "domain,strict.pl,0,0,0,0,0,0,1" in lines
    assert len(lines) == 1 + 3 + 4 + 29


def test_the_number_of_queries_does_not_grow(sign_in):
    client = sign_in("manager")
    client.get(PAGE)

    def queries(number):
        for place in range(number):
            MessageFactory(domain=f"d{number}-{place}.pl", **OUT)
        with CaptureQueriesContext(connection) as counted:
            client.get(PAGE)
        return len(counted)

    assert queries(1) == queries(5)


@pytest.mark.parametrize("asked", [{"fate": "x"}, {"days": "0"}, {"days": "x"}, {"place": "y"}])
def test_a_filter_that_makes_no_sense_is_a_bad_request(sign_in, asked):
    assert sign_in("manager").get(reverse("messaging:outbox"), asked).status_code == 400


def test_everything_has_words():
    assert set(STANDINGS) == set(Standing)
    assert set(ADVICE) == set(Standing) - {Standing.GOOD, Standing.FEW}
    assert all(str(word) for word in COLUMNS.values())

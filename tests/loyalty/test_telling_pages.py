"""The pages of what members are told: switches, mails as customers get them, who was told."""

import pytest
from django.urls import reverse

from loyalty.models import News, TellingRule, Told, Unsaid
from loyalty.services.programmes import get_programme
from messaging.services.default_templates import add_default_templates
from tests.factories.customers import IdentityFactory
from tests.loyalty.bank import Bank, utc

pytestmark = pytest.mark.django_db
FORM = {
    **{f"on_{kind}": "on" for kind in News.values},
    "days_expiry_first": "30",
    "days_expiry_second": "7",
    "days_expiry_last": "1",
    "days_statement": "5",
    "days_tier_ending": "14",
    "notice_least": "50",
    "version": "1",
}


@pytest.fixture
def told(shop):
    """Anna was not told of 12 points, because they are too few."""
    add_default_templates()
    bank = Bank()
    IdentityFactory(customer=bank.customer)
    bank.earn("A", 10_000, "2026-01-10T10:00")
    return Told.objects.create(
        account=bank.account,
        kind=News.EXPIRY_LAST,
        occasion="2027-01-10",
        reason=Unsaid.TOO_LITTLE,
        units=12,
        at=utc("2027-01-09T08:00"),
    )


def test_the_programme_page_shows_what_members_are_told(client, cast, told):
    client.force_login(cast["support"])

    page = client.get(reverse("loyalty:programme")).content.decode()

    assert "What members are told" in page
    assert page.count("before the last day") == 4
    assert "Switch on and off" not in page


def test_switches_are_saved_and_a_wrong_order_is_said_at_its_field(client, cast, shop):
    client.force_login(cast["marketer"])
    get_programme()
    address = reverse("loyalty:telling_edit")

    wrong = client.post(address, FORM | {"days_expiry_first": "7"})
    assert wrong.status_code == 422
    assert "more days than the notice after it" in wrong.content.decode()
    assert not TellingRule.objects.exists()

    sent = {name: value for name, value in FORM.items() if name != "on_badge_won"}
    assert client.post(address, sent).status_code == 302
    rows = {row.kind: (row.is_on, row.days) for row in TellingRule.objects.all()}
    assert rows == {News.STATEMENT: (True, 5), News.BADGE_WON: (False, None)}
    assert get_programme().notice_least == 50


def test_who_saves_over_somebody_elses_change_is_told(client, cast, shop):
    client.force_login(cast["marketer"])
    get_programme()

    answer = client.post(reverse("loyalty:telling_edit"), FORM | {"version": "9"})

    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in answer.content.decode()


def test_a_number_opens_its_list_with_the_reason(client, cast, told):
    client.force_login(cast["support"])

    page = client.get(reverse("loyalty:told", args=["expiry_last"]) + "?state=unsaid")
    assert "Too few points to write about" in page.content.decode()
    empty = client.get(reverse("loyalty:told", args=["expiry_last"]) + "?state=sent")
    assert "Nobody yet" in empty.content.decode()
    assert client.get(reverse("loyalty:told", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("kind", News.values)
@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_every_mail_is_shown_in_every_language(client, cast, told, kind, language):
    client.force_login(cast["support"])
    address = reverse("loyalty:told_preview", args=[kind, language])

    shown = client.get(address, {"customer": told.account.customer_id})

    assert shown.status_code == 200
    assert "<html" in shown.content.decode()
    assert f'lang="{language}"' in shown.content.decode()

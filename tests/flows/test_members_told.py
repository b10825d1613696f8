"""A member is told that points expire: time passes, the mail is in the catcher, a second run of the
jobs writes nothing more, and the page counts it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from loyalty.models import Lot, TellingRule, Told
from loyalty.services.expiry_notices import tell_expiring
from loyalty.services.settling import settle_due
from messaging.models import CaughtMail
from messaging.services.default_templates import add_default_templates
from tests.conftest import make_user
from tests.factories.customers import IdentityFactory
from tests.loyalty.bank import Bank

BOUGHT = datetime(2026, 1, 10, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_time_passes_and_the_member_gets_one_mail(client, shop):
    add_default_templates()
    bank = Bank()
    IdentityFactory(customer=bank.customer, value="anna@example.pl", key="anna@example.pl")
    bank.earn("A", 10_000, BOUGHT)
    settle_due(BOUGHT + timedelta(days=60))
    tell_expiring(datetime(2026, 12, 1, 12, tzinfo=UTC))
    assert TellingRule.objects.count() == 3

    for at in ("09:30", "09:40", "10:30"):
        with time_machine.travel(datetime.fromisoformat(f"2026-12-11T{at}+01:00"), tick=False):
            call_command("run_due", at=f"2026-12-11T{at}+01:00")

    assert Told.objects.count() == 1
    assert [mail.subject for mail in CaughtMail.objects.all()] == ["100 of your points expire soon"]
    assert Lot.objects.get().remaining == 100
    client.force_login(make_user("support"))
    told = reverse("loyalty:told", args=["expiry_first"])
    assert "10 January 2027" in client.get(told + "?state=sent").content.decode()
    timeline = client.get(reverse("customers:customer", args=[bank.customer.pk]))
    assert "Mail: Points expiring" in timeline.content.decode()

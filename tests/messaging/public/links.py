"""The links in Anna's mails, and how a browser without cookies follows them."""

import re
from datetime import timedelta

from django.test import Client

from customers.models import Customer
from customers.permission import stops_for
from customers.services.consent_requests import request_consent
from customers.suppressions import key_of
from messaging.public_links import MailLink, confirm_url, preferences_url, unsubscribe_url
from tests.factories.customers import NOON

ANNA = "anna@example.pl"
DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"


def path(url: str) -> str:
    assert url.startswith("http://localhost:8000/p/")
    return url.removeprefix("http://localhost:8000")


def link(customer: Customer, **changes: object) -> MailLink:
    values = {"customer_id": customer.pk, "address_key": key_of(ANNA), "topic": "newsletter"}
    return MailLink(**values | {"message_id": 17} | changes)


def leave_path(customer: Customer, **changes: object) -> str:
    return path(unsubscribe_url(link(customer, **changes)))


def choose_path(customer: Customer) -> str:
    return path(preferences_url(customer_id=customer.pk, address_key=key_of(ANNA)))


def confirm_path(customer: Customer, now=NOON) -> str:
    row = request_consent(
        actor=None,
        customer=customer,
        address=ANNA,
        purpose="marketing",
        text="Tak, chcę.",
        language="pl",
        now=now,
    )
    return path(confirm_url(row))


def may(customer: Customer, kind: str = "marketing", topic: str = "") -> bool:
    return not stops_for([(customer.pk, ANNA)], message_class=kind, topic=topic, now=NOON)


def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def form_in(answer, part: str) -> str:
    """Where the form goes whose address holds the part."""
    found = re.findall(r'action="([^"]+)"', answer.content.decode())
    return next(action for action in found if part in action)

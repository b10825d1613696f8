"""Random documents for property tests, what they come to when added up in plain Python, and a
way to forget them again."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from customers.models import Customer, Purchase, Refund
from customers.rules.dates import moment_of
from tests.customers.documents import WARSAW, bought, returned

START = datetime(2026, 10, 20, 6, tzinfo=UTC)
WHO = ("", "C1", "C2")
STATUSES = (None, None, None, "", "paid", "cancelled", "pending")
CURRENCIES = ("PLN", "PLN", "PLN", "EUR")
database = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@contextmanager
def forgotten():
    """All that is written inside is taken back, so that each example begins with nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def instant(hours):
    """A moment some hours after the start; around the end of summer time in Warsaw."""
    return moment_of(START + timedelta(hours=hours), WARSAW)


@st.composite
def purchases(draw, number):
    """A purchase of somebody or of a guest."""
    return bought(
        str(number),
        draw(st.sampled_from([0, 1, 100, 5_000, 10_000])),
        moment=instant(draw(st.integers(0, 300))),
        external=draw(st.sampled_from(WHO)),
        status=draw(st.sampled_from(STATUSES)),
        currency=draw(st.sampled_from(CURRENCIES)),
    )


@st.composite
def refunds(draw, number):
    """A refund of a purchase, known or not; mostly it does not say whose."""
    document = returned(
        f"R{number}",
        draw(st.sampled_from([1, 99, 100, 2_500, 5_000, 10_000])),
        refund_of=str(draw(st.integers(0, 4))),
        external=draw(st.sampled_from(("", "", "", *WHO))),
        status=draw(st.sampled_from(STATUSES)),
        currency=draw(st.sampled_from(CURRENCIES)),
    )
    return replace(document, moment=instant(draw(st.integers(0, 300))))


@st.composite
def worlds(draw):
    """Documents, each once, in an order of their own."""
    documents = [draw(purchases(number)) for number in range(draw(st.integers(1, 4)))]
    documents += [draw(refunds(number)) for number in range(draw(st.integers(0, 6)))]
    return draw(st.permutations(documents))


@st.composite
def in_batches(draw, documents):
    """The same documents in the same order, cut into saves."""
    batches, rest = [], [replace(document) for document in documents]
    while rest:
        size = draw(st.integers(1, len(rest)))
        batches.append(rest[:size])
        rest = rest[size:]
    return batches


def is_in_order(status):
    return status not in {"cancelled", "pending", "failed", "draft"}


def expected_state(documents):
    """What must stand on file: worked out document by document, without a database."""
    bills = {one.number: one for one in documents if not one.is_refund}
    backs = [one for one in documents if one.is_refund]
    return (
        {number: _expected_purchase(bill, backs) for number, bill in bills.items()},
        {back.number: _expected_refund(back, bills, backs) for back in backs},
    )


def _given_back(bill, backs):
    mine = [one for one in backs if one.refund_of == bill.number and is_in_order(one.status)]
    return sum(one.amount_minor for one in mine if one.currency == bill.currency)


def _counts(bill, backs):
    left = bill.amount_minor - _given_back(bill, backs)
    return is_in_order(bill.status) and bill.amount_minor > 0 and left > 0


def _expected_purchase(bill, backs):
    given_back, counts = _given_back(bill, backs), _counts(bill, backs)
    return bill.external, bill.amount_minor, given_back, counts, bill.moment.local_day


def _expected_refund(back, bills, backs):
    bill = bills.get(back.refund_of)
    owner = back.external or (bill.external if bill else "")
    counts = is_in_order(back.status) and (bill is None or _counts(bill, backs))
    number = bill.number if bill else None
    return number, owner, back.amount_minor, counts, back.moment.local_day


def names():
    """Customer id -> customer number; nobody is ""."""
    known = Customer.objects.filter(identities__kind="external")
    return {None: "", **dict(known.values_list("pk", "identities__key"))}


def state_on_file():
    """What stands on file, in the words of `expected_state`."""
    who = names()
    bought_rows = {
        row.number: (
            who[row.customer_id],
            row.gross_minor,
            row.refunded_minor,
            row.counts,
            row.local_day,
        )
        for row in Purchase.objects.all()
    }
    refund_rows = {
        row.number: (
            row.purchase.number if row.purchase else None,
            who[row.customer_id],
            row.amount_minor,
            row.counts,
            row.local_day,
        )
        for row in Refund.objects.select_related("purchase")
    }
    return bought_rows, refund_rows


def expected_summaries(currency="PLN"):
    """Who -> what their valid purchases add up to, from the rows on file, one by one."""
    who, totals = names(), {}
    refunds_of = {}
    for back in Refund.objects.all():
        if back.counts and back.customer_id and back.currency == currency:
            owner = who[back.customer_id]
            refunds_of[owner] = refunds_of.get(owner, 0) + back.amount_minor
    rows = [row for row in Purchase.objects.all() if row.counts and row.customer_id]
    for owner in {who[row.customer_id] for row in rows}:
        mine = [row for row in rows if who[row.customer_id] == owner]
        totals[owner] = {
            "first_at": min(row.occurred_at for row in mine),
            "last_at": max(row.occurred_at for row in mine),
            "first_day": min(row.local_day for row in mine),
            "last_day": max(row.local_day for row in mine),
            "days": len({row.local_day for row in mine}),
            "purchases": len(mine),
            "gross_minor": sum(row.gross_minor for row in mine if row.currency == currency),
            "refunds_minor": refunds_of.get(owner, 0),
        }
    return totals

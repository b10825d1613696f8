"""Cases, opened and worked on by the services."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from customers.models import Customer
from customers.services.interactions import Said
from support.models import Case, Category
from support.services import cases, contacts, resolving
from support.services.cases import Asked
from support.services.resolving import Verdict


def cause_of(key: str = "delivery-damaged") -> Category:
    """A cause by its key; made anew where a test emptied the tables."""
    top = Category.objects.get_or_create(key=key.partition("-")[0])[0]
    return Category.objects.get_or_create(key=key, defaults={"parent": top})[0]


def opened(customer: Customer, clerk: User, at: datetime, **more: Any) -> Case:
    """A complaint that came in then."""
    asked = {"kind": "complaint", "subject": "The bowl is cracked", "category": cause_of()} | more
    return cases.open_case(
        actor=clerk, now=at, customer=customer, asked=Asked(received_at=at, **asked)
    )


def said(case: Case, clerk: User, at: datetime, **more: Any) -> Case:
    """A call that reached the customer."""
    words = {"channel": "call", "direction": "out", "outcome": "answered", "text": "We look."}
    talk = Said(occurred_at=at, **words | more)
    return contacts.log_contact(actor=clerk, now=at, case=case, said=talk)


def answered(customer: Customer, clerk: User, at: datetime, **more: Any) -> Case:
    """One that somebody took and answered at once."""
    case = opened(customer, clerk, at, **more)
    cases.take_case(actor=clerk, now=at, case=case)
    return said(case, clerk, at)


def resolved(customer: Customer, clerk: User, at: datetime, **more: Any) -> Case:
    """One that was decided within the hour."""
    case = answered(customer, clerk, at, **more)
    verdict = Verdict(decision="upheld", reason="Badly packed.", root_cause=cause_of())
    late = at + timedelta(minutes=40)
    return resolving.resolve_case(actor=clerk, now=late, case=case, verdict=verdict)


def case_of(customer: Customer, clerk: User, now: datetime) -> dict[str, Any]:
    """A case that is worked on, and another of the same customer."""
    at = now - timedelta(hours=2)
    return {
        "case": answered(customer, clerk, at),
        "other_case": opened(customer, clerk, at, subject="The lid is lost"),
        "cause": cause_of(),
    }


def cases_of(customer: Customer, clerk: User, now: datetime) -> dict[str, Any]:
    """The same, and one in each of the other states."""
    rows, at = case_of(customer, clerk, now), now - timedelta(hours=2)
    said(rows["case"], clerk, at, channel="note", direction="", text="Third one this month.")
    waiting = answered(customer, clerk, at, subject="Which colour was it?", kind="question")
    joined = opened(customer, clerk, at, subject="Cracked, once more")
    resolving.merge_cases(actor=clerk, now=now, case=joined, into=rows["case"])
    return rows | {
        "waiting_case": cases.ask_customer(actor=clerk, now=at, case=waiting),
        "resolved_case": resolved(customer, clerk, at, subject="Charged twice"),
        "joined_case": joined,
    }

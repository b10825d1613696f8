"""The demo shop's desk: a dozen cases, from one that nobody has seen to one that was closed."""

import random
from datetime import datetime, timedelta

from accounts.models import User
from core.demo import DemoPart
from customers.models import Customer, Purchase
from customers.services.interactions import Said
from support.models import Case, Category
from support.services import cases, contacts, resolving
from support.services.cases import Asked
from support.services.resolving import Verdict

# Subject in the shop's language, kind, cause, severity, how many hours ago, how far it came.
ROWS = (
    ("Bowl cracked on delivery", "complaint", "delivery-damaged", 2, 3, "answered"),
    ("Mug is not the one in the picture", "complaint", "product-unlike", 3, 1, "new"),
    ("Is the teapot safe in an oven?", "question", "information-missing", 4, 2, "new"),
    ("Points of November are missing", "complaint", "loyalty-points", 3, 50, "answered"),
    ("Cannot sign in to the shop", "help", "website-account", 3, 5, "answered"),
    ("Parcel never came", "complaint", "delivery-lost", 1, 30, "waiting"),
    ("Charged twice for one order", "complaint", "billing-charged", 2, 75, "waiting"),
    ("Lid is missing", "complaint", "product-incomplete", 3, 120, "resolved"),
    ("Please sell lids one by one", "suggestion", "product", 4, 140, "resolved"),
    ("Coupon was refused at the till", "complaint", "loyalty-coupon", 3, 200, "closed"),
    ("Wrong colour in the parcel", "complaint", "delivery-wrong", 3, 400, "closed"),
    ("Handle came off again", "complaint", "product-stopped", 2, 26, "reopened"),
)
AFTER = ("answered", "waiting", "resolved", "closed", "reopened")


def make_cases(chance: random.Random, now: datetime) -> None:
    """Cases of customers who bought something, the last purchase with them."""
    clerk = User.objects.get(username="support")
    bought = Customer.objects.filter(purchases__isnull=False).distinct().order_by("pk")
    people = list(bought[:200])
    for place, row in enumerate(ROWS if people else ()):
        _make(place, row, chance.choice(people), clerk, now)


def _make(
    place: int,
    row: tuple[str, str, str, int, int, str],
    customer: Customer,
    clerk: User,
    now: datetime,
) -> None:
    subject, kind, key, severity, hours, fate = row
    at = now - timedelta(hours=hours)
    asked = Asked(
        kind=kind,
        subject=subject,
        received_at=at,
        description=f"{subject}.",
        category=Category.objects.filter(key=key).first(),
        severity=severity,
        purchase=Purchase.objects.filter(customer=customer).order_by("-occurred_at").first(),
    )
    case = cases.open_case(actor=clerk, now=at, customer=customer, asked=asked, key=f"demo:{place}")
    if fate in AFTER:
        _answer(case, clerk, at + timedelta(minutes=25))
    if fate == "waiting":
        cases.ask_customer(actor=clerk, now=at + timedelta(minutes=30), case=case)
    if fate in {"resolved", "closed", "reopened"}:
        _end(case, clerk, at + timedelta(hours=20), fate)


def _answer(case: Case, clerk: User, at: datetime) -> None:
    cases.take_case(actor=clerk, now=at, case=case)
    said = Said(
        channel="call",
        direction="out",
        outcome="answered",
        text="We look into it today.",
        occurred_at=at,
    )
    contacts.log_contact(actor=clerk, now=at, case=case, said=said)


def _end(case: Case, clerk: User, at: datetime, fate: str) -> None:
    verdict = Verdict(
        decision="upheld" if case.kind == "complaint" else "answered",
        reason="We were wrong, and said so.",
        root_cause=case.category,
        corrective_action="Two layers of paper in every parcel.",
    )
    resolving.resolve_case(actor=clerk, now=at, case=case, verdict=verdict)
    if fate == "closed":
        resolving.close_case(actor=clerk, now=at + timedelta(hours=30), case=case)
    if fate == "reopened":
        resolving.reopen_case(actor=clerk, now=at + timedelta(hours=2), case=case)


_FILLED = ("Case", "CaseEntry", "CaseContact", "CaseNumber", "Category", "ServiceTarget")
PART = DemoPart(make_cases, frozenset(f"support.{name}" for name in _FILLED), order=80)

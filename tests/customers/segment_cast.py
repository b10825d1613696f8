"""Questions and people for the tests of segments."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import local_date
from customers.models import (
    Customer,
    PurchaseSummary,
)
from customers.rules.segment_language import Condition, Kind, Shape
from customers.segments import Context, parse, people_in, segment_fields
from tests.factories.customers import (
    CustomerFactory,
)

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CONTEXT = Context(NOW, WARSAW, "PLN")


def people(*conditions: dict, join: str = "all", context: Context = CONTEXT) -> str:
    """First names of those who belong, sorted."""
    tree = parse({join: list(conditions)})
    return " ".join(sorted(person.first_name for person in people_in(tree, context)))


def ask(field: str, operator: str, value: object = None) -> dict:
    raw = {"field": field, "operator": operator}
    return raw if value is None else {**raw, "value": value}


def person(first_name: str, **fields: object) -> Customer:
    fields.setdefault("last_name", "Nowak")
    return CustomerFactory(first_name=first_name, **fields)


def summary(customer: Customer, *, first: date, last: date, **figures: int) -> PurchaseSummary:
    noon = timedelta(hours=12)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) + noon
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + noon
    values = {"days": 2, "purchases": 2, "gross_minor": 10_000, "refunds_minor": 0} | figures
    return PurchaseSummary.objects.create(
        customer=customer,
        first_at=start,
        last_at=end,
        first_day=local_date(start, WARSAW).toordinal(),
        last_day=local_date(end, WARSAW).toordinal(),
        **values,
    )


def shoppers() -> None:
    summary(
        person("Adam"),
        first=date(2026, 8, 1),
        last=date(2026, 11, 21),
        days=5,
        purchases=6,
        gross_minor=60_000,
        refunds_minor=10_000,
    )
    summary(
        person("Beata"),
        first=date(2025, 1, 1),
        last=date(2025, 1, 21),
        days=3,
        purchases=3,
        gross_minor=10_000,
    )
    summary(
        person("Celina"),
        first=date(2025, 11, 20),
        last=date(2025, 11, 20),
        days=1,
        purchases=1,
        gross_minor=999,
    )
    person("Dan")


def sample(kind: Kind, shape: Shape, choice: str) -> object:
    return {
        Shape.NOTHING: None,
        Shape.TEXT: "x",
        Shape.ITEMS: (choice,),
        Shape.NUMBER: 3,
        Shape.NUMBERS: (1, 3),
        Shape.DAYS: 10,
        Shape.DATE: date(2026, 1, 1),
        Shape.DATES: (date(2026, 1, 1), date(2026, 2, 1)),
        Shape.MONTH: 5,
        Shape.FLAG: True,
    }[shape]


def every_question() -> list[Condition]:
    questions = []
    for key, field in segment_fields.items():
        choice = str(field.choices[0][0]) if field.choices else "1"
        for operator, shape in field.spec().operators().items():
            questions.append(Condition(key, operator, sample(field.kind, shape, choice)))
    return questions

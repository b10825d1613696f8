"""A shop kept twice: in the product, by its own services, and as plain rows beside it."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Branch
from core.models import Shop
from core.services.shop import change_shop, get_shop
from customers.models import Customer, CustomerTag, Purchase, Tag
from customers.rules.dates import moment_of
from customers.rules.documents import Document
from customers.services.documents import save_documents
from customers.services.purchases import remove_purchase
from tests.retention.worlds.naive import Bought, Key, Naive, Returned

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENED = date(2024, 1, 20)
WARSAW = ZoneInfo("Europe/Warsaw")
BRANCHES = ("Old town", "New town")
STATUSES = ("", "", "", "", "", "", "paid", "cancelled", "pending", "failed", "draft")
CURRENCIES = ("PLN", "PLN", "PLN", "EUR", "JPY")
# Few hours, so that equal instants happen; about midnight, so that the zone matters.
HOURS = (0, 9, 9, 21, 22, 23)
LETTERS = "abcdefghijkl"


@dataclass
class Book:
    """What stands in the product, row by row."""

    bought: dict[Key, Bought] = field(default_factory=dict)
    returned: dict[Key, Returned] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    regulars: frozenset[str] = frozenset()
    zone: ZoneInfo = WARSAW

    @property
    def naive(self) -> Naive:
        tags = {"Regulars": self.regulars}
        return Naive(self.zone, self.bought.values(), self.returned.values(), tags)

    def meet(self, *names: str) -> None:
        """New customers of these names."""
        made = [Customer(created_at=NOW, updated_at=NOW, last_name=name) for name in names]
        rows = Customer.objects.bulk_create(made)
        self.people |= {name: row.pk for name, row in zip(names, rows, strict=True)}

    def name_of(self, pk: int) -> str:
        return next(name for name, number in self.people.items() if number == pk)

    def mark_regulars(self, *names: str) -> None:
        tag = Tag.objects.create(name="Regulars", key="regulars")
        rows = [CustomerTag(customer_id=self.people[name], tag=tag) for name in names]
        CustomerTag.objects.bulk_create(rows)
        self.regulars = frozenset(names)

    def write(self, *rows: Bought | Returned) -> None:
        """Save the rows as an import would: new ones are added, others replaced."""
        new = {row.who for row in rows if row.who} - self.people.keys()
        if new:
            self.meet(*sorted(new))
        save_documents(documents=[self.document(row) for row in rows], now=NOW)
        for row in rows:
            if isinstance(row, Bought):
                self.bought[row.key] = row
            else:
                self.returned[row.key] = row

    def document(self, row: Bought | Returned) -> Document:
        is_refund = isinstance(row, Returned)
        return Document(
            source=row.source,
            number=row.number,
            moment=moment_of(row.at, self.zone),
            amount_minor=row.minor,
            currency=row.currency,
            is_refund=is_refund,
            refund_of=row.of if isinstance(row, Returned) else "",
            customer_id=self.people[row.who] if row.who else None,
            status=row.status,
            branch=row.branch,
        )

    def sell(self, who: str | None, at: str, minor: int = 1000, **more: str) -> Bought:
        """A purchase at a wall-clock time of the shop."""
        instant = wall(at, self.zone)
        row = Bought(f"p{len(self.bought)}", who, instant, minor, **more)  # type: ignore[arg-type]
        self.write(row)
        return row

    def give_back(self, row: Bought | None, at: str, minor: int, who: str | None = None) -> None:
        """A refund at a wall-clock time of the shop, of a purchase or of none."""
        number, source = f"r{len(self.returned)}", row.source if row else "till"
        currency = row.currency if row else "PLN"
        of = row.number if row else ""
        instant = wall(at, self.zone)
        self.write(Returned(number, who, instant, minor, of, currency, source))

    def remove(self, row: Bought) -> None:
        """Take a purchase back that was entered by hand."""
        found = Purchase.objects.get(source=row.source, number=row.number)
        remove_purchase(actor=None, purchase=found)
        del self.bought[row.key]

    def move_shop(self, zone: str) -> None:
        """Another time zone, on the settings page."""
        shop = get_shop()
        change_shop(
            actor=None,
            name=shop.name,
            timezone=zone,
            currency=shop.currency,
            language=shop.language,
        )
        self.zone = ZoneInfo(zone)


def wall(text: str, zone: ZoneInfo) -> datetime:
    """'2024-03-31 23:30' on the shop's clock, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def open_shop(zone: str = "Europe/Warsaw", currency: str = "PLN") -> Book:
    """An empty shop."""
    Shop.objects.update_or_create(pk=1, defaults={"timezone": zone, "currency": currency})
    return Book(zone=ZoneInfo(zone))


def some_instant(chance: random.Random, span: int) -> datetime:
    day = OPENED + timedelta(days=chance.randrange(span))
    return datetime(day.year, day.month, day.day, chance.choice(HOURS), 30, tzinfo=UTC)


def somebody(chance: random.Random, people: int) -> str | None:
    """A customer, the first ones far more often; a guest one time in eight."""
    if chance.random() < 0.125:
        return None
    return LETTERS[int(people * chance.random() ** 2)]


def some_purchase(chance: random.Random, number: int, people: int, span: int) -> Bought:
    return Bought(
        number=f"p{number}",
        who=somebody(chance, people),
        at=some_instant(chance, span),
        minor=chance.choice([1, 50, 999, 1000, 12_345]),
        currency=chance.choice(CURRENCIES),
        source=chance.choice(["till", "till", "web", "manual"]),
        branch=chance.choice(["", "", *BRANCHES]),
        status=chance.choice(STATUSES),
    )


def some_refund(chance: random.Random, number: int, of: Bought, span: int) -> Returned:
    """Of a purchase in part or whole, of none, or of one that the shop does not know."""
    kind = chance.choice(["part", "part", "whole", "other currency", "unknown", "none"])
    linked = kind not in {"unknown", "none"}
    return Returned(
        number=f"r{number}",
        who=None if linked else somebody(chance, 4),
        at=some_instant(chance, span),
        minor=of.minor if kind == "whole" else chance.randrange(1, of.minor + 1),
        of=of.number if linked else {"unknown": "lost", "none": ""}[kind],
        currency=of.currency if kind != "other currency" else chance.choice(CURRENCIES),
        source=of.source,
        branch=chance.choice(["", *BRANCHES]),
        status=chance.choice(["", "", "", "", "failed"]),
    )


def random_shop(
    seed: int, *, people: int = 10, purchases: int = 50, span: int = 900, refunds: int = 9
) -> Book:
    """A shop of a few people who buy now and then, some often, over more than two years."""
    chance, book = random.Random(seed), open_shop()
    book.meet(*LETTERS[:people])
    book.mark_regulars(*LETTERS[1:people:2])
    sold = [some_purchase(chance, number, people, span) for number in range(purchases)]
    # A few twins: another purchase at the same instant.
    sold += [replace(chance.choice(sold), number=f"twin{n}", minor=77) for n in range(3)]
    back = [some_refund(chance, n, chance.choice(sold), span) for n in range(refunds)]
    book.write(*sold, *back)
    return book


def branch_pk(name: str) -> int:
    return int(Branch.objects.get(name=name).pk)

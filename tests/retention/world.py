"""A small random shop, stored in the database and kept in plain Python beside it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Branch
from core.clock import month_number
from customers.models import Customer, Purchase, Refund
from customers.observers import PurchasesChanged, announce

ZONE = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENED = date(2024, 1, 1)


@dataclass(eq=False)
class Sale:
    """A purchase as the naive side sees it; `customer` None is a guest."""

    id: int
    customer: int | None
    at: datetime
    amount: int
    currency: str = "PLN"
    source: str = "till"
    branch: int | None = None
    counts: bool = True

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()


@dataclass(eq=False)
class Back:
    """A refund as the naive side sees it."""

    id: int
    customer: int | None
    at: datetime
    amount: int
    currency: str = "PLN"
    counts: bool = True
    branch: int | None = None
    source: str = "till"

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()


@dataclass
class World:
    """What the shop sold and gave back, with chance of its own."""

    chance: random.Random
    span: int = 500
    customers: list[int] = field(default_factory=list)
    branches: list[int] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)
    numbers: int = 0

    def instant(self) -> datetime:
        """Some instant; few distinct times of day, so that equal instants happen, and times
        about midnight, so that the zone matters."""
        day = OPENED + timedelta(days=self.chance.randrange(self.span))
        hour = self.chance.choice([0, 9, 9, 15, 22, 23])
        return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)

    def sell(self, customer: int | None, at: datetime | None = None) -> Sale:
        return self.keep(self.purchase(customer, at or self.instant()))[0]

    def purchase(self, customer: int | None, at: datetime) -> Purchase:
        """A purchase that is not stored yet."""
        self.numbers += 1
        return Purchase(
            customer_id=customer,
            number=str(self.numbers),
            occurred_at=at,
            gross_minor=self.chance.randrange(100, 9000),
            currency=self.chance.choice(["PLN", "PLN", "PLN", "EUR"]),
            source=self.chance.choice(["till", "till", "web"]),
            branch_id=self.chance.choice([*self.branches, None]),
            counts=self.chance.random() > 0.1,
            **civil(at),
        )

    def keep(self, *rows: Purchase) -> list[Sale]:
        """Store purchases, here too."""
        sales = [sale_of(row) for row in Purchase.objects.bulk_create(rows)]
        self.sales += sales
        return sales

    def give_back(self, customer: int | None) -> Back:
        return self.keep_back(self.refund(customer, self.instant()))[0]

    def refund(self, customer: int | None, at: datetime) -> Refund:
        """A refund that is not stored yet."""
        self.numbers += 1
        return Refund(
            customer_id=customer,
            source="till",
            number=str(self.numbers),
            occurred_at=at,
            amount_minor=self.chance.randrange(100, 3000),
            currency=self.chance.choice(["PLN", "PLN", "EUR"]),
            branch_id=self.chance.choice([*self.branches, None]),
            counts=self.chance.random() > 0.1,
            **civil(at),
        )

    def keep_back(self, *rows: Refund) -> list[Back]:
        """Store refunds, here too."""
        backs = [back_of(row) for row in Refund.objects.bulk_create(rows)]
        self.backs += backs
        return backs


def sale_of(row: Purchase) -> Sale:
    return Sale(
        row.pk,
        row.customer_id,
        row.occurred_at,
        row.gross_minor,
        row.currency,
        row.source,
        row.branch_id,
        row.counts,
    )


def back_of(row: Refund) -> Back:
    return Back(
        row.pk,
        row.customer_id,
        row.occurred_at,
        row.amount_minor,
        row.currency,
        row.counts,
        row.branch_id,
    )


def civil(at: datetime) -> dict[str, int]:
    day = at.astimezone(ZONE).date()
    return {"local_day": day.toordinal(), "local_month": month_number(day)}


def make_world(seed: int, *, customers: int = 12, sales: int = 60, span: int = 500) -> World:
    """A shop of a few people, some of whom buy often; a tenth of the sales are guests'."""
    world = World(random.Random(seed), span)
    world.branches = [Branch.objects.create(name=f"Branch {seed}-{n}").pk for n in (1, 2)]
    made = [Customer(created_at=NOW, updated_at=NOW) for _ in range(customers)]
    world.customers = [row.pk for row in Customer.objects.bulk_create(made)]
    world.keep(*[world.purchase(somebody(world), world.instant()) for _ in range(sales)])
    world.keep_back(*[world.refund(somebody(world), world.instant()) for _ in range(sales // 6)])
    return world


def somebody(world: World) -> int | None:
    """A customer, the first ones far more often; sometimes a guest."""
    if world.chance.random() < 0.1:
        return None
    rank = int(len(world.customers) * world.chance.random() ** 2)
    return world.customers[rank]


def change_world(world: World, number: int) -> None:
    """Some purchases and refunds come, are cancelled or move to another customer or day; each
    is announced as the services announce it."""
    for _ in range(number):
        kind = world.chance.choice(["sell", "sell", "sell", "back", "flip", "move", "hand over"])
        CHANGES[kind](world)


def _sell(world: World) -> None:
    tell(world.sell(somebody(world)))


def _give_back(world: World) -> None:
    tell(world.give_back(somebody(world)))


def _flip(world: World) -> None:
    sale = world.chance.choice(world.sales)
    sale.counts = not sale.counts
    Purchase.objects.filter(pk=sale.id).update(counts=sale.counts)
    tell(sale)


def _move(world: World) -> None:
    sale = world.chance.choice(world.sales)
    tell(sale)
    sale.at = world.instant()
    Purchase.objects.filter(pk=sale.id).update(occurred_at=sale.at, **civil(sale.at))
    tell(sale)


def _hand_over(world: World) -> None:
    """A merge or an unmerge: the customers are announced whole."""
    sale = world.chance.choice(world.sales)
    before, sale.customer = sale.customer, world.chance.choice(world.customers)
    Purchase.objects.filter(pk=sale.id).update(customer_id=sale.customer)
    guest_days = {sale.day.toordinal()} if before is None else set()
    people = {sale.customer, *([before] if before else [])}
    announce(PurchasesChanged(customer_ids=frozenset(people), guest_days=frozenset(guest_days)))


def tell(row: Sale | Back) -> None:
    day = row.day.toordinal()
    if row.customer is None:
        announce(PurchasesChanged(guest_days=frozenset({day})))
        return
    pair = frozenset({(row.customer, day)})
    announce(PurchasesChanged(customer_ids=frozenset({row.customer}), customer_days=pair))


CHANGES = {
    "sell": _sell,
    "back": _give_back,
    "flip": _flip,
    "move": _move,
    "hand over": _hand_over,
}

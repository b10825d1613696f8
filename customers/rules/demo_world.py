"""The demo shop's people and what they buy: believable rhythms, some of them leaving.

Pure and seeded: the same source of chance and the same day give the same shop. Most people come
once or a few times; a third find a rhythm of their own, and after each visit there is a chance
that it was the last. December is busy, February is not.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from customers.rules.demo_names import COUNTRIES, FOUND_US, PRODUCTS, TAGS, Country

YEARS = 3
CUSTOMERS = 2000
SEASON = (0.85, 0.75, 0.95, 1.0, 1.1, 0.95, 0.85, 0.85, 1.0, 1.05, 1.25, 1.7)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A way of coming back: the usual gap in days, its spread, the chance to stay after a visit."""

    share: int
    gap: int
    spread: float
    stays: float


RHYTHMS = (
    Rhythm(share=34, gap=150, spread=0.6, stays=0.25),
    Rhythm(share=30, gap=95, spread=0.5, stays=0.72),
    Rhythm(share=24, gap=42, spread=0.35, stays=0.90),
    Rhythm(share=12, gap=24, spread=0.3, stays=0.965),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One product on a receipt: how many, and for how much in minor units."""

    product: str
    name: str
    category: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """One purchase, at a local wall time; `refund_minor` is given back later, or 0."""

    number: str
    day: date
    at: time
    source: str
    branch: str
    lines: tuple[Line, ...]
    refund_minor: int = 0

    @property
    def amount_minor(self) -> int:
        """The sum of the lines."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(slots=True)
class Person:
    """One customer with their purchases, oldest first."""

    number: str
    country: Country
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    city: str
    postcode: str
    birthday: tuple[int | None, int, int] | None
    tags: tuple[str, ...]
    found_us: str
    agrees: bool
    receipts: list[Receipt] = field(default_factory=list)


def _pick(chance: random.Random, options: tuple[Rhythm, ...]) -> Rhythm:
    return chance.choices(options, weights=[option.share for option in options])[0]


def _country(chance: random.Random) -> Country:
    return chance.choices(COUNTRIES, weights=[country.weight for country in COUNTRIES])[0]


def _ascii(name: str) -> str:
    table = str.maketrans(
        "ąćęłńóśźżáčďéěíňřšťúůýžăâîșțŁŚŻŹČŠŘŽȘȚĎ",
        "acelnoszzacdeeinrstuuyzaaistLSZZCSRZSTD",
    )
    return name.translate(table).lower()


def _birthday(chance: random.Random) -> tuple[int | None, int, int] | None:
    if chance.random() < 0.45:
        return None
    born = date(1948, 1, 1) + timedelta(days=chance.randrange(365 * 56))
    return (born.year if chance.random() < 0.6 else None, born.month, born.day)


def _phone(country: Country, chance: random.Random) -> str:
    digits = f"{country.phone}{chance.randrange(10**7, 10**8)}"
    return f"{digits[:-9]} {digits[-9:-6]} {digits[-6:-3]} {digits[-3:]}"


def person(chance: random.Random, number: int) -> Person:
    """A customer of one of the three countries."""
    country = _country(chance)
    is_woman = chance.random() < 0.62
    first = chance.choice(country.women if is_woman else country.men)
    last = chance.choice(country.surnames_women if is_woman else country.surnames_men)
    city, postcode = chance.choice(country.cities)
    return Person(
        number=f"K{number:05d}",
        country=country,
        first_name=first,
        last_name=last,
        email=f"{_ascii(first)}.{_ascii(last)}{number}@{country.domain}",
        phone=_phone(country, chance),
        address=f"{chance.choice(country.streets)} {chance.randint(1, 120)}",
        city=city,
        postcode=postcode,
        birthday=_birthday(chance),
        tags=tuple(chance.sample(TAGS, chance.choices((0, 1, 2), (55, 33, 12))[0])),
        found_us=chance.choice(FOUND_US) if chance.random() < 0.5 else "",
        agrees=chance.random() < 0.62,
    )


def _lines(chance: random.Random) -> tuple[Line, ...]:
    products = chance.sample(PRODUCTS, chance.choices((1, 2, 3, 4), (46, 31, 15, 8))[0])
    quantities = [chance.choices((1, 2, 4), (78, 17, 5))[0] for _ in products]
    return tuple(
        Line(code, name, category, quantity, quantity * price)
        for (code, name, category, price), quantity in zip(products, quantities, strict=True)
    )


def _receipt(chance: random.Random, day: date, branch: str, number: str) -> Receipt:
    lines = _lines(chance)
    total = sum(line.amount_minor for line in lines)
    refund = chance.choice((total, lines[0].amount_minor)) if chance.random() < 0.025 else 0
    return Receipt(
        number=number,
        day=day,
        at=time(chance.randint(9, 18), chance.randrange(60)),
        source="web" if chance.random() < 0.45 else "till",
        branch=branch,
        lines=lines,
        refund_minor=refund,
    )


def _is_busy(chance: random.Random, day: date) -> bool:
    """Whether a visit planned for this month really happens: the season thins the quiet ones."""
    return chance.random() < SEASON[day.month - 1] / max(SEASON)


def visits(chance: random.Random, first: date, today: date) -> Iterator[date]:
    """The days on which a person buys, from their first visit until they leave or today."""
    rhythm, day = _pick(chance, RHYTHMS), first
    while day <= today:
        yield day
        if chance.random() > rhythm.stays:
            return
        gap = max(2, round(rhythm.gap * math.exp(chance.gauss(0, rhythm.spread))))
        day += timedelta(days=gap)
        while day <= today and not _is_busy(chance, day):
            day += timedelta(days=max(2, gap // 3))


def _first_visit(chance: random.Random, today: date) -> date:
    """More people find the shop each year, and in the busy months."""
    span = 365 * YEARS
    while True:
        day = today - timedelta(days=int(span * chance.random() ** 1.2))
        if _is_busy(chance, day):
            return day


def people(chance: random.Random, today: date, count: int = CUSTOMERS) -> list[Person]:
    """The shop's customers with all their receipts up to today."""
    everyone = []
    for number in range(1, count + 1):
        someone = person(chance, number)
        first = _first_visit(chance, today)
        for place, day in enumerate(visits(chance, first, today), 1):
            receipt_number = f"{day:%y%m}-{number:05d}-{place}"
            receipt = _receipt(chance, day, someone.country.branch, receipt_number)
            someone.receipts.append(receipt)
        everyone.append(someone)
    return everyone


def guests(chance: random.Random, today: date, count: int) -> list[Receipt]:
    """Purchases at the till by people who gave no name."""
    receipts = []
    for number in range(count):
        day = _first_visit(chance, today)
        branch = _country(chance).branch
        receipts.append(_receipt(chance, day, branch, f"{day:%y%m}-G{number:05d}"))
    return receipts


def wall_instant(receipt: Receipt) -> datetime:
    """The receipt's local wall time, without a zone."""
    return datetime.combine(receipt.day, receipt.at)

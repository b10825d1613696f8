"""Documents as an import knows them: receipts and refunds, the lines they are folded from, and
what became of them."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from core.money import minor_digits
from customers.rules.csv_reading import Row
from customers.rules.dates import Moment
from customers.rules.flaws import Flaw

LONGEST_NUMBER = 100
LONGEST_SOURCE = 40
LONGEST_BRANCH = 80
LONGEST_CELL = 10_000
MOST_MINOR = 10**15
ZERO = Decimal(0)
# Wide enough for the product and sum of any numbers that are read: nothing is rounded on the way.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)


class ProductLine(NamedTuple):
    """One product of a document."""

    product: str
    name: str
    category: str
    quantity: Decimal | None
    amount_minor: int


@dataclass(slots=True)
class Document:
    """A purchase or refund to be saved.

    The customer is `customer_id` where known, else named by `external` or `email` (keys), else
    a guest. None for `status`, `branch` or `lines` means that nothing is said of it: what is on
    file stays. `refund_of` is the number of the purchase that a refund belongs to; `part` tells
    apart refunds with one number.
    """

    source: str
    number: str
    moment: Moment
    amount_minor: int
    currency: str
    is_refund: bool = False
    part: str = ""
    refund_of: str = ""
    customer_id: int | None = None
    external: str = ""
    email: str = ""
    email_written: str = ""
    status: str | None = None
    branch: str | None = None
    lines: tuple[ProductLine, ...] | None = None


@dataclass(slots=True)
class Line:
    """One row read: either a flaw, or what it adds to its document."""

    row: Row
    is_refund: bool = False
    part: str = ""
    flaw: Flaw | None = None
    exact: Decimal = ZERO
    counts: bool = True
    moment: Moment | None = None
    currency: str = ""
    external: str = ""
    email: str = ""
    email_written: str = ""
    product: ProductLine | None = None


@dataclass(slots=True)
class Folded:
    """What became of one document's rows: `document`, or the flaws that reject it, or
    `left_out`, the code of the reason for which it is rightly not imported."""

    rows: list[Row]
    document: Document | None = None
    flaws: list[tuple[Row, Flaw]] = field(default_factory=list)
    left_out: str = ""


def round_to_minor(amount: Decimal, currency: str) -> int:
    """The exact amount in minor units, rounded once, half up (away from zero)."""
    scaled = amount.scaleb(minor_digits(currency), EXACT)
    return int(scaled.quantize(Decimal(1), context=EXACT))


def part_of(moment: Moment) -> str:
    """The part of a refund that its time tells apart: its instant, or its day where that is all
    that is known."""
    if moment.day_only:
        return str(moment.local_day)
    return moment.at.strftime("%Y%m%dT%H%M%S.%fZ")

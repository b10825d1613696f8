"""Rows of a file of purchases, read and folded into documents: receipts and refunds.

Rows with one number and type are lines of one document. Exact amounts (quantity x unit price
where both are there, else the amount) are summed and rounded once, half up, to the minor unit;
a purchase's lines with a quantity or price of 0 or less do not count, nor a refund's with a
price of 0 or less; the time is the earliest line's. Refund rows at other times are refunds of
their own unless quantities are given. One bad line rejects its document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.csv_writing import unescape
from core.money import known_currencies
from core.text import squeeze
from customers.rules.csv_reading import Row, fitted
from customers.rules.dates import Moment
from customers.rules.documents import (
    EXACT,
    LONGEST_BRANCH,
    LONGEST_CELL,
    LONGEST_NUMBER,
    LONGEST_SOURCE,
    MOST_MINOR,
    ZERO,
    Document,
    Folded,
    Line,
    ProductLine,
    part_of,
    round_to_minor,
)
from customers.rules.flaws import Flaw
from customers.rules.identity_keys import email_key, external_key
from customers.rules.numbers import (
    CURRENCY_OF_UNIT,
    Mark,
    parse_number,
    stands_for,
    unit_of,
    written_unit,
)
from customers.rules.placeholders import something
from customers.rules.statuses import is_refund_word, normal_status


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file's cells are to be read."""

    columns: Mapping[str, int]
    width: int
    read_moment: Callable[[str], Moment]
    currency: str
    source: str = "csv"
    marks: Mapping[str, Mark | None] = field(default_factory=dict)
    refund_prefix: str = ""
    skip_prefix: str = ""


def clean(text: str, column: str, longest: int) -> str:
    """The cell's text as it is kept: squeezed; `Flaw` where too long or not storable."""
    text = _plain(text)
    text = text if text.isascii() else squeeze(text)
    if len(text) > longest:
        raise Flaw("too_long", column=column, longest=longest)
    if "\x00" in text:
        raise Flaw("broken_text", column=column)
    return text


class DocumentReader:
    """Reads rows of one file; `fold` turns the rows of one number into documents."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        place = reading.columns.get
        self._order, self._at = reading.columns["order_id"], reading.columns["ordered_at"]
        self._source, self._type = place("source"), place("type")
        self._quantity, self._price = place("quantity"), place("unit_price")
        self._amount, self._currency = place("amount"), place("currency")
        self._external, self._email = place("customer_id"), place("email")
        self._status, self._branch = place("status"), place("branch")
        self._refund_of = place("refund_of")
        self._money = "unit_price" if self._amount is None else "amount"
        self._names = [place("product"), place("product_name"), place("category")]
        self._has_products = any(name is not None for name in self._names)
        self._currencies = known_currencies()

    def key(self, cells: Sequence[str]) -> str:
        """What rows of one order share: source and number, roughly as written; "" for a row
        without a number, which shares its document with no other."""
        number = _cell(cells, self._order)
        if self._source is None or not number:
            return number
        source = _cell(cells, self._source)
        return f"{number}\x1f{source}" if source else number

    def fold(self, rows: Sequence[Row]) -> list[Folded]:
        """The documents of rows that share their key."""
        if self._is_skipped(rows[0][1]):
            return [Folded(list(rows), left_out="skip_prefix")]
        if len(rows) == 1:
            return [self._fold_one([self._read(rows[0], "")])]
        stated = self._stated_currency(rows)
        lines = [self._read(row, stated) for row in rows]
        groups: dict[tuple[bool, str], list[Line]] = {}
        for line in lines:
            groups.setdefault((line.is_refund, line.part), []).append(line)
        return [self._fold_one(group) for group in groups.values()]

    def _is_skipped(self, cells: Sequence[str]) -> bool:
        prefix = self.reading.skip_prefix
        return bool(prefix) and self.key(cells).startswith(prefix)

    def _stated_currency(self, rows: Sequence[Row]) -> str:
        """What the first row that names a currency says: programs that name the order's head
        once leave its other lines empty."""
        if self._currency is None:
            return ""
        return next((text for _n, cells in rows if (text := _cell(cells, self._currency))), "")

    def _read(self, row: Row, stated_currency: str) -> Line:
        line = Line(row)
        try:
            self._read_cells(line, fitted(row[1], self.reading.width), stated_currency)
        except Flaw as flaw:
            line.flaw = flaw
        return line

    def _read_cells(self, line: Line, cells: Sequence[str], stated_currency: str) -> None:
        """Which document the row belongs to comes first, so that a flaw rejects the right one."""
        if not cells[self._order].strip():
            raise Flaw("missing", column="order_id")
        line.is_refund = self._is_refund(cells)
        line.moment = self._moment(cells)
        whole = self._quantity is not None and bool(cells[self._quantity].strip())
        if line.is_refund and not whole:
            line.part = part_of(line.moment)
        amount = quantity = price = None
        if self._amount is not None:
            amount = self._number(cells[self._amount], "amount")
        if amount is not None and amount < 0 and not line.is_refund:
            line.is_refund, line.part = True, "" if whole else part_of(line.moment)
        if self._quantity is not None:
            quantity = self._number(cells[self._quantity], "quantity")
        if self._price is not None:
            price = self._number(cells[self._price], "unit_price")
        self._value(line, amount, quantity, price)
        line.currency = self._currency_of(cells, stated_currency)
        self._who(line, cells)
        if self._has_products and line.counts:
            line.product = self._product(line, cells, quantity)

    def _moment(self, cells: Sequence[str]) -> Moment:
        text = _cell(cells, self._at)
        if not text:
            raise Flaw("missing", column="ordered_at")
        try:
            return self.reading.read_moment(text)
        except Flaw as flaw:
            raise flaw.at("ordered_at") from None

    def _number(self, cell: str, column: str) -> Decimal | None:
        text = _plain(cell)
        if not text:
            return None
        try:
            return parse_number(text, self.reading.marks.get(column))
        except Flaw as flaw:
            raise flaw.at(column) from None

    def _is_refund(self, cells: Sequence[str]) -> bool:
        prefix = self.reading.refund_prefix
        if prefix and _cell(cells, self._order).startswith(prefix):
            return True
        kind = _cell(cells, self._type)
        if not kind:
            return False
        try:
            return is_refund_word(kind)
        except Flaw as flaw:
            raise flaw.at("type") from None

    def _value(
        self, line: Line, amount: Decimal | None, quantity: Decimal | None, price: Decimal | None
    ) -> None:
        if quantity is not None and price is not None:
            line.exact = EXACT.multiply(quantity, price)
        elif amount is not None:
            line.exact = amount
        else:
            raise Flaw("missing", column=self._missing_value(quantity))
        too_low = price is not None and price <= 0
        if not line.is_refund:
            too_low = too_low or (quantity is not None and quantity <= 0)
        line.counts = not too_low

    def _missing_value(self, quantity: Decimal | None) -> str:
        if self._amount is not None:
            return "amount"
        return "quantity" if quantity is None else "unit_price"

    def _currency_of(self, cells: Sequence[str], stated: str) -> str:
        currency = self.reading.currency
        if text := _cell(cells, self._currency) or stated:
            currency = text.upper()
            if currency not in self._currencies:
                currency = CURRENCY_OF_UNIT.get(text.lower().strip("."), "")
            if not currency:
                raise Flaw("unknown_currency", column="currency", value=text[:20])
        for place, column in ((self._amount, "amount"), (self._price, "unit_price")):
            if place is not None and not cells[place].replace(".", "").isdigit():
                self._check_unit(_plain(cells[place]), column, currency)
        return currency

    def _check_unit(self, text: str, column: str, currency: str) -> None:
        unit = written_unit(text) if text else ""
        if stands_for(unit, currency):
            return
        if unit_of(unit) in self._currencies:
            raise Flaw("other_currency", column=column, found=unit_of(unit), expected=currency)
        raise Flaw("unknown_unit", column=column, found=unit, expected=currency)

    def _who(self, line: Line, cells: Sequence[str]) -> None:
        if self._external is not None and (text := something(_plain(cells[self._external]))):
            external = external_key(text)
            if external is None:
                raise Flaw("broken_customer_id", column="customer_id")
            line.external = external
        if self._email is not None and (text := something(_plain(cells[self._email]))):
            email = email_key(text)
            if email is None:
                raise Flaw("not_an_email", column="email")
            line.email, line.email_written = email, squeeze(text)

    def _product(
        self, line: Line, cells: Sequence[str], quantity: Decimal | None
    ) -> ProductLine | None:
        product, name, category = (
            "" if place is None else clean(cells[place], column, LONGEST_CELL)[:longest]
            for place, column, longest in zip(
                self._names, ("product", "product_name", "category"), (100, 255, 120), strict=True
            )
        )
        if not (product or name or category):
            return None
        if quantity is not None and abs(quantity) >= 10**11:
            raise Flaw("number_too_long", column="quantity")
        return ProductLine(product, name, category, quantity, self._minor(line))

    def _minor(self, line: Line) -> int:
        minor = round_to_minor(line.exact, line.currency)
        if abs(minor) >= MOST_MINOR:
            raise Flaw("amount_too_large", column=self._money)
        return abs(minor) if line.is_refund else minor

    def _fold_one(self, lines: list[Line]) -> Folded:
        folded = Folded([line.row for line in lines])
        folded.flaws = [(line.row, line.flaw) for line in lines if line.flaw is not None]
        if folded.flaws:
            return folded
        try:
            document = self._document(lines)
        except Flaw as flaw:
            folded.flaws = [(lines[0].row, flaw)]
            return folded
        if document.amount_minor <= 0:
            folded.left_out = "nothing_paid"
        else:
            folded.document = document
        return folded

    def _document(self, lines: list[Line]) -> Document:
        first, cells = lines[0], lines[0].row[1]
        if any(line.currency != first.currency for line in lines):
            raise Flaw("two_currencies", column="currency")
        total = ZERO
        for line in lines:
            if line.counts:
                total = EXACT.add(total, line.exact)
        minor = round_to_minor(total, first.currency)
        if abs(minor) >= MOST_MINOR:
            raise Flaw("amount_too_large", column=self._money)
        number = clean(cells[self._order], "order_id", LONGEST_NUMBER)
        document = Document(
            source=self._source_of(cells),
            number=number,
            moment=_earliest(lines),
            amount_minor=abs(minor) if first.is_refund else minor,
            currency=first.currency,
            is_refund=first.is_refund,
            part=first.part,
            status=self._first(lines, self._status, "status", LONGEST_CELL),
            branch=self._first(lines, self._branch, "branch", LONGEST_BRANCH),
        )
        _name_customer(document, lines)
        if document.status:
            document.status = normal_status(document.status)
        if first.is_refund:
            refund_of = self._first(lines, self._refund_of, "refund_of", LONGEST_NUMBER)
            document.refund_of = refund_of or number
        elif self._has_products:
            document.lines = tuple(line.product for line in lines if line.product)
        return document

    def _source_of(self, cells: Sequence[str]) -> str:
        if self._source is None or self._source >= len(cells):
            return self.reading.source
        return clean(cells[self._source], "source", LONGEST_SOURCE) or self.reading.source

    def _first(
        self, lines: Iterable[Line], place: int | None, column: str, longest: int
    ) -> str | None:
        """The first line's text that says something; None where the file has no such column."""
        if place is None:
            return None
        for line in lines:
            cells = line.row[1]
            if place < len(cells) and (text := clean(cells[place], column, longest)):
                return text
        return ""


def _earliest(lines: Sequence[Line]) -> Moment:
    moments = [line.moment for line in lines if line.moment]
    return moments[0] if len(moments) == 1 else min(moments, key=_instant)


def _instant(moment: Moment) -> tuple[object, bool]:
    # A bare date at the same instant as a time says less.
    return moment.at, moment.day_only


def _name_customer(document: Document, lines: Iterable[Line]) -> None:
    for line in lines:
        document.external = document.external or line.external
        if not document.email:
            document.email, document.email_written = line.email, line.email_written


def _cell(cells: Sequence[str], place: int | None) -> str:
    """The cell's text; "" where the row ends before it or the file has no such column."""
    return _plain(cells[place]) if place is not None and place < len(cells) else ""


def _plain(cell: str) -> str:
    """The cell's text without what keeps '-5' in our own files from running as a formula."""
    return unescape(cell.strip())

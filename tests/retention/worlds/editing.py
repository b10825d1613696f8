"""What happens to a shop's purchases after they are on file, one change at a time."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.retention.worlds.keeping import (
    CURRENCIES,
    LETTERS,
    Book,
    some_instant,
    some_purchase,
    some_refund,
)
from tests.retention.worlds.naive import NOT_SOLD, Bought, Returned

SPAN = 900
ZONES = ("Europe/Warsaw", "Asia/Tokyo", "America/Santiago", "Europe/London")
Edit = Callable[[Book, random.Random], None]


def picked(book: Book, chance: random.Random) -> Bought:
    return chance.choice(list(book.bought.values()))


def refunds_of(book: Book, row: Bought) -> list[Returned]:
    return [back for back in book.returned.values() if (back.source, back.of) == row.key]


def next_number(book: Book) -> int:
    return 1000 + len(book.bought) + len(book.returned)


def add(book: Book, chance: random.Random) -> None:
    book.write(some_purchase(chance, next_number(book), 10, SPAN))


def add_twin(book: Book, chance: random.Random) -> None:
    """Another receipt at the very instant of one on file."""
    book.write(replace(picked(book, chance), number=f"t{next_number(book)}", minor=5))


def date_back(book: Book, chance: random.Random) -> None:
    """Earlier than anything on file, for somebody who may have no purchase yet."""
    oldest = min(row.at for row in book.bought.values())
    row = some_purchase(chance, next_number(book), 12, SPAN)
    book.write(replace(row, at=oldest - timedelta(days=chance.randrange(200), hours=5)))


def move_day(book: Book, chance: random.Random) -> None:
    book.write(replace(picked(book, chance), at=some_instant(chance, SPAN)))


def move_hour(book: Book, chance: random.Random) -> None:
    """The same receipt a few hours later: often over midnight."""
    row = picked(book, chance)
    book.write(replace(row, at=row.at + timedelta(hours=chance.choice([-5, 1, 3]))))


def reprice(book: Book, chance: random.Random) -> None:
    row = picked(book, chance)
    book.write(
        replace(row, minor=chance.choice([1, 400, 70_000]), currency=chance.choice(CURRENCIES))
    )


def cancel(book: Book, chance: random.Random) -> None:
    book.write(replace(picked(book, chance), status="cancelled"))


def restore(book: Book, chance: random.Random) -> None:
    rows = [row for row in book.bought.values() if row.status in NOT_SOLD]
    if rows:
        book.write(replace(chance.choice(rows), status=""))


def refund(book: Book, chance: random.Random) -> None:
    book.write(some_refund(chance, next_number(book), picked(book, chance), SPAN))


def refund_whole(book: Book, chance: random.Random) -> None:
    row = picked(book, chance)
    number, at = f"w{next_number(book)}", row.at + timedelta(days=3)
    back = Returned(number, None, at, row.minor, row.number, row.currency, row.source)
    book.write(back)


def undo_refund(book: Book, chance: random.Random) -> None:
    if book.returned:
        row = chance.choice(list(book.returned.values()))
        book.write(replace(row, status="" if row.status in NOT_SOLD else "failed"))


def hand_over(book: Book, chance: random.Random) -> None:
    """The receipt was another customer's; its refunds go along."""
    row, who = picked(book, chance), chance.choice(LETTERS[:10])
    back = [replace(found, who=who) for found in refunds_of(book, row)]
    book.write(replace(row, who=who), *back)


def hand_over_alone(book: Book, chance: random.Random) -> None:
    """The receipt alone is brought again, for another customer: refunds that name nobody follow."""
    named = [
        book.bought[back.source, back.of]
        for back in book.returned.values()
        if (back.source, back.of) in book.bought
    ]
    row = chance.choice(named or list(book.bought.values()))
    book.write(replace(row, who=chance.choice(LETTERS[:10])))


def name_guest(book: Book, chance: random.Random) -> None:
    rows = [row for row in book.bought.values() if row.who is None]
    if rows:
        book.write(replace(chance.choice(rows), who=chance.choice(LETTERS)))


def remove(book: Book, chance: random.Random) -> None:
    rows = [row for row in book.bought.values() if row.source == "manual"]
    free = [row for row in rows if not refunds_of(book, row)]
    if free:
        book.remove(chance.choice(free))


def change_zone(book: Book, chance: random.Random) -> None:
    book.move_shop(chance.choice([zone for zone in ZONES if zone != book.zone.key]))


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        add,
        add_twin,
        date_back,
        move_day,
        move_hour,
        reprice,
        cancel,
        restore,
        refund,
        refund_whole,
        undo_refund,
        hand_over,
        hand_over_alone,
        name_guest,
        remove,
        change_zone,
    )
}

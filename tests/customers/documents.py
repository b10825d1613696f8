"""Documents as tests save them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from customers.rules.dates import moment_of, moment_of_day
from customers.rules.documents import Document, part_of
from customers.services.documents import save_documents

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


def at(day, hour=12):
    """A day of November 2026, at an hour in UTC."""
    return moment_of(datetime(2026, 11, day, hour, tzinfo=UTC), WARSAW)


def on(day):
    """A bare day of November 2026."""
    return moment_of_day(datetime(2026, 11, day, tzinfo=UTC).date(), WARSAW)


def bought(number, amount=10_000, *, day=1, **more):
    """100.00 PLN on a day of November."""
    more.setdefault("moment", at(day))
    more.setdefault("currency", "PLN")
    more.setdefault("source", "csv")
    return Document(number=number, amount_minor=amount, **more)


def returned(number, amount=1_000, *, day=2, refund_of="", **more):
    """10.00 PLN given back."""
    moment = at(day)
    return bought(
        number,
        amount,
        moment=moment,
        is_refund=True,
        part=part_of(moment),
        refund_of=refund_of or number,
        **more,
    )


def save(*documents, now=NOW):
    """Created, updated, unchanged."""
    saved = save_documents(documents=documents, now=now)
    return saved.created, saved.updated, saved.unchanged

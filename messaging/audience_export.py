"""The audience of a mailing as a file: everybody once, with where their mail stands."""

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery

from core.csv_writing import ROWS_AT_ONCE, Cell
from customers.models import Identity, IdentityKind
from messaging.fates import fate_of
from messaging.models import Message, Send
from messaging.progress import place_of

COLUMNS = (
    "customer_id",
    "email",
    "place",
    "state",
    "reason",
    "next_at",
    "sent_at",
    "reply_code",
    "reply_text",
    "reported",
    "message_id",
)


def audience_rows(send: Send) -> Iterator[list[Cell]]:
    """A row for each mail in the order of planning, read bit by bit while the file is sent: `place`
    as the numbers of the mailing's page count it, state and reason by their codes, instants in UTC
    (`next_at` only while it waits), `reported` what became of it later."""
    rows, last = _audience(send), 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:ROWS_AT_ONCE]):
        yield from map(_cells, page)
        last = page[-1].pk


def _audience(send: Send) -> QuerySet[Message]:
    external = Identity.objects.filter(customer=OuterRef("customer"), kind=IdentityKind.EXTERNAL)
    first = external.order_by("-is_primary", "pk").values("value")[:1]
    rows = Message.objects.filter(send=send).annotate(external=Subquery(first))
    return rows.defer("context")


def _cells(row: Message) -> list[Cell]:
    place = place_of(row.state, row.reason)
    return [
        getattr(row, "external", None),
        row.address,
        place,
        row.state,
        row.reason,
        row.next_at if place in ("deferred", "left") else None,
        row.sent_at,
        row.reply_code,
        row.reply_text,
        fate_of(row),
        row.message_id,
    ]

"""Reading follow-ups by day: who has what to do, with phone and what it goes back to."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.clock import start_of_day
from core.navigation import Waiting
from customers.models import FollowUp, Identity, IdentityKind, Interaction
from customers.services.interactions import SOURCE_KIND

SCOPES = ("mine", "nobody", "all")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class DueList:
    """Rows with `phone` ("" where none is known) and `said` (what the promise goes back to)."""

    rows: list[FollowUp]
    more: bool


def _of(scope: str, user: User) -> Q:
    return {"mine": Q(assignee=user), "nobody": Q(assignee=None), "all": Q()}[scope]


def _with_customers(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    phones = Identity.objects.filter(kind=IdentityKind.PHONE).order_by("-is_primary", "pk")
    fetched = Prefetch("customer__identities", queryset=phones, to_attr="phones")
    return rows.select_related("customer", "assignee").prefetch_related(fetched)


def due_by(today: date, *, scope: str, user: User) -> DueList:
    """Open follow-ups due on or before the civil day, oldest first; at most a hundred."""
    rows = FollowUp.objects.filter(_of(scope, user), done_at=None, due_on__lte=today)
    ordered = rows.order_by("due_on", F("due_time").asc(nulls_last=True), "pk")
    found = list(_with_customers(ordered)[: SHOWN + 1])
    shown = found[:SHOWN]
    _add_words(shown)
    return DueList(shown, len(found) > SHOWN)


def _add_words(rows: list[FollowUp]) -> None:
    """Give each row the customer's first phone, and the text of the talk it came from."""
    talks = {row.source_id or 0 for row in rows if row.source_kind == SOURCE_KIND}
    texts = dict(Interaction.objects.filter(pk__in=talks).values_list("pk", "text"))
    for row in rows:
        phones = row.customer.phones  # type: ignore[attr-defined]
        row.phone = phones[0] if phones else None  # type: ignore[attr-defined]
        said = texts.get(row.source_id or 0) if row.source_kind == SOURCE_KIND else ""
        row.said = said or ""  # type: ignore[attr-defined]


def counts_by_scope(today: date, user: User) -> dict[str, int]:
    """How many are open and due, by scope, in one query."""
    rows = FollowUp.objects.filter(done_at=None, due_on__lte=today)
    return rows.aggregate(
        mine=Count("pk", filter=_of("mine", user)),
        nobody=Count("pk", filter=_of("nobody", user)),
        all=Count("pk"),
    )


def done_on(today: date, *, zone: ZoneInfo, user: User, scope: str) -> list[FollowUp]:
    """The last ten done on the civil day: one's own, or everybody's."""
    start, end = start_of_day(today, zone), start_of_day(today + timedelta(days=1), zone)
    rows = FollowUp.objects.filter(done_at__gte=start, done_at__lt=end)
    if scope != "all":
        rows = rows.filter(done_by=user)
    return list(rows.select_related("customer", "done_by").order_by("-done_at", "-pk")[:10])


def waiting_for(user: User) -> Waiting:
    """What the person has to do today and late: their own promises and nobody's. The day is the
    active time zone's."""
    today = timezone.localdate()
    mine = FollowUp.objects.filter(Q(assignee=user) | Q(assignee=None), done_at=None)
    counts = mine.filter(due_on__lte=today).aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))
    )
    return Waiting(counts["number"], counts["late"])

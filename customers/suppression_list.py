"""The list of suppressed addresses: filtered, searched, page by page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from customers.mail_state import ShownSuppression, shown_suppressions
from customers.models import Identity, IdentityKind, Suppression
from customers.suppressions import key_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """A page of the list; `older` is the id to go on from, None on the last one. `owners` are
    the customers who have the addresses now."""

    rows: list[ShownSuppression]
    owners: dict[str, int]
    older: int | None


def read_suppressions(wanted: dict[str, Any], before: int | None, user: User) -> SuppressionPage:
    """The newest suppressions that fit the filter's cleaned data; three queries."""
    rows = _fitting(wanted).select_related("actor", "lifted_by").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    identities = Identity.objects.filter(
        kind=IdentityKind.EMAIL, key__in={row.address for row in shown if row.address}
    )
    return SuppressionPage(
        shown_suppressions(user, shown),
        dict(identities.values_list("key", "customer_id")),
        shown[-1].pk if len(found) > PAGE else None,
    )


def _fitting(wanted: dict[str, Any]) -> QuerySet[Suppression]:
    rows = Suppression.objects.all()
    if wanted["state"] != "all":
        rows = rows.filter(lifted_at__isnull=wanted["state"] != "lifted")
    for name in ("reason", "scope"):
        if wanted[name]:
            rows = rows.filter(**{name: wanted[name]})
    if text := wanted["q"]:
        # The whole address is found by its key, also where its person was erased.
        rows = rows.filter(Q(key=key_of(text)) | Q(address__contains=text.lower()))
    return rows

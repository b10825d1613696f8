"""What coupons brought: what was paid in the purchases in which they were used, less refunds.

A use is of the purchase of its customer that bears its order's number; where there is none, nobody
knows of refunds, and what was to pay counts."""

from collections.abc import Iterable

from django.db.models import (
    BigIntegerField,
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from customers.models import Purchase
from loyalty.models import CouponUse, UseState

_NUMBER = BigIntegerField()


def with_brought(uses: QuerySet[CouponUse]) -> QuerySet[CouponUse]:
    """The uses, each with `brought_minor`: of what was paid the share that the shop keeps of the
    purchase's money, a fraction rounded down."""
    share = OuterRef("paid_minor") * (F("gross_minor") - F("refunded_minor")) / F("gross_minor")
    kept = Case(
        When(counts=True, gross_minor__gt=0, then=ExpressionWrapper(share, output_field=_NUMBER)),
        default=0,
        output_field=_NUMBER,
    )
    purchases = Purchase.objects.filter(
        customer=OuterRef("customer"), number=OuterRef("order"), currency=OuterRef("currency")
    ).order_by("pk")
    found = Subquery(purchases.values(kept=kept)[:1], output_field=_NUMBER)
    return uses.annotate(brought_minor=Coalesce(found, F("paid_minor")))


def brought_by(campaigns: Iterable[int]) -> dict[int, int]:
    """What the used codes of these campaigns brought; one query."""
    uses = CouponUse.objects.filter(campaign__in=list(campaigns), state=UseState.CAPTURED)
    sums = with_brought(uses).values("campaign").annotate(sum=Sum("brought_minor")).order_by()
    return {row["campaign"]: row["sum"] for row in sums}

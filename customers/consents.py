"""The present state of the consent ledger: the newest line counts."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from customers.models import ConsentAction, ConsentEntry, Customer


def present_consents(customer: Customer) -> list[ConsentEntry]:
    """The newest line of each address and purpose, by purpose, then address."""
    newest = Window(
        RowNumber(),
        partition_by=[F("address"), F("purpose")],
        order_by=[F("occurred_at").desc(), F("id").desc()],
    )
    entries = ConsentEntry.objects.filter(customer=customer).annotate(rank=newest)
    return list(entries.filter(rank=1).select_related("actor").order_by("purpose", "address"))


def has_consent(*, customer: Customer, address: str, purpose: str) -> bool:
    """Whether the newest line of this address and purpose, or of the whole person, agrees.

    The newest of both counts: who took everything back did so for each address too.
    """
    lines = ConsentEntry.objects.filter(
        customer=customer, purpose=purpose, address__in={address, ""}
    )
    newest = lines.order_by("-occurred_at", "-id").first()
    return newest is not None and newest.action == ConsentAction.GRANTED

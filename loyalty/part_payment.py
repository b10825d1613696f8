"""Units as a way to pay a part of a purchase that is entered by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.templatetags.ui import money
from customers.models import Customer, Purchase
from customers.payments import PaidPart, PartOffer, PartPayment
from loyalty.balances import book_of
from loyalty.errors import LoyaltyRefused
from loyalty.models import Account, Programme, Tender
from loyalty.rules.lots import Bucket
from loyalty.services.programmes import all_programmes
from loyalty.services.tendering import pay_part, settle_tenders
from loyalty.words import programme_name, refusal_said, units


def offers(customer: Customer, now: datetime) -> Sequence[PartOffer]:
    """What the customer holds that pays; what is owed is repaid first, so then nothing is."""
    paying = [programme for programme in all_programmes() if programme.pays]
    found = (_offer(customer, programme, now) for programme in paying)
    return [offer for offer in found if offer.most_minor]


def _offer(customer: Customer, programme: Programme, now: datetime) -> PartOffer:
    available = book_of(customer=customer, programme=programme, now=now)[Bucket.AVAILABLE]
    worth = programme.worth_minor(available)
    shown = money(worth, programme.currency)
    note = _("At most %(amount)s.") % {"amount": shown}
    if not programme.is_money:
        words = _("%(points)s are worth %(amount)s.")
        note = words % {"points": units(programme, available), "amount": shown}
    return PartOffer(
        key=programme.key,
        label=programme_name(programme),
        note=note,
        currency=programme.currency,
        most_minor=worth,
    )


def find(key: str) -> Purchase | None:
    """The purchase that was paid in part under this key."""
    row = Tender.objects.filter(operation__key__startswith=f"pay:{key}:").first()
    return Purchase.objects.filter(pk=row.purchase_id).first() if row else None


def pay(
    actor: User | None, purchase: Purchase, parts: Mapping[str, int], key: str, now: datetime
) -> None:
    """Pay with units of each programme that is named, under one key. Refuses with what can be done
    about it, at the field."""
    # Accounts are locked in the order of their ids.
    held = Account.objects.filter(customer=purchase.customer, programme__key__in=parts)
    known = [row.programme for row in held.select_related("programme").order_by("pk")]
    for programme in known:
        try:
            pay_part(
                actor=actor,
                purchase=purchase,
                programme=programme,
                amount_minor=parts[programme.key],
                now=now,
                key=f"pay:{key}:{programme.key}" if key else "",
            )
        except LoyaltyRefused as refused:
            raise Refused(
                refusal_said(programme, refused), field=f"part_{programme.key}"
            ) from refused
        except Refused as refused:
            raise Refused(refused.message, field=f"part_{programme.key}") from refused


def settle(actor: User | None, purchase: Purchase, is_gone: bool, now: datetime) -> None:
    """Bring what was paid with units in line with the purchase's money."""
    settle_tenders(purchase_id=purchase.pk, now=now, actor=actor, is_gone=is_gone)


def parts(purchase: Purchase) -> Sequence[PaidPart]:
    """What of the purchase was paid with units."""
    rows = Tender.objects.filter(purchase=purchase).select_related("programme").order_by("pk")
    return [
        PaidPart(
            label=programme_name(row.programme),
            minor=row.minor,
            back_minor=row.minor * row.returned // row.units,
        )
        for row in rows
    ]


UNITS = PartPayment(offers=offers, find=find, pay=pay, settle=settle, parts=parts)

"""A code at the till: what was typed as a question, and the answer in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import Refused
from core.services.shop import get_shop
from core.templatetags.ui import money
from customers.models import Customer, Identity, IdentityKind
from customers.querysets import CustomerQuerySet
from customers.services.identities import key_of
from loyalty.coupon_checks import Asking, Quote, find_codes, quote
from loyalty.coupon_words import gives, item_key
from loyalty.forms.coupon import TillForm
from loyalty.models import CouponCode, CouponUse, UseState
from loyalty.rules.coupon_code import normal
from loyalty.rules.discounts import Basket, Line


@dataclass(frozen=True, slots=True)
class Answer:
    """What the typed codes would do: `parts` are campaign, sentence and sum of each."""

    asking: Asking
    found: Quote
    parts: list[tuple[CouponCode, str, str]]
    total: str

    @property
    def discount_minor(self) -> int:
        """What comes off in all: sent back with the use, so that nothing changes unseen."""
        return self.found.priced.discount_minor


def answer(form: TillForm, people: CustomerQuerySet[Customer], now: datetime) -> Answer:
    """What the form's codes would do. Raises `Refused`: the exact reason."""
    codes = find_codes(form.codes())
    customer = _customer(form, codes, people)
    asking = Asking(customer=customer, basket=_basket(form, codes), currency=form.currency, now=now)
    found = quote(codes, asking)
    takes = {one.key: one.minor for one in found.priced.taken}
    parts = [
        (code, gives(code.campaign), money(takes[str(code.pk)], form.currency))
        for code in found.used
    ]
    return Answer(asking, found, parts, money(found.priced.total_minor, form.currency))


def used_before(form: TillForm, order: str) -> list[CouponUse]:
    """What a first click has used already in this order."""
    wanted = {normal(text) for text in form.codes()}
    rows = CouponUse.objects.filter(order=order, state=UseState.CAPTURED, code__code__in=wanted)
    return list(rows.select_related("campaign"))


def _basket(form: TillForm, codes: list[CouponCode]) -> Basket:
    data = form.cleaned_data
    items = frozenset(item_key(code.campaign.item) for code in codes if code.campaign.item)
    if items and not data["part_minor"]:
        names = ", ".join(sorted({code.campaign.item for code in codes if code.campaign.item}))
        words = _("This code is for %(item)s: enter how much of the purchase that is.")
        raise Refused(words % {"item": names}, field="part")
    lines = [
        Line(data["part_minor"], items),
        Line(data["basket_minor"] - data["part_minor"]),
    ]
    return Basket(tuple(line for line in lines if line.amount_minor), data["delivery_minor"])


def _customer(
    form: TillForm, codes: list[CouponCode], people: CustomerQuerySet[Customer]
) -> Customer | None:
    """Who was named; else whose code it is."""
    text = form.cleaned_data["customer"]
    if text:
        return find_customer(text, people)
    owners = {code.customer_id for code in codes if code.customer_id is not None}
    return people.filter(pk=owners.pop()).first() if len(owners) == 1 else None


def find_customer(text: str, people: CustomerQuerySet[Customer]) -> Customer:
    """Whoever of these people has this e-mail, phone or number. Raises `Refused`."""
    country = get_shop().country
    for kind in (IdentityKind.EXTERNAL, IdentityKind.EMAIL, IdentityKind.PHONE):
        try:
            key = key_of(kind, text, country)
        except Refused:
            continue
        owners = Identity.objects.filter(kind=kind, key=key).values("customer")
        if (found := people.filter(pk__in=owners).order_by("pk").first()) is not None:
            return found
    number = text.removeprefix("№").strip()
    own = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    if (found := people.filter(pk=own).first()) is not None:
        return found
    raise Refused(_("Nobody has this e-mail, phone or number."), field="customer")

"""How units and what happens to them are said to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import money, whole
from loyalty.errors import LoyaltyRefused, Refusal
from loyalty.models import Programme
from loyalty.rules.lots import Bucket

B = Bucket
# What a move from one bucket to another is called, and the icon beside it.
MOVES: dict[tuple[str, str], tuple[str | Promise, str]] = {
    (B.ISSUED, B.PENDING): (_("Earned, waits for returns"), "plus-circle"),
    (B.ADJUSTED, B.PENDING): (_("Given by hand"), "gift"),
    (B.PENDING, B.AVAILABLE): (_("Can be spent now"), "check-circle"),
    (B.AVAILABLE, B.REDEEMED): (_("Redeemed"), "bag-check"),
    (B.RESERVED, B.REDEEMED): (_("Redeemed"), "bag-check"),
    (B.AVAILABLE, B.RESERVED): (_("Reserved for an order"), "lock"),
    (B.RESERVED, B.AVAILABLE): (_("Set free again"), "unlock"),
    (B.REDEEMED, B.AVAILABLE): (_("Given back"), "arrow-counterclockwise"),
    (B.AVAILABLE, B.EXPIRED): (_("Expired"), "hourglass-bottom"),
    (B.PENDING, B.CLAWED): (_("Taken back for a refund"), "dash-circle"),
    (B.AVAILABLE, B.CLAWED): (_("Taken back for a refund"), "dash-circle"),
    (B.DEBT, B.CLAWED): (_("Owed after a refund"), "exclamation-circle"),
    (B.AVAILABLE, B.DEBT): (_("Repaid what was owed"), "arrow-left-right"),
    (B.WRITTEN_OFF, B.DEBT): (_("Written off by the shop"), "eraser"),
    (B.PENDING, B.MOVED): (_("Moved to the customer's other file"), "box-arrow-right"),
    (B.AVAILABLE, B.MOVED): (_("Moved to the customer's other file"), "box-arrow-right"),
    (B.MOVED, B.DEBT): (_("Debt moved to the customer's other file"), "box-arrow-right"),
    (B.MOVED, B.PENDING): (_("Came from the customer's other file"), "box-arrow-in-right"),
    (B.DEBT, B.MOVED): (_("Debt came from the customer's other file"), "box-arrow-in-right"),
    (B.AVAILABLE, B.ADJUSTED): (_("Taken by hand"), "dash-circle"),
}
# How awards of referrals are named (`loyalty.services.referrals`).
REFERRAL = "referral-"
# What changes what the customer may spend, one day or now, and how.
_IN = {B.ISSUED, B.ADJUSTED, B.REDEEMED, B.WRITTEN_OFF, B.MOVED}


def programme_name(programme: Programme) -> str:
    """What the shop calls it; points in the reader's language unless they were given a name."""
    return gettext("Points") if programme.name == "Points" else programme.name


def refusal_said(programme: Programme, refused: LoyaltyRefused) -> str:
    """Why the bank refuses, as it is said of the programme's units."""
    if programme.is_money and refused.code == Refusal.INSUFFICIENT:
        return gettext("There is not enough cashback for this.")
    if programme.is_money and refused.code == Refusal.IN_DEBT:
        return gettext("Cashback is owed from a refund; nothing can be spent before.")
    return refused.message


def number_of(programme: Programme, number: int) -> str:
    """'79' where it is clear that points are meant, or '0,79 zł' of cashback."""
    return money(number, programme.currency) if programme.is_money else whole(number)


def told(programme: Programme, number: int) -> str:
    """'79 points', or '0,79 zł of cashback', in the middle of a sentence."""
    if not programme.is_money:
        return units(programme, number)
    return gettext("%(amount)s of cashback") % {"amount": money(number, programme.currency)}


def units(programme: Programme, number: int) -> str:
    """'79 points', or '0,79 zł' of cashback."""
    if programme.is_money:
        return money(number, programme.currency)
    return ngettext("%(number)s point", "%(number)s points", number) % {"number": whole(number)}


def signed(programme: Programme, source: str, target: str, amount: int) -> str:
    """'+79' for what comes in, '−79' for what goes; '79' for what only changes its place."""
    shown = number_of(programme, amount)
    if source in _IN:
        return f"+{shown}"
    inside = {B.PENDING, B.AVAILABLE, B.RESERVED}
    return shown if target in inside else f"\N{MINUS SIGN}{shown}"


def order_shown(order: str) -> str:
    """The order as people know it: without its source; in words where a friend is meant."""
    if order.startswith(REFERRAL):
        is_own = order.endswith("-referrer")
        return str(_("for a friend who was brought") if is_own else _("for coming by a friend"))
    return order.split("/", 1)[-1]

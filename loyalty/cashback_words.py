"""Programmes of cashback in sentences."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import money
from loyalty.forms.cashback import ROUNDINGS, percent_of
from loyalty.models import Programme
from loyalty.reports import outstanding
from loyalty.rules.calendar import ExpiryKind


@dataclass(frozen=True, slots=True)
class CashbackRow:
    """A programme as its page lists it: what it gives, how long that waits and lasts, what is
    held."""

    programme: Programme
    gives: str
    life: list[str]
    held: str


def cashback_rows() -> list[CashbackRow]:
    """All programmes of cashback, on or off, as they were added."""
    found = Programme.objects.filter(kind="cashback").order_by("pk")
    return [_row(programme) for programme in found]


def _row(programme: Programme) -> CashbackRow:
    held = outstanding(programme)
    amount = held.pending + held.available + held.reserved - held.debt
    return CashbackRow(programme, gives(programme), life(programme), _held(programme, amount))


def _held(programme: Programme, amount: int) -> str:
    return _("Customers hold %(amount)s") % {"amount": money(amount, programme.currency)}


def gives(programme: Programme) -> str:
    """'3% of what was paid in PLN'."""
    words = _("%(percent)s%% of what was paid in %(currency)s")
    shown = number_format(plain(percent_of(programme)))
    return words % {"percent": shown, "currency": programme.currency}


def life(programme: Programme) -> list[str]:
    """How it is rounded, how long it waits and lasts: a short sentence each."""
    rounding = _("Rounding: %(how)s.") % {"how": dict(ROUNDINGS)[programme.rounding].lower()}
    return [rounding, _waits(programme.pending_days), _lasts(programme)]


def _waits(days: int) -> str:
    if not days:
        return _("It can be spent at once.")
    words = ngettext(
        "It waits %(days)s day for returns.", "It waits %(days)s days for returns.", days
    )
    return words % {"days": days}


def _lasts(programme: Programme) -> str:
    months = programme.expiry_months
    if programme.expiry == ExpiryKind.NEVER:
        return _("It never expires.")
    if programme.expiry == ExpiryKind.YEAR_END:
        words = ngettext(
            "It lasts %(months)s month, then to the end of that year.",
            "It lasts %(months)s months, then to the end of that year.",
            months,
        )
    else:
        words = ngettext("It lasts %(months)s month.", "It lasts %(months)s months.", months)
    return words % {"months": months}


def plain(number: Decimal) -> Decimal:
    """Without zeros at its end, and without an exponent."""
    return Decimal(f"{number.normalize():f}")

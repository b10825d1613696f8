"""The lists behind the numbers of the page of costs, newest first, by the page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import StaffRequest
from core.clock import local_date, month_start
from customers.masking import shown_name
from customers.models import Customer
from loyalty.cost_page import FLOWS
from loyalty.costs import lapsing_in, movements_of
from loyalty.history import note_of
from loyalty.models import Lot, Programme, Transfer
from loyalty.rules.flows import Flow, flow_of
from loyalty.words import order_shown, units

PAGE = 50
Row = TypeVar("Row", Lot, Transfer)


@dataclass(frozen=True, slots=True)
class Line:
    """Whose, how many, what for and when."""

    customer_id: int | None
    name: str
    number: str
    what: str
    day: date | None


def movement_list(
    request: StaffRequest, programme: Programme, month: int, flow: Flow
) -> dict[str, Any]:
    """A page of a month's movements."""
    shop = request.shop
    rows, older = _page(request, movements_of(programme, shop, month, flow))
    lines = [_moved(request, programme, row) for row in rows]
    return _context(str(FLOWS[flow]), month, lines, older, _("When"))


def lot_list(
    request: StaffRequest, programme: Programme, month: int | None, now: datetime
) -> dict[str, Any]:
    """A page of what expires in a month."""
    shop = request.shop
    rows, older = _page(request, lapsing_in(programme, shop, month, now))
    lines = [
        Line(
            row.account.customer_id,
            _name(request.user, row.account.customer),
            units(programme, row.remaining + row.reserved),
            order_shown(row.order),
            local_date(row.expires_at, shop.zone) - timedelta(days=1) if row.expires_at else None,
        )
        for row in rows
    ]
    title = _("They expire") if month is not None else _("They never expire")
    return _context(title, month, lines, older, _("Last day"))


def _context(
    title: str, month: int | None, lines: list[Line], older: str, day: str
) -> dict[str, Any]:
    begin = month_start(month) if month is not None else None
    return {"title": title, "month": begin, "lines": lines, "older": older, "day_label": day}


def _moved(request: StaffRequest, programme: Programme, row: Transfer) -> Line:
    found = flow_of(row.source, row.target)
    assert found is not None, "movements of flows only"
    sign = "" if found[1] > 0 else "\N{MINUS SIGN}"
    words = [order_shown(row.operation.order), note_of(row.operation)]
    return Line(
        row.account.customer_id,
        _name(request.user, row.account.customer),
        sign + units(programme, row.amount),
        ", ".join(word for word in words if word),
        local_date(row.at, request.shop.zone),
    )


def _name(user: User, customer: Customer | None) -> str:
    return shown_name(user, customer) if customer else _("Erased customer")


def _page(request: StaffRequest, rows: QuerySet[Row]) -> tuple[list[Row], str]:
    """Fifty rows, and the query of the next ones; "" where there are none."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    asked = {
        name: request.GET[name] for name in ("month", "flow", "programme") if name in request.GET
    }
    return found[:PAGE], urlencode({**asked, "before": found[PAGE - 1].pk})

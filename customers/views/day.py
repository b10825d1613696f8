"""The day: what was promised for today and before, and what came in."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.requests import StaffRequest
from core import clock
from core.navigation import rail
from customers.days import SCOPES, counts_by_scope, done_on, due_by
from customers.panels import DayScene, day_panels_for


def day(request: StaffRequest) -> HttpResponse:
    """Follow-ups to do, the late ones first; managers begin with everybody's."""
    here = request.get_full_path()
    scene = DayScene(user=request.user, shop=request.shop, now=clock.now())
    context = _lists(request, here) | {
        "panels": day_panels_for(scene),
        "is_manager": _is_managing(request),
    }
    return render(request, "customers/day.html", context)


def day_again(request: StaffRequest, here: str) -> dict[str, Any]:
    """What a page of the day at the address `here` shows now, with the rail, to be swapped in
    together; empty where `here` is another page."""
    if urlsplit(here).path != reverse("customers:day"):
        return {}
    current = next((link for link in rail if link.route == "customers:day"), None)
    return _lists(request, here) | {"swapped": True, "current_link": current}


def _is_managing(request: StaffRequest) -> bool:
    return request.user.role in {Role.MANAGER, Role.ADMIN}


def _lists(request: StaffRequest, here: str) -> dict[str, Any]:
    today = timezone.localdate(clock.now())
    scope = parse_qs(urlsplit(here).query).get("who", [""])[-1]
    scope = scope if scope in SCOPES else ("all" if _is_managing(request) else "mine")
    due = due_by(today, scope=scope, user=request.user)
    return {
        "today": today,
        "here": here,
        "late": [row for row in due.rows if row.due_on < today],
        "to_do": [row for row in due.rows if row.due_on == today],
        "more": due.more,
        "done": done_on(today, zone=request.shop.zone, user=request.user, scope=scope),
        "scopes": _scopes(request, scope),
    }


def _scopes(request: StaffRequest, current: str) -> list[dict[str, Any]]:
    labels = {"mine": _("Mine"), "nobody": _("Nobody's yet"), "all": _("Everybody's")}
    counts = counts_by_scope(timezone.localdate(clock.now()), request.user)
    return [
        {
            "label": labels[key],
            "href": f"?who={key}",
            "current": key == current,
            "count": counts[key],
        }
        for key in SCOPES
    ]

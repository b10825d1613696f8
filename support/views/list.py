"""The list of cases."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.requests import StaffRequest
from support.case_list import VIEWS, View, read_list


def cases(request: StaffRequest) -> HttpResponse:
    """Mine, what is due soonest first; `?view=` shows the others."""
    asked = request.GET.get("view", "")
    view = View(asked) if asked in set(View) else View.MINE
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = read_list(view, request.user, after, before)
    context = {
        "page": page,
        "view": view.value,
        "views": _views(view),
        "is_later": bool(after or before),
        "after": _address(view, after=page.after) if page.after else "",
        "before": _address(view, before=page.before) if page.before else "",
    }
    return render(request, "support/cases.html", context)


def _views(current: View) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": _address(view), "current": view == current}
        for view, label in VIEWS.items()
    ]


def _address(view: View, **more: str) -> str:
    asked = ({"view": view.value} if view.value else {}) | more
    return reverse("support:cases") + (f"?{urlencode(asked)}" if asked else "")

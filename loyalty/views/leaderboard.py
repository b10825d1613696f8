"""The leaderboard: who is first, switching it on, leaving it and joining again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer, visible_customers
from customers.views.returning import go_back
from loyalty import leaderboard as reads
from loyalty.forms.leaderboard import LeaderboardForm
from loyalty.services.leaderboard import change_board, get_board, join_board, leave_board

SHOWN = 50


def leaderboard(request: StaffRequest) -> HttpResponse:
    """The first fifty as members see them, and what the board counts."""
    board = get_board()
    form = LeaderboardForm(posted(request), board=board)
    if request.method == "POST" and form.is_valid():
        try:
            change_board(
                actor=request.user, values=form.values(), version=form.cleaned_data["version"]
            )
        except Refused as refused:
            form.renew(board.version)
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("Saved. Everybody's place is worked out anew."))
            return redirect("loyalty:leaderboard")
    lines = reads.board_lines(board, clock.now(), SHOWN) if board.is_open else []
    mine = visible_customers(request).filter(pk__in=[line.customer for line in lines])
    context = {
        "board": board,
        "title": reads.title(board),
        "lines": lines,
        "seen": set(mine.values_list("pk", flat=True)),
        "form": form,
        "may_edit": policy.may(request.user.role, "loyalty:leaderboard", "POST"),
    }
    status = 422 if form.errors else 200
    return render(request, "loyalty/leaderboard.html", context, status=status)


def leaderboard_leave(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer wants to be on no leaderboard."""
    customer = get_customer(request, pk)
    leave_board(actor=request.user, customer=customer, now=clock.now())
    messages.success(request, _("Noted: this customer is on no leaderboard."))
    return go_back(request, reverse("customers:customer", args=[pk]))


def leaderboard_join(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer may be on it again."""
    customer = get_customer(request, pk)
    join_board(actor=request.user, customer=customer, now=clock.now())
    messages.success(request, _("Noted: this customer may be on the leaderboard again."))
    return go_back(request, reverse("customers:customer", args=[pk]))

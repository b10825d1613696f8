"""Back to where somebody came from, on this site only."""

from django.http import HttpResponse, HttpResponseRedirect

from accounts.requests import StaffRequest
from core.views.language import safe_next


def go_back(request: StaffRequest, otherwise: str) -> HttpResponse:
    """To the address in `next` where it is one of ours, else to the given one."""
    return HttpResponseRedirect(safe_next(request, otherwise))

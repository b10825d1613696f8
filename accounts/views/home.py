"""Where each role's day begins."""

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import policy
from accounts.models import Role
from accounts.requests import StaffRequest
from core.navigation import rail, set_up_steps
from core.registry import Registry

# Route a role lands on; filled by the wiring, since the pages belong to apps above.
landing: Registry[str] = Registry("landing pages")


def home(request: StaffRequest) -> HttpResponse:
    """Go to the role's own page, else to the first page of the rail that it may read.

    Whoever runs the shop first finishes setting it up.
    """
    role = Role(request.user.role)
    if role == Role.ADMIN and not all(step.is_done() for step in set_up_steps):
        return redirect("accounts:shop")
    if role in landing:
        return redirect(landing.get(role))
    links = sorted(rail, key=lambda link: link.order)
    allowed = [link.route for link in links if policy.may(role, link.route)]
    return redirect(allowed[0] if allowed else "accounts:preferences")

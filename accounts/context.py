"""What every page's frame needs: the rail, the "+ New" menu, the person, the languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import policy
from accounts.models import User
from core.navigation import Link, SetUpStep, quick_actions, rail, set_up_steps, settings_pages
from core.registry import Registry


def _links(registry: Registry[Link], user: User) -> list[Link]:
    allowed = [link for link in registry if policy.may(user.role, link.route)]
    return sorted(allowed, key=lambda link: link.order)


def _lit(links: list[Link], route: str) -> list[Link]:
    return [link for link in links if route.startswith(link.sections or ("-",))]


def _tabs(current: Link | None, user: User, route: str) -> list[Link]:
    """The pages beside this one in the current section; none where this is not one of them."""
    if current is None or current.neighbours is None:
        return []
    beside = _links(current.neighbours, user)
    return beside if _lit(beside, route) and len(beside) > 1 else []


def _steps(user: User) -> Any:
    """The checklist, asked of the database only where a page shows it: each step with whether
    it is done; empty when all are, or when the person may do none of them."""

    def ask() -> list[tuple[SetUpStep, bool]]:
        mine = [step for step in set_up_steps if policy.may(user.role, step.route)]
        steps = [(step, step.is_done()) for step in sorted(mine, key=lambda step: step.order)]
        return [] if all(done for _step, done in steps) else steps

    return SimpleLazyObject(ask)


def _section(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for `base.html`; the rail's current link is the one whose section fits."""
    context: dict[str, Any] = {"languages": settings.LANGUAGES, "route": _section(request)}
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return context
    links, settings_links = _links(rail, user), _links(settings_pages, user)
    # A settings page lights Settings, even where its route belongs to a section of the rail.
    lit = [] if _lit(settings_links, context["route"]) else _lit(links, context["route"])
    current = lit[0] if lit else None
    return context | {
        "rail": links,
        "current_link": current,
        "section_tabs": _tabs(current, user, context["route"]),
        "quick_actions": _links(quick_actions, user),
        "settings_pages": settings_links,
        "set_up": _steps(user),
        "shop": getattr(request, "shop", None),
    }

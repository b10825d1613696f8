"""The pages of retention in the registries: policy, navigation, where managers land."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import Role
from accounts.views.home import landing
from core.navigation import Link, rail

# Figures hold no contact data; lists mask them by role, files leave them out by role.
policy.register(
    "retention:report",
    "retention:definitions",
    "retention:freshness",
    "retention:list",
    "retention:csv",
    read=policy.EVERYONE,
)
rail.register(
    "retention",
    Link(_("Retention"), "retention:report", "graph-up", 80, sections=("retention:",), key="r"),
)
for role in (Role.MANAGER, Role.ADMIN):
    landing.register(role, "retention:report")

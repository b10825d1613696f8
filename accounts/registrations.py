"""What accounts puts into the registries: policy, navigation, personal data."""

from django.utils.translation import gettext_lazy as _

from accounts import approval_registrations, policy  # noqa: F401
from accounts.demo import make_team
from accounts.models import Branch, User
from core import privacy
from core.demo import DemoPart, demo_parts
from core.navigation import Link, SetUpStep, set_up_steps, settings_pages
from core.services.shop import get_shop

policy.register("core:health", "core:language", "accounts:sign_in", public=True)
policy.register("core:style", read=policy.EVERYONE)
policy.register("accounts:sign_out", "accounts:appearance", write=policy.EVERYONE)
policy.register("home", read=policy.EVERYONE)
policy.register(
    "accounts:preferences", "accounts:password", read=policy.EVERYONE, write=policy.EVERYONE
)
policy.register("accounts:shop", read=policy.ADMINS, write=policy.ADMINS)
policy.register(
    "accounts:branches", "accounts:branch_edit", read=policy.MANAGERS, write=policy.MANAGERS
)
policy.register("accounts:team", read=policy.MANAGERS)
policy.register(
    "accounts:person_create", "accounts:person_edit", read=policy.MANAGERS, write=policy.MANAGERS
)
policy.register("accounts:person_password", write=policy.MANAGERS)
policy.register("accounts:audit_log", read=policy.MANAGERS)

for order, (route, label, icon, inner) in enumerate(
    [
        ("accounts:shop", _("Shop"), "shop", ()),
        ("accounts:branches", _("Branches"), "geo-alt", ("branch_edit",)),
        (
            "accounts:team",
            _("Team"),
            "people",
            ("person_create", "person_edit", "person_password"),
        ),
        ("accounts:audit_log", _("Audit trail"), "journal-check", ()),
    ]
):
    sections = (route, *(f"accounts:{name}" for name in inner))
    settings_pages.register(route, Link(label, route, icon, order, sections=sections))

privacy.register(
    User,
    owner="",
    blank=["username", "name", "email", "password", "last_login"],
    impersonal=["role", "language", "theme"],
)
privacy.register(Branch, owner=None, impersonal=["name"])
demo_parts.register(
    "team", DemoPart(make_team, frozenset({"accounts.User", "accounts.Branch"}), order=10)
)

set_up_steps.register(
    "shop",
    SetUpStep(
        _("Name the shop"),
        _("Its name, time zone and currency."),
        "accounts:shop",
        10,
        lambda: bool(get_shop().name),
    ),
)
set_up_steps.register(
    "team",
    SetUpStep(
        _("Bring the team in"),
        _("Who serves customers, who writes to them, who looks at the figures."),
        "accounts:team",
        50,
        lambda: User.objects.count() > 1,
    ),
)

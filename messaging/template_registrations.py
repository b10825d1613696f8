"""Templates in the registries: fields, blocks, policy, navigation, personal data, demo."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import left_empty
from core.navigation import Link, rail
from messaging.blocks import register_blocks
from messaging.customer_fields import register_fields
from messaging.models import Template, TemplateVersion

privacy.register(
    Template,
    owner=None,
    impersonal=["key", "name", "kind", "topic", "archived_at", "created_at"],
)
privacy.register(
    TemplateVersion,
    owner=None,
    impersonal=[
        "language",
        "subject",
        "preheader",
        "mjml",
        "html",
        "text",
        "checks",
        "sha256",
        "published_at",
        "used_at",
        "created_at",
    ],
)
left_empty.register("messaging.Template", "made at set-up, demo or not")
left_empty.register("messaging.TemplateVersion", "made at set-up, demo or not")

register_fields()
register_blocks()

policy.register("messaging:templates", "messaging:version", read=policy.EVERYONE)
policy.register("messaging:version_preview", "messaging:sender_checks", read=policy.EVERYONE)
policy.register(
    "messaging:template",
    "messaging:template_edit",
    read=policy.EVERYONE,
    write=policy.MARKETING_UP,
)
policy.register("messaging:template_new", read=policy.MARKETING_UP, write=policy.MARKETING_UP)
policy.register("messaging:template_preview", write=policy.EVERYONE)
policy.register(
    "messaging:template_archive",
    "messaging:template_restore",
    "messaging:template_publish",
    "messaging:template_discard",
    "messaging:template_test",
    "messaging:templates_defaults",
    "messaging:version_reuse",
    write=policy.MARKETING_UP,
)
rail.register(
    "templates",
    Link(
        _("Templates"),
        "messaging:templates",
        "envelope-paper",
        60,
        sections=tuple(f"messaging:{name}" for name in ("template", "version", "sender_checks")),
    ),
)

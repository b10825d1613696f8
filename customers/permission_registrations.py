"""Who may be written to, in the registries: timeline, segments, privacy, merging, demo."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import demo_parts, left_empty
from core.navigation import Link, settings_pages
from customers import demo_wishes, models
from customers.merging import OnMerge, register
from customers.preference_timeline import preference_changes
from customers.segment_permission import register_permission_fields
from customers.timeline import TimelineSource, timeline_sources

policy.register("customers:consent_request", read=policy.SUPPORT_UP, write=policy.SUPPORT_UP)
policy.register("customers:preferences", read=policy.SUPPORT_UP, write=policy.SUPPORT_UP)
policy.register(
    "customers:preferences_pause", "customers:preferences_resume", write=policy.SUPPORT_UP
)
policy.register("customers:suppressions", "customers:consent_settings", read=policy.MANAGERS)
policy.register(
    "customers:suppression_new",
    "customers:suppression_lift",
    "customers:topic_new",
    "customers:topic_edit",
    "customers:country_rule_new",
    "customers:country_rule_edit",
    read=policy.MANAGERS,
    write=policy.MANAGERS,
)
policy.register("customers:country_rule_remove", write=policy.MANAGERS)

for order, (route, label, icon, sections) in enumerate(
    [
        (
            "customers:consent_settings",
            _("Topics and consent"),
            "envelope-check",
            (
                "consent_settings",
                "topic_new",
                "topic_edit",
                "country_rule_new",
                "country_rule_edit",
            ),
        ),
        (
            "customers:suppressions",
            _("Suppressed addresses"),
            "envelope-slash",
            ("suppressions", "suppression_new", "suppression_lift"),
        ),
    ],
    start=20,
):
    lit = tuple(f"customers:{name}" for name in sections)
    settings_pages.register(route, Link(label, route, icon, order, sections=lit))

timeline_sources.register(
    "wishes",
    TimelineSource(
        key="wishes", kind="consents", label=_("Consents"), order=4, fetch=preference_changes
    ),
)
register_permission_fields()

# The wish must outlive its person: only the address goes.
privacy.register(
    models.Suppression,
    owner=None,
    blank=["address"],
    impersonal=["key", "scope", "topic", "reason", "source", "at", "lifted_at", "lift_reason"],
)
privacy.register(models.DeliveryFault, owner=None, impersonal=["key", "kind", "reference", "at"])
privacy.register(models.Topic, owner=None, impersonal=["key", "names", "nature"])
privacy.register(models.MailPreference, owner="customer", delete_row=True)
privacy.register(models.PreferenceChange, owner="customer", delete_row=True)
privacy.register(models.ConsentRequest, owner="customer", delete_row=True)
privacy.register(models.CountryRule, owner=None, impersonal=["country", "reason", "set_at"])

register("customers.MailPreference", "customer", OnMerge.MOVE_OR_DROP)
register("customers.PreferenceChange", "customer", OnMerge.MOVE)
register("customers.ConsentRequest", "customer", OnMerge.MOVE)

demo_parts.register("wishes", demo_wishes.PART)
for name, reason in {
    "Topic": "made by migrate",
    "CountryRule": "the house's own rule holds until somebody records a reason",
}.items():
    left_empty.register(f"customers.{name}", reason)

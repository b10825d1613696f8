"""Segment fields about who may be written to: suppressed, topics left, paused, may get offers."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.models import Identity, IdentityKind, MailPreference, Scope, Suppression, Topic
from customers.permission import Policy, is_stopped
from customers.rules.permission import Gate
from customers.rules.segment_language import Kind
from customers.segment_person import CONSENTS
from customers.segments import Choice, Context, SegmentField, register
from customers.suppressions import stops

# Offers of no topic: no country's rule touches them.
OFFERS = Policy("marketing", "", Gate.MARKETING)


def _emails() -> QuerySet[Identity]:
    rows: QuerySet[Identity] = build.rows_of(Identity, kind=IdentityKind.EMAIL)
    return rows


def _emails_under(suppressions: Q) -> QuerySet[Identity]:
    live = Suppression.objects.filter(suppressions, address=OuterRef("key"))
    return _emails().filter(Exists(live))


def _suppressed() -> QuerySet[Identity]:
    return _emails_under(stops(Gate.MARKETING, ""))


def _topic_off(operator: str, value: Any, context: Context) -> Q:
    left = Q(scope=Scope.TOPIC, lifted_at=None)
    if operator in {"empty", "filled"}:
        some = build.has(_emails_under(left))
        return ~some if operator == "empty" else some
    found = build.has(_emails_under(left & Q(topic__in=value)))
    return ~found if operator == "none_of" else found


def _topics() -> list[Choice]:
    language = get_language() or "en"
    return [(topic.key, topic.name_in(language)) for topic in Topic.objects.all()]


def _paused(operator: str, value: Any, context: Context) -> Q:
    found = build.has(build.rows_of(MailPreference, paused_until__gt=context.now))
    return found if value else ~found


def _may_get_marketing(operator: str, value: Any, context: Context) -> Q:
    stopped = is_stopped(OFFERS, context.now, customer="customer_id", address="key", key="")
    found = build.has(_emails().exclude(stopped))
    return found if value else ~found


def register_permission_fields() -> None:
    """Fill the registry; called once by the app's registrations."""
    for key, label, condition in [
        ("may_get_marketing", _("May get offers by e-mail"), _may_get_marketing),
        ("suppressed", _("Has a suppressed address"), build.flag(_suppressed)),
        ("paused", _("Has paused mails"), _paused),
    ]:
        register(SegmentField(key, label, CONSENTS, Kind.FLAG, condition))
    label = _("Turned off topic")
    register(SegmentField("topic_off", label, CONSENTS, Kind.CHOICE, _topic_off, offers=_topics))

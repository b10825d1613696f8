"""What customers choose about mails: topics, how often, a pause, the language.

`actor` None is the customer themselves, by a link only they have. Every wish is kept with where
it was said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from core.services import audit
from customers.models import (
    Customer,
    Frequency,
    IdentityKind,
    MailPreference,
    PreferenceChange,
    Scope,
    Suppression,
    SuppressionReason,
    Topic,
    Wish,
)
from customers.services.suppressions import lift, suppress
from customers.suppressions import key_of, live_suppressions

PAUSE = timedelta(days=30)
# Why a suppression was lifted, where nobody typed a reason; pages put it into words.
BY_CUSTOMER, FOR_CUSTOMER = "-customer", "-staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the preference form says. `topics` are those that are wanted; None leaves a thing as
    it is."""

    topics: frozenset[str] | None = None
    frequency: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks for which customer, where and when; `key` is the address of the link, "" where
    there is none."""

    actor: User | None
    customer: Customer
    source: str
    now: datetime
    key: str = ""

    @property
    def addresses(self) -> dict[str, str]:
        """The customer's e-mail addresses by their keys, and the link's own."""
        own = {self.key: ""} if self.key else {}
        return own | addresses_of(self.customer)

    @property
    def lift_reason(self) -> str:
        """Why suppressions are lifted by this voice."""
        return FOR_CUSTOMER if self.actor else BY_CUSTOMER


def addresses_of(customer: Customer) -> dict[str, str]:
    """The customer's e-mail addresses by their keys."""
    emails = customer.identities.filter(kind=IdentityKind.EMAIL)
    return {key_of(address): address for address in emails.values_list("key", flat=True)}


def note_change(voice: Voice, wish: str, *, topic: str = "", value: str = "") -> PreferenceChange:
    """Keep a wish, audited; inside the caller's transaction."""
    change = PreferenceChange.objects.create(
        customer=voice.customer,
        wish=wish,
        topic=topic,
        value=value,
        source=voice.source,
        actor=voice.actor,
        at=voice.now,
    )
    details = {"wish": wish, "topic": topic, "source": voice.source}
    audit.record(
        actor=voice.actor, action="preference.changed", target=voice.customer, details=details
    )
    return change


@transaction.atomic
def choose(
    *,
    actor: User | None,
    customer: Customer,
    wishes: Wishes,
    source: str,
    now: datetime,
    key: str = "",
) -> list[PreferenceChange]:
    """Do what the preference form says; returns what this changed.

    A topic holds for all addresses of the customer. Topics that are not offered, and languages
    that the shop does not write, are left alone.
    """
    voice = Voice(actor=actor, customer=customer, source=source, now=now, key=key)
    changes = []
    if wishes.topics is not None:
        changes += _choose_topics(voice, wishes.topics)
    if wishes.frequency in Frequency.values:
        changes += _choose_frequency(voice, str(wishes.frequency))
    if wishes.language in dict(settings.LANGUAGES):
        changes += _choose_language(voice, str(wishes.language))
    return changes


def _choose_topics(voice: Voice, wanted: frozenset[str]) -> list[PreferenceChange]:
    addresses = voice.addresses
    live = [row for row in live_suppressions(addresses) if row.scope == Scope.TOPIC]
    changes = []
    for topic in Topic.objects.filter(is_active=True).values_list("key", flat=True):
        rows = [row for row in live if row.topic == topic]
        if topic in wanted and rows:
            for row in rows:
                lift(actor=voice.actor, suppression=row, reason=voice.lift_reason, now=voice.now)
            changes.append(note_change(voice, Wish.TOPIC_ON, topic=topic))
        elif topic not in wanted and len(rows) < len(addresses):
            leave_topic(voice, topic, addresses)
            changes.append(note_change(voice, Wish.TOPIC_OFF, topic=topic))
    return changes


def leave_topic(voice: Voice, topic: str, addresses: dict[str, str]) -> list[Suppression]:
    """Suppress the topic for the addresses (by their keys); the rows, old or new."""
    return [
        suppress(
            actor=voice.actor,
            address=address,
            key=key,
            scope=Scope.TOPIC,
            topic=topic,
            reason=SuppressionReason.UNSUBSCRIBED,
            source=voice.source,
            now=voice.now,
        )
        for key, address in addresses.items()
    ]


def _choose_frequency(voice: Voice, frequency: str) -> list[PreferenceChange]:
    row = _preference_of(voice)
    if row.frequency == frequency:
        return []
    row.frequency, row.updated_at = frequency, voice.now
    row.save()
    return [note_change(voice, Wish.FREQUENCY, value=frequency)]


def _choose_language(voice: Voice, language: str) -> list[PreferenceChange]:
    customers = Customer.objects.filter(pk=voice.customer.pk).exclude(language=language)
    if not customers.update(language=language, updated_at=voice.now):
        return []
    voice.customer.language = language
    return [note_change(voice, Wish.LANGUAGE, value=language)]


def _preference_of(voice: Voice) -> MailPreference:
    """The customer's row, locked; made where there is none."""
    pk = voice.customer.pk
    MailPreference.objects.get_or_create(customer_id=pk, defaults={"updated_at": voice.now})
    return MailPreference.objects.select_for_update().get(customer_id=pk)


@transaction.atomic
def pause(
    *, actor: User | None, customer: Customer, source: str, now: datetime
) -> PreferenceChange:
    """No marketing and no surveys for 30 days from now."""
    voice = Voice(actor=actor, customer=customer, source=source, now=now)
    row = _preference_of(voice)
    row.paused_until, row.updated_at = now + PAUSE, now
    row.save()
    return note_change(voice, Wish.PAUSED, value=row.paused_until.isoformat(timespec="minutes"))


@transaction.atomic
def resume(
    *, actor: User | None, customer: Customer, source: str, now: datetime
) -> PreferenceChange | None:
    """End the pause now; None where there is none."""
    voice = Voice(actor=actor, customer=customer, source=source, now=now)
    paused = MailPreference.objects.filter(customer=customer, paused_until__gt=now)
    if not paused.update(paused_until=None, updated_at=now):
        return None
    return note_change(voice, Wish.RESUMED)

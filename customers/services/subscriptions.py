"""Leaving and coming back: what the links in mails do.

Leaving is never refused and works at once: it takes back the consent that the mail rested on and
leaves its topic. It can be taken back while nothing newer was said. Coming back is a consent of
its own, with its wording.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from customers.locks import lock_address
from customers.models import (
    ChoiceSource,
    ConsentAction,
    ConsentEntry,
    ConsentSource,
    Customer,
    Nature,
    PreferenceChange,
    Purpose,
    Scope,
    Suppression,
    SuppressionReason,
    Topic,
    Wish,
)
from customers.rules.permission import Gate, gate_of
from customers.services.consents import record_consent, withdraw_consents
from customers.services.preferences import (
    BY_CUSTOMER,
    Voice,
    addresses_of,
    leave_topic,
    note_change,
)
from customers.services.suppressions import lift, suppress
from customers.suppressions import live_suppressions

BOTH = (Purpose.MARKETING, Purpose.SURVEY)
BY_LINK = {ChoiceSource.LINK, ChoiceSource.ONE_CLICK}
# Wishes of their own, which a person may take back; bounces and complaints are not.
OWN_WISHES = {SuppressionReason.UNSUBSCRIBED, SuppressionReason.ASKED}


@transaction.atomic
def unsubscribe(
    *,
    customer: Customer | None,
    key: str,
    message_class: str,
    topic: str,
    source: str,
    now: datetime,
) -> PreferenceChange | None:
    """Leave what a mail was about, by its class and topic; the change, which `take_back` undoes.

    Takes back the consent of its purpose for the whole person, and leaves the topic for the
    address with this key; an address that is not theirs any more is suppressed. Without a customer
    (erased meanwhile) only that is done, and the answer is None. A second time the first change is
    given again.
    """
    lock_address(key)
    if customer is None:
        _suppress_all(key, source, now)
        return None
    nature = Topic.objects.filter(key=topic).values_list("nature", flat=True).first()
    survey = gate_of(message_class, nature or Nature.GENERAL) == Gate.SURVEY
    purposes = [Purpose.SURVEY if survey else Purpose.MARKETING]
    voice = Voice(actor=None, customer=customer, source=source, now=now, key=key)
    lines = _withdraw(voice, purposes)
    before = live_suppressions([key])
    rows = leave_topic(voice, topic, {key: voice.addresses[key]}) if topic else []
    if not voice.addresses[key]:
        # Not theirs any more: whoever reads it now is heard too.
        rows.append(_suppress_all(key, source, now))
    return _note(voice, topic, lines, [row for row in rows if row not in before])


@transaction.atomic
def unsubscribe_from_all(
    *, customer: Customer | None, key: str, source: str, now: datetime
) -> PreferenceChange | None:
    """No marketing and no surveys to any address of theirs; else as `unsubscribe`."""
    lock_address(key)
    if customer is None:
        _suppress_all(key, source, now)
        return None
    voice = Voice(actor=None, customer=customer, source=source, now=now, key=key)
    lines = _withdraw(voice, BOTH)
    before = live_suppressions(voice.addresses)
    rows = [_suppress_all(one, source, now, address) for one, address in voice.addresses.items()]
    return _note(voice, "", lines, [row for row in rows if row not in before])


def _suppress_all(key: str, source: str, now: datetime, address: str = "") -> Suppression:
    return suppress(
        actor=None,
        address=address,
        key=key,
        scope=Scope.MARKETING,
        reason=SuppressionReason.UNSUBSCRIBED,
        source=source,
        now=now,
    )


def _withdraw(voice: Voice, purposes: list[Purpose] | tuple[Purpose, ...]) -> list[ConsentEntry]:
    return withdraw_consents(
        actor=None,
        customer=voice.customer,
        purposes=purposes,
        address=voice.addresses[voice.key],
        source=ConsentSource.LINK,
        now=voice.now,
    )


def _note(
    voice: Voice, topic: str, lines: list[ConsentEntry], rows: list[Suppression]
) -> PreferenceChange:
    """The change with what can be undone; the newest one of before where nothing changed."""
    if not lines and not rows:
        earlier = PreferenceChange.objects.filter(
            customer=voice.customer, wish=Wish.UNSUBSCRIBED, undone_at=None
        ).order_by("-pk")
        if last := earlier.first():
            return last
    change = note_change(voice, Wish.UNSUBSCRIBED, topic=topic)
    change.undo = {"lines": [line.pk for line in lines], "rows": [row.pk for row in rows]}
    change.save(update_fields=["undo"])
    return change


@transaction.atomic
def take_back(*, change: PreferenceChange, source: str, now: datetime) -> bool:
    """Undo unsubscribing: consents are granted again in their old words where nothing newer was
    said, and what it suppressed is lifted. False where it was undone before. Only for customers
    themselves, so there is no actor."""
    open_one = PreferenceChange.objects.filter(pk=change.pk, wish=Wish.UNSUBSCRIBED, undone_at=None)
    if not open_one.update(undone_at=now):
        return False
    voice = Voice(actor=None, customer=change.customer, source=source, now=now)
    for line in ConsentEntry.objects.filter(pk__in=change.undo.get("lines", [])).order_by("pk"):
        _grant_again(line, change, now)
    for row in Suppression.objects.filter(pk__in=change.undo.get("rows", []), lifted_at=None):
        lift(actor=None, suppression=row, reason=BY_CUSTOMER, now=now)
    note_change(voice, Wish.TAKEN_BACK, topic=change.topic)
    return True


def _grant_again(line: ConsentEntry, change: PreferenceChange, now: datetime) -> None:
    """Grant what the line took back, unless there was nothing, or something newer was said."""
    same = ConsentEntry.objects.filter(
        customer=line.customer_id, purpose=line.purpose, address=line.address
    ).order_by("-occurred_at", "-pk")
    newest, *older = same[:2]
    if newest.pk != line.pk or not older or older[0].action != ConsentAction.GRANTED:
        return
    record_consent(
        actor=None,
        customer=line.customer,
        address=line.address,
        purpose=line.purpose,
        action=ConsentAction.GRANTED,
        text=older[0].text or "–",
        source=ConsentSource.LINK,
        source_note=f"№ {change.pk}",
        language=older[0].language,
        occurred_at=max(now, line.occurred_at),
        now=now,
    )


def _wide(key: str) -> list[Suppression]:
    return [row for row in live_suppressions([key]) if row.scope != Scope.TOPIC]


def _left_by_link(key: str) -> list[Suppression]:
    """Topics that were left along with everything, not picked on the preference page."""
    topics = [row for row in live_suppressions([key]) if row.scope == Scope.TOPIC]
    return [row for row in topics if row.source in BY_LINK and row.reason in OWN_WISHES]


def _is_own(address: str, wide: list[Suppression]) -> bool:
    """Whether nothing but the person's own wish keeps mails away from an address of theirs."""
    return bool(address) and all(row.reason in OWN_WISHES for row in wide)


def may_return(customer: Customer, key: str) -> bool:
    """Whether `subscribe` would take the customer back at the address with this key."""
    return _is_own(addresses_of(customer).get(key, ""), _wide(key))


@transaction.atomic
def subscribe(
    *, customer: Customer, key: str, text: str, language: str, source: str, now: datetime
) -> PreferenceChange:
    """Come back: consent to marketing for the address with this key, in the words that were
    shown, and an end of what the person themselves had suppressed, the topics too that they left
    by a mail's link. Those that they chose to do without stay off.

    Refuses an address that is not theirs any more, and one that bounced or complained.
    """
    lock_address(key)
    voice = Voice(actor=None, customer=customer, source=source, now=now, key=key)
    address = voice.addresses[key]
    wide = _wide(key)
    if not _is_own(address, wide):
        raise Refused(_("This cannot be done here. Please write to the shop."))
    for row in [*wide, *_left_by_link(key)]:
        lift(actor=None, suppression=row, reason=BY_CUSTOMER, now=now)
    change = note_change(voice, Wish.SUBSCRIBED)
    record_consent(
        actor=None,
        customer=customer,
        address=address,
        purpose=Purpose.MARKETING,
        action=ConsentAction.GRANTED,
        text=text,
        source=ConsentSource.LINK,
        source_note=f"№ {change.pk}",
        language=language,
        occurred_at=now,
        now=now,
    )
    return change

"""Interactions: a call, a visit, a message, a note; logged, corrected, taken back, drafted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core.clock import is_to_come
from core.errors import Refused, still_there, too_long
from core.services import audit
from core.text import is_storable
from customers.models import Channel, Customer, Direction, FollowUp, Interaction, InteractionDraft
from customers.services.follow_ups import Promise, add_follow_up

LONGEST_TEXT = 10_000
UNDO_WITHIN = timedelta(minutes=10)
SOURCE_KIND = "interaction"


class LoggedAlready(Refused):
    """The draft was logged before, perhaps from another tab, as `interaction`."""

    def __init__(self, interaction: Interaction) -> None:
        super().__init__(
            _(
                "Something was logged from this draft already, perhaps in another tab. If this"
                " comes on top, log it once more."
            )
        )
        self.interaction = interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What happened: by which channel, who began, how it ended, what was said, when (UTC)."""

    channel: str
    occurred_at: datetime
    text: str = ""
    direction: str = ""
    outcome: str = ""


def _check(said: Said, now: datetime) -> None:
    if said.channel not in Channel.values:
        raise Refused(_("Choose how you were in touch."), field="channel")
    if is_to_come(said.occurred_at, now):
        raise Refused(_("This moment is still to come."), field="occurred_at")
    if len(said.text) > LONGEST_TEXT:
        raise Refused(too_long(LONGEST_TEXT), field="text")
    if not said.text.strip() and not said.outcome:
        raise Refused(_("Write a word about it, or choose how it ended."), field="text")


def _direction(said: Said) -> str:
    return Direction.NONE if said.channel == Channel.NOTE else said.direction


@transaction.atomic
def log_interaction(
    *,
    actor: User | None,
    now: datetime,
    customer: Customer,
    said: Said,
    next_step: Promise | None = None,
    draft_key: str = "",
) -> Interaction:
    """Put it on the file with its next step, and discard the actor's draft; audited.

    `draft_key` names the draft: raises `LoggedAlready` where the actor has logged it before.
    """
    _check(said, now)
    interaction = Interaction(
        customer=customer,
        draft_key=draft_key or None,
        channel=said.channel,
        direction=_direction(said),
        outcome=said.outcome,
        text=said.text.strip(),
        occurred_at=said.occurred_at,
        actor=actor,
        created_at=now,
    )
    _insert(interaction)
    if next_step:
        add_follow_up(
            actor=actor,
            now=now,
            customer=customer,
            promise=next_step,
            source_kind=SOURCE_KIND,
            source_id=interaction.pk,
        )
    if actor:
        discard_draft(actor=actor, customer=customer)
    details = {"channel": said.channel, "customer": customer.pk}
    audit.record(actor=actor, action="interaction.logged", target=interaction, details=details)
    return interaction


def _insert(interaction: Interaction) -> None:
    try:
        with transaction.atomic():
            interaction.save(force_insert=True)
    except IntegrityError:
        mine = Interaction.objects.filter(actor=interaction.actor_id)
        before = mine.filter(draft_key=interaction.draft_key).first()
        if before is None:
            raise
        raise LoggedAlready(before) from None


def may_change(user: User, interaction: Interaction) -> bool:
    """Whether the person may correct it: its author, and managers."""
    return interaction.actor_id == user.pk or user.role in {Role.MANAGER, Role.ADMIN}


def may_undo(user: User, interaction: Interaction, now: datetime) -> bool:
    """Whether the person may take it back: its author, within ten minutes."""
    return interaction.actor_id == user.pk and now - interaction.created_at <= UNDO_WITHIN


def _locked(interaction: Interaction) -> Interaction:
    return still_there(Interaction.objects.select_for_update().filter(pk=interaction.pk))


@transaction.atomic
def change_interaction(
    *, actor: User, now: datetime, interaction: Interaction, said: Said
) -> Interaction:
    """Correct what was logged; only its author and managers. Locks the row."""
    _check(said, now)
    row = _locked(interaction)
    if not may_change(actor, row):
        raise Refused(_("Only its author or a manager can change this."))
    row.channel, row.direction, row.outcome = said.channel, _direction(said), said.outcome
    row.text, row.occurred_at = said.text.strip(), said.occurred_at
    row.save(update_fields=["channel", "direction", "outcome", "text", "occurred_at"])
    audit.record(actor=actor, action="interaction.changed", target=row)
    return row


@transaction.atomic
def undo_interaction(*, actor: User, now: datetime, interaction: Interaction) -> None:
    """Take it back with its next step unless that is done; its author, within ten minutes. Locks
    the row."""
    interaction = _locked(interaction)
    if not may_undo(actor, interaction, now):
        raise Refused(_("Only its author can take this back, within ten minutes."))
    _remove(actor, interaction)


@transaction.atomic
def withdraw_interaction(*, actor: User, interaction: Interaction) -> None:
    """Take off the file what nobody wrote there by hand (a mail put on the wrong file), with its
    next step unless that is done. Refuses what a person logged. Locks the row."""
    interaction = _locked(interaction)
    if interaction.actor_id is not None:
        raise Refused(_("Only its author can take this back, within ten minutes."))
    _remove(actor, interaction)


def _remove(actor: User, interaction: Interaction) -> None:
    promised = FollowUp.objects.filter(source_kind=SOURCE_KIND, source_id=interaction.pk)
    promised.filter(customer=interaction.customer_id, done_at=None).delete()
    audit.record(
        actor=actor,
        action="interaction.undone",
        target=interaction,
        details={"customer": interaction.customer_id},
    )
    interaction.delete()


@transaction.atomic
def save_draft(
    *, actor: User, now: datetime, customer: Customer, fields: Mapping[str, str]
) -> InteractionDraft | None:
    """Keep what the actor has typed so far; None, and nothing kept, where no text is there.

    Not audited: a draft is no act. Values are kept as typed, up to the longest text.
    """
    kept = {
        name: value[:LONGEST_TEXT] for name, value in fields.items() if value and is_storable(value)
    }
    if not (kept.get("text", "").strip() or kept.get("what", "").strip()):
        discard_draft(actor=actor, customer=customer)
        return None
    draft, _made = InteractionDraft.objects.update_or_create(
        customer=customer, user=actor, defaults={"fields": kept, "updated_at": now}
    )
    return draft


def discard_draft(*, actor: User, customer: Customer) -> None:
    """Forget the actor's draft for this customer."""
    InteractionDraft.objects.filter(customer=customer, user=actor).delete()

"""Talks that belong to a case, and what they do to it: a first response, an answer, a reopening."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from customers.models import Channel, Direction, Interaction, Outcome
from customers.services.follow_ups import Promise
from customers.services.interactions import Said, log_interaction
from support.models import Case, CaseContact, CaseState
from support.rules.states import DONE_STATES, State, Step
from support.services.case_log import lock_case, take_step
from support.services.cases import Asked, open_case
from support.services.resolving import GRACE, reopen_case


@transaction.atomic
def log_contact(
    *,
    actor: User | None,
    now: datetime,
    case: Case,
    said: Said,
    next_step: Promise | None = None,
    draft_key: str = "",
) -> Case:
    """Log a talk on the customer's file and with the case; answers the case that it is with in the
    end, see `attach`."""
    interaction = log_interaction(
        actor=actor,
        now=now,
        customer=case.customer,
        said=said,
        next_step=next_step,
        draft_key=draft_key,
    )
    return attach(actor=actor, now=now, case=case, interaction=interaction)


@transaction.atomic
def attach(*, actor: User | None, now: datetime, case: Case, interaction: Interaction) -> Case:
    """Put a talk with the case, or with the one that it was joined to; once.

    A person's word that reached the customer is a response, and keeps a promised update. A word of
    the customer's ends the waiting; within fourteen days of the resolution it reopens the case, and
    after them it is a new case, which names the old one, and is what is answered.
    """
    row = survivor(case)
    link, made = CaseContact.objects.get_or_create(interaction=interaction, defaults={"case": row})
    if not made:
        return link.case
    if interaction.direction == Direction.INBOUND:
        return _heard(actor, now, row, interaction, link)
    if reached(interaction):
        locked = lock_case(row)
        if locked.promised_at and locked.promised_at >= interaction.occurred_at:
            locked.promised_at = None
        take_step(locked, Step.RESPONDED, actor=actor, now=now, at=_not_before(locked, interaction))
        return locked
    return row


def _not_before(case: Case, interaction: Interaction) -> datetime:
    """Nobody responds before the case came in."""
    return max(case.received_at, interaction.occurred_at)


def _heard(
    actor: User | None, now: datetime, case: Case, interaction: Interaction, link: CaseContact
) -> Case:
    row = lock_case(case)
    if row.state == CaseState.WAITING:
        row.waiting_until = None
        take_step(row, Step.RESUMED, actor=actor, now=now)
    if State(row.state) not in DONE_STATES:
        return row
    assert row.resolved_at is not None, "it is done"
    if interaction.occurred_at <= row.resolved_at + GRACE:
        return reopen_case(actor=actor, now=now, case=row, by_customer=True)
    link.delete()
    asked = Asked(
        kind=row.kind,
        subject=row.subject,
        received_at=interaction.occurred_at,
        description=interaction.text,
        category=row.category,
        severity=row.severity,
        order=row.order,
        product=row.product,
    )
    return open_case(
        actor=actor,
        now=now,
        customer=row.customer,
        asked=asked,
        owner=row.owner if row.owner and row.owner.is_active else None,
        interaction=interaction,
        follow_up_of=row,
        key=f"again:{interaction.pk}",
    )


def survivor(case: Case) -> Case:
    """The case that this one was joined to, if it was; joined cases never stand in a row."""
    return case.merged_into or case


def reached(interaction: Interaction) -> bool:
    """Whether it was a word of a person's that reached the customer: no note, no call in vain, no
    mail that a machine wrote."""
    return (
        interaction.actor_id is not None
        and interaction.direction == Direction.OUTBOUND
        and interaction.channel != Channel.NOTE
        and interaction.outcome != Outcome.NO_ANSWER
    )

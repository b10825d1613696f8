"""The catalogue of rewards: made, changed, put away, taken out again; what people save for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, too_long
from core.services import audit
from core.text import squeeze
from customers.models import Customer, Segment
from loyalty.models import (
    ClaimState,
    Programme,
    Reward,
    RewardClaim,
    RewardPicture,
    SavingGoal,
)
from loyalty.rules.periods import Period
from loyalty.rules.pictures import Picture

LONGEST_NAME, LONGEST_DESCRIPTION = 80, 500
# More would be a slip of the finger.
MOST_UNITS, MOST_STOCK, MOST_EACH = 100_000_000, 1_000_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """What a reward is. `stock` is set against `seen_stock`, the number that the person saw, so
    that what was claimed meanwhile stays taken; None: no end."""

    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    cost: int
    stock: int | None
    seen_stock: int | None
    limit_each: int | None
    limit_period: Period
    segment: Segment | None
    starts_on: date | None
    ends_on: date | None


@transaction.atomic
def save_reward(
    *,
    actor: User,
    programme: Programme,
    reward: Reward | None,
    terms: RewardTerms,
    now: datetime,
    picture: Picture | None = None,
    without_picture: bool = False,
    version: int = 1,
) -> Reward:
    """Make a reward (None) or change one; claims keep what they cost. Audited. Locks the row.
    Refuses a version that is not the newest."""
    _check(terms)
    row = _locked(reward, version) if reward else Reward(programme=programme, created_at=now)
    row.names, row.descriptions = _texts(terms.names), _texts(terms.descriptions)
    row.cost, row.limit_each, row.limit_period = terms.cost, terms.limit_each, terms.limit_period
    row.segment, row.segment_only = terms.segment, terms.segment is not None
    row.starts_on, row.ends_on = terms.starts_on, terms.ends_on
    row.stock = _stock_after(row, terms)
    row.stocked = None if row.stock is None else row.stock + _live_claims(row)
    row.save()
    _set_picture(row, picture, without_picture)
    details = {"cost": row.cost, "stock": row.stock}
    audit.record(actor=actor, action="reward.saved", target=row, details=details)
    return row


def _check(terms: RewardTerms) -> None:
    if not _texts(terms.names):
        raise Refused(_("Give a name in at least one language."))
    if any(len(text) > LONGEST_NAME for text in terms.names.values()):
        raise Refused(too_long(LONGEST_NAME))
    if any(len(text) > LONGEST_DESCRIPTION for text in terms.descriptions.values()):
        raise Refused(too_long(LONGEST_DESCRIPTION))
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        raise Refused(_("The last day is before the first one."), field="ends_on")


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, raw in given.items() if (text := squeeze(raw))}


def _locked(reward: Reward, version: int) -> Reward:
    row = Reward.objects.select_for_update().get(pk=reward.pk)
    if row.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    row.version += 1
    return row


def _stock_after(row: Reward, terms: RewardTerms) -> int | None:
    if terms.stock is None or row.stock is None or terms.seen_stock is None:
        return terms.stock
    return max(0, row.stock + terms.stock - terms.seen_stock)


def _live_claims(row: Reward) -> int:
    """Claims that took of the stock; what comes and goes meanwhile waits for the row's lock."""
    live = RewardClaim.objects.filter(reward=row.pk).exclude(state=ClaimState.CANCELLED)
    return live.count()


def _set_picture(reward: Reward, picture: Picture | None, without: bool) -> None:
    if picture is None:
        if without:
            RewardPicture.objects.filter(reward=reward).delete()
        return
    values = {
        "content": picture.content,
        "width": picture.width,
        "height": picture.height,
        "mark": hashlib.sha256(picture.content).hexdigest()[:16],
    }
    RewardPicture.objects.update_or_create(reward=reward, defaults=values)


@transaction.atomic
def archive_reward(*, actor: User, reward: Reward, now: datetime) -> None:
    """Offer it to nobody any more; what was claimed is still handed over. Audited; one that is put
    away stays so."""
    if Reward.objects.filter(pk=reward.pk, archived_at=None).update(archived_at=now):
        audit.record(actor=actor, action="reward.archived", target=reward)


@transaction.atomic
def restore_reward(*, actor: User, reward: Reward) -> None:
    """Offer it again. Audited; one that is offered stays so."""
    put_away = Reward.objects.filter(pk=reward.pk, archived_at__isnull=False)
    if put_away.update(archived_at=None):
        audit.record(actor=actor, action="reward.restored", target=reward)


@transaction.atomic
def save_for(
    *, actor: audit.Actor | None, customer: Customer, reward: Reward | None, now: datetime
) -> None:
    """The customer saves for this reward from now on; None: for none. Audited. Refuses a reward
    that is not offered."""
    if reward is None:
        SavingGoal.objects.filter(customer=customer).delete()
    elif reward.archived_at is not None:
        raise Refused(_("This reward is not offered any more."))
    else:
        SavingGoal.objects.update_or_create(
            customer=customer, defaults={"reward": reward, "set_at": now}
        )
    details = {"reward": reward.pk if reward else None}
    audit.record(actor=actor, action="reward.saved_for", target=customer, details=details)

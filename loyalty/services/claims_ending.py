"""What becomes of a claimed reward whose points are given back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from loyalty.models import OPEN_STATES, ClaimState, Operation, Reward, RewardClaim
from loyalty.reward_errors import claim_handed_over


def end_claim_of(operation: Operation, *, now: datetime) -> None:
    """Cancel the claim that the operation paid for, if there is one, and put the reward back into
    stock. In the caller's transaction, with the account locked. Refuses what was handed over."""
    assert transaction.get_connection().in_atomic_block
    claim = RewardClaim.objects.filter(operation=operation).first()
    if claim is None:
        return
    still_open = RewardClaim.objects.filter(pk=claim.pk, state__in=OPEN_STATES)
    if not still_open.update(state=ClaimState.CANCELLED, changed_at=now):
        raise claim_handed_over()
    counted = Reward.objects.filter(pk=claim.reward_id, stock__isnull=False)
    counted.update(stock=F("stock") + 1)

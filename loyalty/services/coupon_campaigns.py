"""Campaigns: made, changed, stopped and opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.services.shop import get_shop
from loyalty.models import CampaignState, CouponCampaign, CouponTally


@transaction.atomic
def make_campaign(
    *, actor: User | None, values: Mapping[str, Any], now: datetime
) -> CouponCampaign:
    """A new campaign in the shop's currency, open; audited."""
    campaign = CouponCampaign(currency=get_shop().currency, created_at=now, **values)
    _check(campaign)
    campaign.save()
    CouponTally.objects.create(campaign=campaign)
    audit.record(
        actor=actor,
        action="coupon_campaign.added",
        target=campaign,
        details={"name": campaign.name},
    )
    return campaign


@transaction.atomic
def change_campaign(
    *, actor: User | None, campaign: CouponCampaign, values: Mapping[str, Any], version: int
) -> CouponCampaign:
    """Change what the campaign gives from now on; what was used stays as it is. Audited with what
    it was and what it is. Locks the row. Refuses a version that is not the newest."""
    row = locked_campaign(campaign)
    if row.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    changed = {
        name: [str(getattr(row, name)), str(value)]
        for name, value in sorted(values.items())
        if getattr(row, name) != value
    }
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    row.version += 1
    row.save()
    audit.record(actor=actor, action="coupon_campaign.changed", target=row, details=changed)
    return row


def locked_campaign(campaign: CouponCampaign) -> CouponCampaign:
    """The campaign as it is now, locked to the end of the transaction."""
    return CouponCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _check(campaign: CouponCampaign) -> None:
    """What the database would refuse too, said in words."""
    if campaign.ends_at is not None and campaign.ends_at <= campaign.starts_at:
        raise Refused(_("The last day comes before the first."), field="last_day")
    if campaign.for_segment and campaign.segment is None:
        raise Refused(_("Choose the segment."), field="segment")


@transaction.atomic
def set_state(*, actor: User | None, campaign: CouponCampaign, state: CampaignState) -> None:
    """Stop the campaign, or open it again; nobody loses what they used. A second time changes
    nothing; audited."""
    rows = CouponCampaign.objects.filter(pk=campaign.pk).exclude(state=state)
    if rows.update(state=state):
        audit.record(actor=actor, action=f"coupon_campaign.{state}", target=campaign)

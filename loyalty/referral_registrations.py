"""What referrals put into the registries."""

from core import privacy
from core.demo import demo_parts
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from loyalty import models, referral_demo, referral_page_registrations  # noqa: F401
from loyalty.services.referrals import REFERRAL_JOB

due_jobs.register("reward-referrals", REFERRAL_JOB)

register_merge("loyalty.ReferralCode", "customer", OnMerge.MOVE_OR_DROP)
register_merge("loyalty.Referral", "referrer", OnMerge.MOVE)
register_merge("loyalty.Referral", "referee", OnMerge.MOVE_OR_DROP)
privacy.register(models.ReferralScheme, owner=None, impersonal=["link"])
privacy.register(models.ReferralCode, owner="customer", delete_row=True)
privacy.register(
    models.Referral,
    owner="referee",
    detach=["referrer", "referee"],
    impersonal=["state", "month", "noted_at", "ended_at"],
)
demo_parts.register("referrals", referral_demo.PART)

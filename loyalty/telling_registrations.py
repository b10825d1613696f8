"""What members are told, in the registries."""

from accounts import policy
from core import privacy
from core.demo import left_empty
from core.jobs import due_jobs
from loyalty import models
from loyalty.mail_blocks import register_blocks
from loyalty.mail_fields import register_fields
from loyalty.mail_occasions import register_occasion_fields, register_occasions
from loyalty.services.expiry_notices import EXPIRY_NOTICE_JOB

register_fields()
register_occasion_fields()
register_blocks()
register_occasions()
due_jobs.register("tell-expiring", EXPIRY_NOTICE_JOB)

privacy.register(models.TellingRule, owner=None, impersonal=["kind", "done_through"])
privacy.register(
    models.Told,
    owner="account__customer",
    impersonal=["kind", "occasion", "reason", "at"],
)
left_empty.register(
    "loyalty.TellingRule", "until somebody changes them, the rules of the house hold"
)

policy.register("loyalty:told", "loyalty:told_preview", read=policy.EVERYONE)
policy.register("loyalty:telling_edit", read=policy.MARKETING_UP, write=policy.MARKETING_UP)

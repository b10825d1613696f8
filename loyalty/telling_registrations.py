"""What members are told, in the registries."""

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
left_empty.register("loyalty.Told", "nothing lapses yet in a programme that began two months ago")

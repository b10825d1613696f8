"""Approvals in the registries: who reads and decides, the rail, the job that ends late ones."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.approvals import waiting
from accounts.models import Approval
from accounts.services.approvals import EXPIRE_JOB
from core import privacy
from core.jobs import due_jobs
from core.navigation import Link, rail

policy.register("accounts:approvals", read=policy.MANAGERS)
policy.register("accounts:requests", read=policy.EVERYONE)
policy.register("accounts:approval_approve", "accounts:approval_refuse", write=policy.MANAGERS)
policy.register("accounts:approval_withdraw", write=policy.EVERYONE)
rail.register(
    "approvals",
    Link(
        *(_("To approve"), "accounts:approvals", "check2-square", 85),
        sections=("accounts:approvals", "accounts:requests"),
        waiting=waiting,
    ),
)
due_jobs.register("accounts.approvals", EXPIRE_JOB)
privacy.register(
    Approval,
    owner="asked_by",
    blank=["reason", "answer"],
    impersonal=["kind", "payload", "key", "state", "asked_at", "expires_at", "ended_at"],
)

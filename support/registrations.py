"""What support puts into the registries."""

from datetime import timedelta

from core import privacy
from core.demo import left_empty
from core.guards import append_only_tables
from core.jobs import DueJob, due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from support import models
from support.services.cases import resume_waiting
from support.services.resolving import close_quiet

privacy.register(
    models.BusinessCalendar, owner=None, impersonal=["code", "name", "timezone", "country"]
)
privacy.register(models.CalendarDay, owner=None, impersonal=["day", "name"])
privacy.register(models.CalendarWindow, owner=None)
privacy.register(
    models.LegalRule,
    owner=None,
    impersonal=["code", "country", "name", "note", "confirmed_at", "confirmed_by"],
)
for model in (models.BusinessCalendar, models.CalendarDay, models.CalendarWindow, models.LegalRule):
    left_empty.register(model._meta.label, "those of four countries are made when first asked for")

append_only_tables.register("support_caseentry", "support_caseentry")
due_jobs.register("resume-cases", DueJob(resume_waiting, every=timedelta(minutes=10)))
due_jobs.register("close-cases", DueJob(close_quiet, every=timedelta(hours=1)))
register_merge("support.Case", "customer", OnMerge.MOVE)
privacy.register(
    models.Case,
    owner="customer",
    blank=["subject", "description", "decision_reason"],
    impersonal=[
        *("number", "key", "kind", "order", "product", "remedy", "state", "decision"),
        *("received_at", "created_at", "acknowledged_at", "responded_at", "resolved_at"),
        *("closed_at", "waiting_since", "waiting_until", "due_acknowledge", "due_respond"),
        *("due_resolve", "due_next", "legal_rule", "legal_due_on", "promised_at"),
        "corrective_action",
    ],
)
privacy.register(
    models.CaseEntry,
    owner="case__customer",
    impersonal=["step", "at", "recorded_at", "before", "after", "details"],
)
privacy.register(models.CaseContact, owner="case__customer", delete_row=True)
privacy.register(models.CaseNumber, owner=None)
privacy.register(models.Category, owner=None, impersonal=["key", "name"])
privacy.register(models.ServiceTarget, owner=None, impersonal=["kind"])

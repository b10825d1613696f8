from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalState(models.TextChoices):
    """Open until exactly one of the others ends it."""

    OPEN = "open", _("Waits for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Nobody decided in time")


DECIDED = (ApprovalState.APPROVED, ApprovalState.REFUSED)


class Approval(models.Model):
    """Something that one person asks for and another one decides.

    `kind` names an entry of `accounts.approvals.approval_kinds`, which knows what the `payload`
    means, who may decide, and what is done then. `key` makes a form that is sent twice ask once.
    """

    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    key = models.CharField(max_length=120, unique=True)
    reason = models.CharField(max_length=255)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=ApprovalState.choices, default=ApprovalState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ApprovalState.values),
                name="accounts_approval_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="accounts_approval_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DECIDED, decided_by__isnull=False)
                | (~models.Q(state__in=DECIDED) & models.Q(decided_by=None)),
                name="accounts_approval_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="accounts_approval_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="accounts_approvals_by_state"),
            models.Index(fields=["asked_by", "-id"], name="accounts_approvals_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

from django.db import models


class AuditEntry(models.Model):
    """Who did what to which row, and when; written in the act's own transaction.

    Rows are never changed or deleted (triggers forbid it); only the sealing job may fill
    `seal` and `position`, its place in the chain, once. `details` names changed fields and
    other facts, never contact data.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    seal = models.CharField(max_length=64, blank=True, default="")
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="core_audit_object"),
            models.Index(
                fields=["id"], condition=models.Q(position=None), name="core_audit_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"

from django.db import models


class RateLimit(models.Model):
    """How often something was tried in one window. Keys are hashed: they may hold an address."""

    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="core_limit_over")]
        constraints = [
            models.UniqueConstraint(fields=["key", "window"], name="core_limit_key_window"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"

from django.db import models


class JobState(models.Model):
    """When a registered job is next due, and who holds it until when."""

    key = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_ran_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.key

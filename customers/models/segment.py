from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PresentSegments(models.Manager["Segment"]):
    """Those that are not deleted."""

    def get_queryset(self) -> models.QuerySet["Segment"]:
        return super().get_queryset().filter(deleted_at=None)


class Segment(models.Model):
    """A saved set of customers, named. `definition` is a tree of the segment language
    (`customers.rules.segment_language`); who belongs is asked anew each time.

    A deleted one (`deleted_at`) stays for the minutes in which that can be taken back, and only
    `with_deleted` finds it.
    """

    name = models.CharField(_("name"), max_length=120)
    definition = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = PresentSegments()
    with_deleted: ClassVar[models.Manager["Segment"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(deleted_at=None), name="segment_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

from django.db import models
from django.utils.translation import gettext_lazy as _


class Branch(models.Model):
    """A shop, a till, a web store: where purchases happen and people work."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name_plural = "branches"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

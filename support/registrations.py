"""What support puts into the registries."""

from core import privacy
from core.demo import left_empty
from support import models

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

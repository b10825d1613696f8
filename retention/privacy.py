"""How the roll-ups' fields are classed for erasure and export, and merged: all is derived."""

from django.db.models import Model

from core import privacy
from customers.merging import OnMerge, register
from retention import models

privacy.register(models.CustomerFirst, owner="customer", delete_row=True)
privacy.register(models.CustomerDay, owner="customer", delete_row=True)
privacy.register(models.CustomerMoney, owner="customer", delete_row=True)
BY_CURRENCY: tuple[type[Model], ...] = (
    models.CohortMoney,
    models.DayMoney,
    models.GuestDay,
    models.GuestSlice,
    models.MonthNet,
    models.SliceMonth,
)
BY_NUMBER: tuple[type[Model], ...] = (
    models.CohortCell,
    models.DayCount,
    models.FirstCount,
    models.GapCount,
    models.MonthSet,
    models.VisitCount,
    models.StaleMark,
)
for table in BY_CURRENCY:
    privacy.register(table, owner=None, impersonal=["currency"])
for table in BY_NUMBER:
    privacy.register(table, owner=None)
privacy.register(models.Slice, owner=None, impersonal=["source"])
privacy.register(models.RollupState, owner=None, impersonal=["refreshed_at"])

register("retention.CustomerFirst", "customer", OnMerge.DERIVE)
register("retention.CustomerDay", "customer", OnMerge.DERIVE)
register("retention.CustomerMoney", "customer", OnMerge.DERIVE)

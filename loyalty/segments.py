"""Segment fields about points; who has none has 0 of each."""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.rules.segment_language import Kind
from customers.segment_activity import zero_fits
from customers.segments import Conditions, Context, SegmentField, register
from loyalty.models import POINTS, Account

GROUP = _("Loyalty")


def _balance(bucket: str) -> Conditions:
    def condition(operator: str, value: Any, context: Context) -> Q:
        accounts = build.rows_of(Account, programme__key=POINTS)
        found = build.has(accounts.filter(build.compare(operator, F(bucket), value)))
        return found | ~build.has(accounts) if zero_fits(operator, value) else found

    return condition


for key, label, bucket in [
    ("points", _("Points to spend"), "available"),
    ("points_waiting", _("Points that wait"), "pending"),
    ("points_owed", _("Points owed"), "debt"),
]:
    field = SegmentField(key, label, GROUP, Kind.NUMBER, _balance(bucket), always_filled=True)
    register(field)

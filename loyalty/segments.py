"""Segment fields about points; who has none has 0 of each."""

from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.rules.segment_language import Kind
from customers.segment_activity import zero_fits
from customers.segments import Conditions, Context, SegmentField, register
from loyalty.models import POINTS, Account

GROUP = _("Loyalty")


def last_instant(column: str) -> Combinable:
    """The last instant before the one in the column: what ends with a midnight ends the day before
    it, as people count."""
    moment = Value(timedelta(microseconds=1))
    return ExpressionWrapper(F(column) - moment, output_field=DateTimeField())


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

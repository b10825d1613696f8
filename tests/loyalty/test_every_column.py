"""The checker itself: in a world with everything, each column of each table of the bank is changed
past the triggers, in every row. The change is refused by the database, or noticed; or
it stands below with the reason why nothing can tell."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction

from core.guards import guarded_columns, restore_guards
from loyalty import models as bank
from loyalty.reconciling import Scope, reconcile
from tests.loyalty.whole_world import whole_world

TABLES = (
    *(bank.Account, bank.Operation, bank.Transfer, bank.Lot, bank.Hold, bank.HoldPart, bank.Award),
    *(bank.CapCount, bank.EventReward, bank.RuleUse, bank.RewardClaim, bank.ChallengeFinish),
    *(
        bank.Tender,
        bank.TierChange,
        bank.MonthFlow,
        bank.FlowMark,
        bank.CouponTally,
        bank.CouponCounter,
    ),
)
# What a change of nothing else contradicts. Those of guarded tables and columns cannot be changed
# while the triggers stand, and a missing trigger is a difference; those of the others are told by
# the audit trail, or by nothing.
EXCUSED = {
    "Account": {"customer_id": "erasing takes it away"},
    "Operation": {
        "account_id": "guarded; told where it moved anything",
        "key": "guarded; a repetition names it",
        "fingerprint": "guarded; a repetition names it",
        "kind": "guarded",
        "actor": "guarded",
        "order": "guarded",
        "terms": "guarded",
        "result": "guarded",
        "reverses_id": "guarded",
        "at": "guarded",
        "recorded_at": "guarded",
    },
    "Transfer": {"recorded_at": "guarded; no part of what happened"},
    "Lot": {
        "operation_id": "guarded",
        "order": "guarded; proved where an order earned it",
        "matures_at": "guarded; proved where an order earned it",
        "expires_at": "guarded; proved where an order earned it",
    },
    "Award": {"terms": "guarded"},
    "Tender": {"gross_minor": "the purchase may have changed"},
    "CapCount": {
        "window": "the order's day stands nowhere else",
        "most": "the cap as it was",
    },
    "EventReward": {"clear_at": "guarded; the zone may have changed"},
    "RuleUse": {"units": "guarded", "rule_id": "guarded", "operation_id": "guarded"},
    "RewardClaim": {
        "state": "who gets it ready says so",
        "period": "the limit may have changed",
        "slot": "the lowest that was free",
        "changed_at": "the audit trail says it",
    },
    "ChallengeFinish": {"at": "purchases may have changed"},
    "TierChange": {
        "before_name": "guarded",
        "after_name": "guarded",
        "went_up": "guarded",
        "reason": "guarded",
        "at": "guarded",
        "recorded_at": "guarded",
    },
    "CouponTally": {"budget_minor": "the limit as it was"},
    "CouponCounter": {"most": "the limit as it was"},
    "FlowMark": {
        "seen": "how far to go next",
        "seen_at": "how far to go next",
        "summed": "told by the first transfer of that number",
    },
}


def other(field, value, row):
    """A value that is not the column's."""
    if isinstance(field, models.ForeignKey):
        if field.null and value:
            return None
        rows = field.related_model.objects.exclude(pk=value)
        return rows.order_by("pk").values_list("pk", flat=True).first()
    if isinstance(field, models.DateTimeField):
        return value + timedelta(seconds=1) if value else row_instant()
    if isinstance(field, models.DateField):
        return value + timedelta(days=1)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.JSONField):
        return {"changed": 1}
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1
    if field.choices:
        return next(key for key, _words in field.choices if key != value)
    return "y" + value[1:]


def row_instant():
    return bank.Operation.objects.values_list("at", flat=True).first()


def drop_guards():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded_columns():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {table}_no_update{on}")


def noticed(model, field, row):
    """Whether the change is refused or found. All of it is undone again."""
    value = other(field, getattr(row, field.attname), row)
    try:
        with transaction.atomic():
            drop_guards()
            try:
                with transaction.atomic():
                    model.objects.filter(pk=row.pk).update(**{field.attname: value})
                    if connection.vendor == "postgresql":
                        with connection.cursor() as cursor:
                            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except DatabaseError:
                return True
            restore_guards()
            return bool(reconcile(Scope()).differences)
    finally:
        transaction.set_rollback(False)


@pytest.fixture
def world(db):
    whole_world()
    assert reconcile(Scope()).differences == []


def columns(model):
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_what_is_not_noticed_is_named_with_the_reason(world, model):
    rows = list(model.objects.order_by("pk"))
    assert rows, "the world has none"
    every = max(1, len(rows) // (12 if model is bank.Transfer else 40))

    missed = set()
    for field in columns(model):
        for row in rows[::every]:
            if field.attname in missed:
                continue
            with undone():
                if not noticed(model, field, row):
                    missed.add(field.attname)

    assert missed == set(EXCUSED.get(model.__name__, {}))


class undone:
    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        return self.atomic.__exit__(None, None, None)

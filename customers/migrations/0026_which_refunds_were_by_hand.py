"""Refunds by hand so far: those of purchases by hand, and those whose making is on record."""

from typing import Any

from django.db import migrations
from django.db.models import Q


def note_by_hand(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("core", "AuditEntry").objects.filter(action="refund.added")
    found = entries.values_list("object_id", flat=True)
    added = [int(pk) for pk in found if pk.isdecimal()]
    refunds = apps.get_model("customers", "Refund").objects
    refunds.filter(Q(source="manual") | Q(pk__any_of=added)).update(by_hand=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0025_refunds_by_hand"), ("core", "0001_first_tables")]
    operations = [migrations.RunPython(note_by_hand, migrations.RunPython.noop)]

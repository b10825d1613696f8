"""Audit entries cannot be changed or deleted; only their seal may be filled in."""

from django.db import migrations

from core.triggers import append_only

FROZEN = ["id", "at", "actor", "action", "object_type", "object_id", "details"]


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first_tables")]
    operations = [append_only("core_auditentry", frozen=FROZEN)]

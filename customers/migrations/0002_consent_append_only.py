"""The consent ledger cannot be changed or deleted, but for erasing its proof of a person."""

from django.db import migrations

from core.triggers import append_only

FROZEN = ["id", "purpose", "action", "text", "source", "occurred_at", "recorded_at"]


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_first_tables")]
    operations = [append_only("customers_consententry", frozen=FROZEN)]

"""Changes of tiers are written once and never changed or deleted."""

from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0004_tiers")]

    operations = [append_only("loyalty_tierchange")]

"""What a rule said is written once and never changed or deleted: awards name it."""

from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0008_earning_rules")]

    operations = [append_only("loyalty_ruleversion")]

"""Operations and transfers are written once and never changed or deleted."""

from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_ledger")]

    operations = [append_only("loyalty_operation"), append_only("loyalty_transfer")]

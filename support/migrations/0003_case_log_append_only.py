"""What happened to a case is written once and never changed or deleted."""

from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("support", "0002_cases")]

    operations = [append_only("support_caseentry")]

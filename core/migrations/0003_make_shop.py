"""The shop's row, from SHOP_TIMEZONE and SHOP_CURRENCY."""

from django.conf import settings
from django.db import migrations


def make_shop(apps, schema_editor):
    apps.get_model("core", "Shop").objects.get_or_create(
        pk=1, defaults={"timezone": settings.SHOP_TIMEZONE, "currency": settings.SHOP_CURRENCY}
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_append_only")]
    operations = [migrations.RunPython(make_shop, migrations.RunPython.noop)]

"""Phone numbers that were kept without their country's code get it, so that they are found by
those that are written with it. Where a customer has both, each stays as it is."""

from django.db import migrations
from django.db.models import Q

from core.countries import country_of
from customers.rules.identity_keys import phone_key

_ROWS = 1_000


def _complete(apps, schema_editor):
    shop = apps.get_model("core", "Shop").objects.first()
    if shop is None:
        return
    home = country_of(shop.timezone, shop.currency)
    rows = apps.get_model("customers", "Identity").objects.filter(kind="phone")
    national = rows.filter(~Q(key__startswith="+"))
    for row in national.select_related("customer").order_by("pk").iterator(chunk_size=_ROWS):
        key = phone_key(row.value, row.customer.country or home)
        if not key or key == row.key:
            continue
        if rows.filter(customer=row.customer_id, key=key).exists():
            continue
        row.key = key
        row.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_shop_color"),
        ("customers", "0023_whom_refunds_name"),
    ]
    operations = [migrations.RunPython(_complete, migrations.RunPython.noop)]

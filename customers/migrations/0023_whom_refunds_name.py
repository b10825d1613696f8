"""Refunds of another customer than their purchase's must have named theirs, and so must those
without a purchase."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef


def note_named(apps: Any, schema_editor: Any) -> None:
    purchase = apps.get_model("customers", "Purchase")
    refunds = apps.get_model("customers", "Refund").objects.filter(customer__isnull=False)
    inherited = purchase.objects.filter(pk=OuterRef("purchase"), customer=OuterRef("customer"))
    refunds.filter(~Exists(inherited)).update(customer_named=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0022_refunds_that_name_their_customer")]
    operations = [migrations.RunPython(note_named, migrations.RunPython.noop)]

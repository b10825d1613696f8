"""Variants are added only by whoever added their word, so nothing has to keep them apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_index_what_pages_read"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="searchvariant",
            name="search_variant_once",
        ),
        migrations.AddIndex(
            model_name="searchvariant",
            index=models.Index(fields=["variant"], name="search_by_variant"),
        ),
    ]

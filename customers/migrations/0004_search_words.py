"""The vocabulary of names, and a figure that lists sort by."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_fold_in_the_database"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchVariant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("variant", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="purchasesummary",
            name="summary_by_gross",
        ),
        migrations.AddIndex(
            model_name="purchasesummary",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(
                    models.F("gross_minor"), "-", models.F("refunds_minor")
                ),
                models.F("customer"),
                name="summary_by_net",
            ),
        ),
        migrations.AddField(
            model_name="searchvariant",
            name="word",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="variants",
                to="customers.searchword",
            ),
        ),
        migrations.AddConstraint(
            model_name="searchvariant",
            constraint=models.UniqueConstraint(
                fields=("variant", "word"), name="search_variant_once"
            ),
        ),
    ]

"""Imports with their rows that were not taken; documents of which only the day is known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_search_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=40)),
                ("values", models.JSONField(default=dict)),
                ("cells", models.JSONField(default=list)),
                ("is_rejected", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("purchases", "Purchases"), ("customers", "Customers")],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "Read, not checked yet"),
                            ("checking", "Being checked"),
                            ("ready", "Ready to import"),
                            ("running", "Being imported"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("filename", models.CharField(max_length=200)),
                ("file", models.BinaryField(null=True)),
                ("size", models.PositiveIntegerField()),
                ("options", models.JSONField(default=dict)),
                ("expected", models.JSONField(default=dict)),
                ("refusal", models.JSONField(default=dict)),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("documents_done", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("customers_created", models.PositiveIntegerField(default=0)),
                ("stop_requested", models.BooleanField(default=False)),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.CharField(blank=True, max_length=32)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="purchase",
            name="day_only",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="refund",
            name="day_only",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="requested_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="customers.importrun",
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                condition=models.Q(("status__in", ["checking", "running"])),
                fields=["id"],
                name="import_at_work",
            ),
        ),
        migrations.AddIndex(
            model_name="importproblem",
            index=models.Index(fields=["run", "is_rejected", "row", "id"], name="problem_by_row"),
        ),
    ]

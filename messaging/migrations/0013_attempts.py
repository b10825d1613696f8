"""The marks of attempts in a narrow table of their own."""

import django.db.models.deletion
from django.db import migrations, models

STATES = [
    ("queued", "Waiting"),
    ("claimed", "About to go"),
    ("attempting", "Going out"),
    ("retry", "Will be tried again"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("suppressed", "Not sent"),
    ("expired", "Too late to send"),
    ("uncertain", "Uncertain"),
]


class Migration(migrations.Migration):
    dependencies = [("messaging", "0012_index_of_subjects")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="attempt",
                        serialize=False,
                        to="messaging.message",
                    ),
                ),
                ("token", models.CharField(max_length=32)),
                ("began_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("state", models.CharField(blank=True, choices=STATES, max_length=10)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("phase", models.CharField(blank=True, max_length=10)),
                ("reply_code", models.PositiveSmallIntegerField(null=True)),
                ("reply_text", models.CharField(blank=True, max_length=500)),
                ("next_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("out_at", models.DateTimeField(null=True)),
                ("provider_id", models.CharField(blank=True, max_length=255)),
                ("is_burned", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("state", ""))
                        | models.Q(
                            ("ended_at__isnull", False),
                            ("state__in", [state for state, _word in STATES]),
                        ),
                        name="messaging_attempt_ended",
                    )
                ],
            },
        ),
    ]

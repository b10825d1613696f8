"""Addresses that get no more mails, and what came back from them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0014_segments_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryFault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=43)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "Does not exist"),
                            ("soft", "Could not be delivered"),
                            ("complaint", "Marked as unwanted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=200, unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["key", "kind", "at"], name="fault_of_key")],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=43)),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("all", "Every mail"),
                            ("marketing", "Marketing and surveys"),
                            ("topic", "One topic"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=40, verbose_name="topic")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unsubscribed", "Unsubscribed"),
                            ("hard_bounce", "The address does not exist"),
                            ("soft_bounces", "Could not be delivered many times"),
                            ("complaint", "Marked as unwanted"),
                            ("asked", "Asked us to stop"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("link", "Unsubscribe link"),
                            ("one_click", "Unsubscribe button of the mail program"),
                            ("preferences", "Preference page"),
                            ("confirmation", "Confirmation link"),
                            ("staff", "Told to staff"),
                            ("provider", "Delivery report"),
                        ],
                        max_length=20,
                        verbose_name="source",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "lift_reason",
                    models.CharField(blank=True, max_length=255, verbose_name="why it was lifted"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["address"],
                        name="suppression_live_address",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("key", "scope", "topic"),
                        name="suppression_live_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope", "topic"), ("topic", ""), _connector="XOR"),
                        name="suppression_topic_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at", None),
                            models.Q(("lift_reason", ""), _negated=True),
                            _connector="XOR",
                        ),
                        name="suppression_lifted_for_a_reason",
                    ),
                ],
            },
        ),
    ]

"""Reports of servers and providers, one row for each, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_what_became_of_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivered", "Delivered"),
                            ("passed_on", "Passed on to another server"),
                            ("late", "Not delivered yet"),
                            ("soft", "Came back: could not be delivered"),
                            ("hard", "Came back: the address does not exist"),
                            ("complained", "Marked as unwanted"),
                            ("unsubscribed", "Unsubscribed at the provider"),
                        ],
                        max_length=12,
                    ),
                ),
                ("status", models.CharField(blank=True, max_length=12)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="messaging.message",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event",
                        to="messaging.messagestep",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "key"), name="messaging_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "delivered",
                                    "passed_on",
                                    "late",
                                    "soft",
                                    "hard",
                                    "complained",
                                    "unsubscribed",
                                ],
                            )
                        ),
                        name="messaging_event_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("message", None), ("step", None)),
                            models.Q(("message__isnull", False), ("step__isnull", False)),
                            _connector="OR",
                        ),
                        name="messaging_event_step",
                    ),
                ],
            },
        ),
        append_only(
            "messaging_deliveryevent",
            # The words are emptied when a person is erased.
            frozen=[
                "message_id",
                "step_id",
                "source",
                "key",
                "kind",
                "status",
                "at",
                "recorded_at",
            ],
        ),
    ]

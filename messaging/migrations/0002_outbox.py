"""Senders, sends and messages: one row per mail, and a life that only goes forward."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only, forbid

FINAL = "'sent', 'failed', 'suppressed', 'expired'"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0015_suppressions"),
        ("messaging", "0001_templates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailingRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quiet_hours_on",
                    models.BooleanField(default=True, verbose_name="keep quiet at night"),
                ),
                (
                    "quiet_begin",
                    models.TimeField(default=datetime.time(21, 0), verbose_name="quiet from"),
                ),
                (
                    "quiet_end",
                    models.TimeField(default=datetime.time(8, 0), verbose_name="quiet until"),
                ),
                (
                    "cap_amount",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="at most so many marketing mails"
                    ),
                ),
                (
                    "cap_hours",
                    models.PositiveIntegerField(default=24, verbose_name="in so many hours"),
                ),
            ],
            options={
                "verbose_name_plural": "mailing rules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="messaging_rules_are_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                ("inbox_key", models.CharField(max_length=160, null=True, unique=True)),
                ("message_id", models.CharField(max_length=255, unique=True)),
                (
                    "message_class",
                    models.CharField(
                        choices=[
                            ("service", "Service"),
                            ("marketing", "Marketing"),
                            ("survey", "Survey"),
                        ],
                        max_length=10,
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=40)),
                ("context", models.JSONField(default=dict)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("address_key", models.CharField(blank=True, max_length=43)),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("priority", models.PositiveSmallIntegerField(default=50)),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("claimed", "About to go"),
                            ("attempting", "Going out"),
                            ("retry", "Will be tried again"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("suppressed", "Not sent"),
                            ("expired", "Too late to send"),
                            ("uncertain", "Uncertain"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("lease_until", models.DateTimeField(null=True)),
                ("claim_token", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("out_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("phase", models.CharField(blank=True, max_length=10)),
                ("reply_code", models.PositiveSmallIntegerField(null=True)),
                ("reply_text", models.CharField(blank=True, max_length=500)),
                ("provider_id", models.CharField(blank=True, max_length=255)),
                ("created_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="customers.customer",
                    ),
                ),
                (
                    "template_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="messaging.templateversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaughtMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient", models.CharField(max_length=254)),
                ("subject", models.CharField(blank=True, max_length=400)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="caught",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Send",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "message_class",
                    models.CharField(
                        choices=[
                            ("service", "Service"),
                            ("marketing", "Marketing"),
                            ("survey", "Survey"),
                        ],
                        max_length=10,
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned, not released"),
                            ("running", "Going out"),
                            ("paused", "Paused"),
                            ("late", "Too late: waits for a person"),
                            ("done", "Done"),
                            ("cancelled", "Called off"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=50)),
                ("due_at", models.DateTimeField(verbose_name="goes out at")),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("late_after_minutes", models.PositiveIntegerField(default=120)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("active_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sends",
                        to="messaging.template",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="send",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="messaging.send",
            ),
        ),
        migrations.CreateModel(
            name="Sender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "from_name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name that people see"
                    ),
                ),
                (
                    "from_address",
                    models.CharField(max_length=254, verbose_name="address that mails come from"),
                ),
                (
                    "reply_to",
                    models.CharField(blank=True, max_length=254, verbose_name="answers go to"),
                ),
                (
                    "return_domain",
                    models.CharField(blank=True, max_length=253, verbose_name="domain for bounces"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("smtp", "Mail server (SMTP)"),
                            ("provider", "Mail provider"),
                            ("catcher", "Mail catcher: nothing leaves"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=253, verbose_name="mail server")),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=587,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                        verbose_name="port",
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("starttls", "STARTTLS"),
                            ("tls", "TLS from the start"),
                            ("none", "None: only inside one machine or network"),
                        ],
                        default="starttls",
                        max_length=10,
                        verbose_name="security",
                    ),
                ),
                (
                    "username",
                    models.CharField(blank=True, max_length=254, verbose_name="user name"),
                ),
                ("secret", models.TextField(blank=True, editable=False)),
                ("backend", models.CharField(blank=True, max_length=120, verbose_name="provider")),
                (
                    "per_second",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails a second"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails a minute"
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails an hour"
                    ),
                ),
                (
                    "per_day",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="mails a day"),
                ),
                (
                    "connections",
                    models.PositiveSmallIntegerField(
                        default=4,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(32),
                        ],
                        verbose_name="connections at a time",
                    ),
                ),
                (
                    "per_connection",
                    models.PositiveIntegerField(
                        default=100, verbose_name="mails on one connection"
                    ),
                ),
                (
                    "is_default",
                    models.BooleanField(default=False, verbose_name="used where no other is named"),
                ),
                (
                    "paused_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "Paused by a person"),
                            ("auth", "The mail server refused the sign-in"),
                            ("refused", "The mail server refuses this sender"),
                            ("connect", "The mail server cannot be reached"),
                        ],
                        max_length=10,
                    ),
                ),
                ("paused_text", models.CharField(blank=True, max_length=300)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="messaging_one_default_sender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["smtp", "provider", "catcher"])),
                        name="messaging_sender_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("connections__range", (1, 32)), ("per_connection__gte", 1)
                        ),
                        name="messaging_sender_connections",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per_second", None), ("per_second__gte", 1), _connector="OR"
                        ),
                        name="messaging_sender_rate",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="send",
            name="sender",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sends",
                to="messaging.sender",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="sender",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="messaging.sender",
            ),
        ),
        migrations.CreateModel(
            name="DomainLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("domain", models.CharField(max_length=253, verbose_name="domain")),
                (
                    "per_second",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails a second"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails a minute"
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mails an hour"
                    ),
                ),
                ("paid", models.JSONField(default=dict, editable=False)),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="messaging.sender",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SenderPace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("paid", models.JSONField(default=dict)),
                ("factor", models.FloatField(default=1.0)),
                ("factor_at", models.DateTimeField(null=True)),
                ("troubles", models.PositiveSmallIntegerField(default=0)),
                ("wait_until", models.DateTimeField(null=True)),
                (
                    "sender",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pace",
                        to="messaging.sender",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MessageStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("claimed", "About to go"),
                            ("attempting", "Going out"),
                            ("retry", "Will be tried again"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("suppressed", "Not sent"),
                            ("expired", "Too late to send"),
                            ("uncertain", "Uncertain"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("phase", models.CharField(blank=True, max_length=10)),
                ("reply_code", models.PositiveSmallIntegerField(null=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "queued",
                                    "claimed",
                                    "attempting",
                                    "retry",
                                    "sent",
                                    "failed",
                                    "suppressed",
                                    "expired",
                                    "uncertain",
                                ],
                            )
                        ),
                        name="messaging_step_state",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="send",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "running", "paused", "late", "done", "cancelled"])
                ),
                name="messaging_send_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="send",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("released_at__isnull", False),
                    _connector="OR",
                ),
                name="messaging_send_released",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ("queued", "retry"))),
                fields=["sender", "priority", "next_at", "id"],
                name="message_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ("claimed", "attempting"))),
                fields=["lease_until"],
                name="message_leased",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "uncertain")), fields=["id"], name="message_uncertain"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["send", "id"], name="message_of_send"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["customer", "-created_at", "-id"], name="message_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("out_at__isnull", False)),
                fields=["customer", "out_at"],
                name="message_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "queued",
                            "claimed",
                            "attempting",
                            "retry",
                            "sent",
                            "failed",
                            "suppressed",
                            "expired",
                            "uncertain",
                        ],
                    )
                ),
                name="messaging_message_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("message_class__in", ["service", "marketing", "survey"])),
                name="messaging_message_class",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lease_until__isnull", False),
                        ("state__in", ("claimed", "attempting")),
                        models.Q(("claim_token", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ("claimed", "attempting")), _negated=True),
                        ("claim_token", ""),
                        ("lease_until", None),
                    ),
                    _connector="OR",
                ),
                name="messaging_message_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="messaging_message_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("failed", "suppressed", "expired", "uncertain")),
                        _negated=True,
                    ),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="messaging_message_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="domainlimit",
            constraint=models.UniqueConstraint(
                fields=("sender", "domain"), name="messaging_domain_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="domainlimit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sender", None)),
                fields=("domain",),
                name="messaging_domain_once_for_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="senderpace",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0), ("factor__lte", 1)),
                name="messaging_pace_factor",
            ),
        ),
        append_only("messaging_messagestep"),
        forbid(
            "messaging_message",
            "final",
            event="UPDATE OF state",
            condition=f"OLD.state IN ({FINAL}) AND NEW.state <> OLD.state",
            message="a message in a final state stays in it",
        ),
        forbid(
            "messaging_message",
            "claimed_first",
            event="UPDATE OF state",
            condition="NEW.state = 'attempting' AND OLD.state <> 'claimed'",
            message="only a claimed message is attempted",
        ),
        forbid(
            "messaging_message",
            "never_twice",
            event="UPDATE OF state",
            condition=(
                "OLD.state = 'uncertain' AND NEW.state = 'retry' AND OLD.message_class <> 'service'"
            ),
            message="only a service mail may go out a second time",
        ),
    ]

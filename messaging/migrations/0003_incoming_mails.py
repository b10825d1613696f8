"""Mailboxes, the mails that came in, their attachments, and whose an address is."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0027_interactions_logged_once"),
        ("messaging", "0002_outbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=254, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_rules",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("message_id", models.CharField(blank=True, max_length=255)),
                ("in_reply_to", models.CharField(blank=True, max_length=255)),
                ("references", models.TextField(blank=True)),
                ("from_name", models.CharField(blank=True, max_length=200)),
                ("from_address", models.CharField(blank=True, max_length=254)),
                ("from_key", models.CharField(blank=True, max_length=254)),
                ("recipients", models.TextField(blank=True)),
                ("subject", models.CharField(blank=True, max_length=400)),
                ("sent_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                ("shown_text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("has_remote_images", models.BooleanField(default=False)),
                ("raw_size", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Written by a person"),
                            ("automatic", "Automatic answer or bulk mail"),
                            ("report", "Delivery report"),
                            ("loop", "Our own mail, come back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind_reason", models.CharField(blank=True, max_length=40)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("matched", "With a customer"),
                            ("unsorted", "Unsorted"),
                            ("set_aside", "Set aside"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "Nobody on file has this address"),
                            ("unproved", "The address is on file, but nothing proves who wrote"),
                            ("other_sender", "It answers a mail that went to somebody else"),
                            ("forged", "The mail server says that the sender is forged"),
                            ("no_sender", "It does not say who wrote it"),
                            ("too_large", "Too large: only its head was read"),
                            ("unreadable", "It could not be read; the whole mail is attached"),
                            (
                                "taken_back",
                                "Somebody took it back from a customer or from what was set aside",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "matched_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("thread", "It answers a mail of ours to this customer"),
                            ("proof", "The mail server has proved the sender"),
                            ("rule", "Somebody said that mails from this address belong here"),
                            ("person", "Sorted by hand"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sorted_at", models.DateTimeField(null=True)),
                (
                    "answers",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="messaging.message",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_mails",
                        to="customers.customer",
                    ),
                ),
                (
                    "interaction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming_mail",
                        to="customers.interaction",
                    ),
                ),
                (
                    "sorted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncomingAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("content_id", models.CharField(blank=True, max_length=255)),
                ("path", models.CharField(blank=True, max_length=200)),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("too_large", "Too large"),
                            ("too_many", "Too many attachments"),
                            ("total", "Together the attachments are too large"),
                            ("broken", "Broken: it could not be decoded"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="messaging.incomingmail",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("host", models.CharField(max_length=253, verbose_name="mail server")),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=993,
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
                        default="tls",
                        max_length=10,
                        verbose_name="security",
                    ),
                ),
                ("username", models.CharField(max_length=254, verbose_name="user name")),
                ("secret", models.TextField(blank=True, editable=False)),
                (
                    "folder",
                    models.CharField(default="INBOX", max_length=200, verbose_name="folder"),
                ),
                ("read_since", models.DateField(blank=True, null=True, verbose_name="mails since")),
                (
                    "trusted_server",
                    models.CharField(
                        blank=True,
                        max_length=253,
                        verbose_name="name of the server that checks senders",
                    ),
                ),
                (
                    "marks_seen",
                    models.BooleanField(default=True, verbose_name="mark what was read as seen"),
                ),
                (
                    "moves_to",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="then move it to this folder"
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="is read")),
                ("uid_validity", models.BigIntegerField(editable=False, null=True)),
                ("last_uid", models.BigIntegerField(default=0, editable=False)),
                ("trying_uid", models.BigIntegerField(editable=False, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not read yet"),
                            ("fine", "Read regularly"),
                            ("waiting", "In trouble: tried again by itself"),
                            ("stopped", "Stands still until somebody looks"),
                        ],
                        default="new",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("error_text", models.CharField(blank=True, editable=False, max_length=300)),
                ("error_at", models.DateTimeField(editable=False, null=True)),
                ("troubles", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("next_at", models.DateTimeField(editable=False)),
                ("read_at", models.DateTimeField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("lease_token", models.CharField(blank=True, editable=False, max_length=32)),
                ("created_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name_plural": "mailboxes",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("host", "username", "folder"), name="messaging_mailbox_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "fine", "waiting", "stopped"])),
                        name="messaging_mailbox_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_token", ""), ("lease_until", None)),
                            models.Q(
                                ("lease_until__isnull", False),
                                models.Q(("lease_token", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="messaging_mailbox_lease",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("source", models.CharField(max_length=120)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("uid", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("marked_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="messaging.incomingmail",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="copies",
                        to="messaging.mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "incoming copies",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("place", "unsorted")),
                fields=["received_at", "id"],
                name="incoming_unsorted",
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("place", "set_aside")),
                fields=["received_at", "id"],
                name="incoming_set_aside",
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                fields=["customer", "received_at", "id"], name="incoming_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["from_key"], name="incoming_from"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["message_id"], name="incoming_by_message_id"),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["person", "automatic", "report", "loop"])),
                name="messaging_incoming_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("customer__isnull", False),
                        ("place", "matched"),
                        models.Q(("matched_by", ""), _negated=True),
                    ),
                    models.Q(
                        ("customer", None),
                        ("place__in", ["unsorted", "set_aside"]),
                        ("matched_by", ""),
                    ),
                    _connector="OR",
                ),
                name="messaging_incoming_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", "unsorted"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="messaging_unsorted_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingattachment",
            constraint=models.UniqueConstraint(
                fields=("mail", "position"), name="messaging_attachment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingattachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("path", ""), ("fault", ""), _connector="XOR"),
                name="messaging_attachment_kept_or_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="incomingcopy",
            index=models.Index(
                condition=models.Q(("mailbox__isnull", False), ("marked_at", None)),
                fields=["mailbox", "uid"],
                name="incoming_copy_unmarked",
            ),
        ),
    ]

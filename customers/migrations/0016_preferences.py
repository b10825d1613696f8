"""What customers choose about mails: topics, how often, a pause."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0015_suppressions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9_]+$")],
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="names")),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("general", "News and offers"),
                            ("birthday", "Birthday greetings"),
                            ("survey", "Surveys"),
                        ],
                        default="general",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, verbose_name="offered on the preference page"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "key"],
            },
        ),
        migrations.AlterField(
            model_name="consententry",
            name="source",
            field=models.CharField(
                choices=[
                    ("staff", "Told to staff"),
                    ("form", "Form"),
                    ("import", "Import"),
                    ("shop", "Online shop"),
                    ("paper", "Paper"),
                    ("link", "Link in a mail"),
                ],
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("any", "As it comes"),
                            ("weekly", "At most once a week"),
                            ("monthly", "At most once a month"),
                        ],
                        default="any",
                        max_length=10,
                        verbose_name="how often",
                    ),
                ),
                ("paused_until", models.DateTimeField(null=True, verbose_name="paused until")),
                ("updated_at", models.DateTimeField()),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_preference",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PreferenceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        choices=[
                            ("subscribed", "Subscribed"),
                            ("unsubscribed", "Unsubscribed"),
                            ("taken_back", "Unsubscribing taken back"),
                            ("topic_on", "Topic turned on"),
                            ("topic_off", "Topic turned off"),
                            ("paused", "Mails paused"),
                            ("resumed", "Pause ended"),
                            ("frequency", "Frequency changed"),
                            ("language", "Language changed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=40)),
                ("value", models.CharField(blank=True, max_length=40)),
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
                    ),
                ),
                ("at", models.DateTimeField()),
                ("undo", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preference_changes",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "at", "id"], name="preference_of_customer")
                ],
            },
        ),
    ]

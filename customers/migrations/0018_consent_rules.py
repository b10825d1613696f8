"""Consents that wait for a confirmation, and countries that ask for less."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0017_first_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("marketing", "Offers and news"),
                            ("survey", "Surveys"),
                            ("profiling", "Personal recommendations"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=10)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("mails_sent", models.PositiveSmallIntegerField(default=0)),
                ("next_mail_at", models.DateTimeField(null=True)),
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
                        related_name="consent_requests",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_mail_at__isnull", False)),
                        fields=["next_mail_at"],
                        name="consent_request_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CountryRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(max_length=2, unique=True, verbose_name="country")),
                (
                    "birthday_needs_consent",
                    models.BooleanField(default=True, verbose_name="birthday mails need consent"),
                ),
                (
                    "survey_needs_consent",
                    models.BooleanField(default=True, verbose_name="surveys need consent"),
                ),
                ("reason", models.CharField(max_length=255, verbose_name="reason")),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["country"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="country_rule_has_reason",
                    )
                ],
            },
        ),
    ]

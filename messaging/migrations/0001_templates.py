"""Templates and their versions; what is published or was used can never be another."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.triggers import forbid

TABLE = "messaging_templateversion"
CONTENT = (
    "template_id, language, number, subject, preheader, mjml, html, text, sha256, published_at"
)
FROZEN = "OLD.published_at IS NOT NULL OR OLD.used_at IS NOT NULL"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
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
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9_]+$")],
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "Service"),
                            ("marketing", "Marketing"),
                            ("survey", "Survey"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=40, verbose_name="topic")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["service", "marketing", "survey"])),
                        name="messaging_template_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("number", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=400, verbose_name="subject")),
                (
                    "preheader",
                    models.CharField(blank=True, max_length=400, verbose_name="preview line"),
                ),
                ("mjml", models.TextField()),
                ("html", models.TextField()),
                ("text", models.TextField()),
                ("checks", models.JSONField(default=list)),
                ("sha256", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
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
                        related_name="versions",
                        to="messaging.template",
                    ),
                ),
            ],
            options={
                "ordering": ["template", "language", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("template", "language", "number"),
                        name="messaging_version_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="messaging_version_counts_from_one",
                    ),
                ],
            },
        ),
        forbid(
            TABLE,
            "no_change",
            event=f"UPDATE OF {CONTENT}",
            condition=FROZEN,
            message="a template version that was published or used cannot be changed",
        ),
        forbid(
            TABLE,
            "no_delete",
            event="DELETE",
            condition=FROZEN,
            message="a template version that was published or used cannot be deleted",
        ),
        forbid(
            TABLE,
            "used_once",
            event="UPDATE OF used_at",
            condition="OLD.used_at IS NOT NULL",
            message="when a template version was first used is said once",
        ),
    ]

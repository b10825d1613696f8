"""Senders that are put away and changed by one at a time, limits that can be taken back, caps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0027_interactions_logged_once"),
        ("messaging", "0003_incoming_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="TopicCap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("topic", models.CharField(max_length=40, unique=True)),
                ("amount", models.PositiveSmallIntegerField()),
                ("hours", models.PositiveIntegerField()),
            ],
        ),
        migrations.AlterModelOptions(
            name="domainlimit",
            options={"ordering": ["domain", "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="domainlimit",
            name="messaging_domain_once",
        ),
        migrations.RemoveConstraint(
            model_name="domainlimit",
            name="messaging_domain_once_for_all",
        ),
        migrations.AddField(
            model_name="domainlimit",
            name="removed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailingrules",
            name="survey_cap_amount",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="at most so many survey mails"
            ),
        ),
        migrations.AddField(
            model_name="mailingrules",
            name="survey_cap_hours",
            field=models.PositiveIntegerField(default=24, verbose_name="in so many hours"),
        ),
        migrations.AddField(
            model_name="mailingrules",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="sender",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sender",
            name="dkim_selector",
            field=models.CharField(blank=True, max_length=63, verbose_name="DKIM selector"),
        ),
        migrations.AddField(
            model_name="sender",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="domainlimit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("sender", "domain"),
                name="messaging_domain_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="domainlimit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), ("sender", None)),
                fields=("domain",),
                name="messaging_domain_once_for_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("cap_hours__gte", 1), ("survey_cap_hours__gte", 1)),
                name="messaging_rules_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="sender",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_default", False), ("archived_at", None), _connector="OR"),
                name="messaging_default_sender_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="topiccap",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 1), ("hours__gte", 1)),
                name="messaging_topic_cap",
            ),
        ),
    ]

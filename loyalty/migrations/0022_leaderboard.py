"""Who is first: the board, scores that are derived, and who stays off it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0028_topic_of_loyalty"),
        ("loyalty", "0021_count_stock"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeaderboardOptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leaderboard_opt_out",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeaderboardScore",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="leaderboard_score",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("board", models.PositiveIntegerField()),
                ("period", models.DateField()),
                ("value", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["board", "period", "-value", "customer"], name="loyalty_scores_best"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gt", 0)), name="loyalty_score_above_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaderboard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField(default=False)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("points", "Points earned"),
                            ("purchases", "Number of purchases"),
                            ("challenge", "Progress in a challenge"),
                        ],
                        default="purchases",
                        max_length=10,
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[
                            ("month", "This calendar month"),
                            ("quarter", "This calendar quarter"),
                            ("all", "All the time"),
                        ],
                        default="month",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("filled_to", models.BigIntegerField(null=True)),
                ("seen_operation", models.BigIntegerField(default=0)),
                (
                    "challenge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.challenge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="loyalty_one_leaderboard"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("measure", "challenge"), _negated=True),
                            ("challenge__isnull", False),
                            _connector="OR",
                        ),
                        name="loyalty_leaderboard_challenge_named",
                    ),
                ],
            },
        ),
    ]

"""Programmes, accounts, operations, lots, transfers, holds and awards."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import loyalty.rules.award
import loyalty.rules.calendar


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0027_interactions_logged_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pending", models.BigIntegerField(default=0)),
                ("available", models.BigIntegerField(default=0)),
                ("reserved", models.BigIntegerField(default=0)),
                ("debt", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=0)),
                ("chain", models.CharField(blank=True, default="", max_length=64)),
                ("settled_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loyalty_accounts",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AwardMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=1)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("actor", models.CharField(max_length=80)),
                ("order", models.CharField(blank=True, max_length=100)),
                ("terms", models.JSONField(default=dict)),
                ("result", models.JSONField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="loyalty.account",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="loyalty.operation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.CharField(blank=True, max_length=100)),
                ("earned", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("reserved", models.BigIntegerField(default=0)),
                ("expired", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "pending"), ("open", "open"), ("closed", "closed")],
                        max_length=10,
                    ),
                ),
                ("matures_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.account",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.operation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.CharField(max_length=100)),
                ("amount", models.BigIntegerField()),
                ("captured", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("captured", "Captured"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="loyalty.account",
                    ),
                ),
                (
                    "operation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold",
                        to="loyalty.operation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OperationNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=255)),
                (
                    "operation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note",
                        to="loyalty.operation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("points", "Points"), ("cashback", "Cashback")], max_length=10
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("earn_units", models.PositiveIntegerField(default=1)),
                ("earn_minor", models.PositiveIntegerField()),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("floor", "floor"),
                            ("half_up", "half_up"),
                            ("half_even", "half_even"),
                        ],
                        default=loyalty.rules.award.Rounding["FLOOR"],
                        max_length=10,
                    ),
                ),
                ("pending_days", models.PositiveSmallIntegerField(default=14)),
                (
                    "expiry",
                    models.CharField(
                        choices=[
                            ("never", "never"),
                            ("months", "months"),
                            ("year_end", "year_end"),
                        ],
                        default=loyalty.rules.calendar.ExpiryKind["MONTHS"],
                        max_length=10,
                    ),
                ),
                ("expiry_months", models.PositiveSmallIntegerField(default=12)),
                (
                    "debt_policy",
                    models.CharField(
                        choices=[
                            ("debt", "The customer owes them to future earnings"),
                            ("clamp", "The shop writes them off"),
                            ("limit", "The customer owes up to a limit, the rest is written off"),
                        ],
                        default="debt",
                        max_length=10,
                    ),
                ),
                ("debt_limit", models.PositiveIntegerField(default=0)),
                ("adjust_limit", models.PositiveIntegerField(default=500)),
                ("started_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("earn_minor__gte", 1), ("earn_units__gte", 1)),
                        name="loyalty_programme_earns",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expiry_months__range", (1, 120)), ("pending_days__lte", 365)
                        ),
                        name="loyalty_programme_lifetime",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="operation",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="loyalty.programme",
            ),
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.CharField(max_length=100)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("terms", models.JSONField()),
                ("granted", models.BigIntegerField()),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("clawed", models.BigIntegerField(default=0)),
                ("lapsed", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="loyalty.account",
                    ),
                ),
                (
                    "lot",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="loyalty.lot",
                    ),
                ),
                (
                    "operation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="loyalty.operation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.programme",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="account",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="loyalty.programme",
            ),
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("available", "available"),
                            ("reserved", "reserved"),
                            ("debt", "debt"),
                            ("issued", "issued"),
                            ("redeemed", "redeemed"),
                            ("expired", "expired"),
                            ("clawed", "clawed"),
                            ("adjusted", "adjusted"),
                            ("written_off", "written_off"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("available", "available"),
                            ("reserved", "reserved"),
                            ("debt", "debt"),
                            ("issued", "issued"),
                            ("redeemed", "redeemed"),
                            ("expired", "expired"),
                            ("clawed", "clawed"),
                            ("adjusted", "adjusted"),
                            ("written_off", "written_off"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="loyalty.account",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="loyalty.lot",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="loyalty.operation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HoldPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="loyalty.hold",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.lot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hold", "lot"), name="loyalty_hold_part_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="loyalty_hold_part_above_zero"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["account", "id"], name="loyalty_lots_of_account"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["account", "expires_at", "id"],
                name="loyalty_lots_alive",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0), ("state", "open")),
                fields=["expires_at"],
                name="loyalty_lots_lapsing",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["matures_at"],
                name="loyalty_lots_maturing",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("earned__gt", 0),
                    ("expired__gte", 0),
                    ("remaining__gte", 0),
                    ("reserved__gte", 0),
                ),
                name="loyalty_lot_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "earned__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("remaining"), "+", models.F("reserved")
                            ),
                            "+",
                            models.F("expired"),
                        ),
                    )
                ),
                name="loyalty_lot_within_earned",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["expires_at"],
                name="loyalty_holds_ending",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("account", "order"),
                name="loyalty_one_open_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("captured__gte", 0), ("captured__lte", models.F("amount"))
                ),
                name="loyalty_hold_amounts",
            ),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["account", "-at", "-id"], name="loyalty_operations_newest"),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.UniqueConstraint(
                fields=("programme", "key"), name="loyalty_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                fields=("programme", "order"), name="loyalty_order_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_minor__gte", 0), ("refunded_minor__lte", models.F("amount_minor"))
                ),
                name="loyalty_award_refunds",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("clawed__gte", 0),
                    (
                        "granted__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("clawed"), "+", models.F("lapsed")
                        ),
                    ),
                    ("lapsed__gte", 0),
                ),
                name="loyalty_award_clawed",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("customer", "programme"), name="loyalty_one_account_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("pending__gte", 0)), name="loyalty_pending_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("available__gte", 0)), name="loyalty_available_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserved__gte", 0)), name="loyalty_reserved_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("debt__gte", 0)), name="loyalty_debt_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("available", 0), ("debt", 0), _connector="OR"),
                name="loyalty_owes_or_has",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                fields=("account", "seq"), name="loyalty_transfer_seq"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="loyalty_transfer_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True),
                name="loyalty_transfer_moves",
            ),
        ),
    ]

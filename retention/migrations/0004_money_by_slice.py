import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def derive_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("retention", "RollupState").objects.update(all_stale=True)


class Migration(migrations.Migration):
    """Money is kept by branch and source too, so that filtered figures are read from it. A key
    of several columns cannot be altered: the table is made anew and filled by the next rebuild."""

    dependencies = [
        ("retention", "0003_money_in_order_of_days"),
    ]

    operations = [
        migrations.DeleteModel(name="CustomerMoney"),
        migrations.CreateModel(
            name="Slice",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("branch_id", models.BigIntegerField()),
                ("source", models.CharField(max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("branch_id", "source"), name="retention_slice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerMoney",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "customer_id",
                        "day",
                        "currency",
                        "slice_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                ("day", models.IntegerField()),
                (
                    "slice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.slice",
                    ),
                ),
                ("purchases", models.IntegerField()),
                ("repeats", models.IntegerField()),
                ("month", models.IntegerField()),
                ("cohort", models.IntegerField()),
                ("first_day", models.IntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("refunds_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
            ],
            options={
                "verbose_name_plural": "customer money",
                "indexes": [
                    models.Index(
                        fields=["day", "customer", "currency", "gross_minor", "refunds_minor"],
                        name="customer_money_by_day",
                    ),
                    models.Index(
                        condition=models.Q(("purchases", 0)),
                        fields=["day", "customer", "currency", "refunds_minor"],
                        name="customer_refunds_by_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestSlice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "currency",
                        "slice_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.IntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("purchases", models.IntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("refunds_minor", models.BigIntegerField()),
                (
                    "slice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.slice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SliceMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month",
                        "cohort",
                        "currency",
                        "slice_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.IntegerField()),
                ("cohort", models.IntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("purchases", models.IntegerField()),
                ("repeats", models.IntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("refunds_minor", models.BigIntegerField()),
                (
                    "slice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.slice",
                    ),
                ),
            ],
        ),
        migrations.RunPython(derive_again, migrations.RunPython.noop),
    ]

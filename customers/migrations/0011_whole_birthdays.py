"""A year alone is no birthday: what is unknown had slipped past the check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_purchases_in_order_of_days")]
    operations = [
        migrations.RemoveConstraint(model_name="customer", name="customers_birthday_whole"),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(birth_month=None, birth_day=None, birth_year=None)
                | models.Q(
                    birth_month__isnull=False,
                    birth_month__range=(1, 12),
                    birth_day__isnull=False,
                    birth_day__range=(1, 31),
                ),
                name="customers_birthday_whole",
            ),
        ),
    ]

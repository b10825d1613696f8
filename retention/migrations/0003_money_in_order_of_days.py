from django.db import migrations, models


class Migration(migrations.Migration):
    """What the lost had paid is read from an index alone, of the days asked for alone."""

    dependencies = [("retention", "0002_cohort_lists_by_day")]

    operations = [
        migrations.RemoveIndex(model_name="customermoney", name="customer_refund_days"),
        migrations.AddIndex(
            model_name="customermoney",
            index=models.Index(
                fields=["day", "customer", "currency", "gross_minor", "refunds_minor"],
                name="customer_money_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="customermoney",
            index=models.Index(
                fields=["day", "customer", "currency", "refunds_minor"],
                condition=models.Q(purchases=0),
                name="customer_refunds_by_day",
            ),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """A cohort's list is read in the order of days: the index by cohort only cost each refresh."""

    dependencies = [("retention", "0001_rollups")]

    operations = [
        migrations.RemoveIndex(model_name="customerday", name="customer_day_by_cohort"),
    ]

"""A refund says whether its customer was named or is its purchase's, to follow that one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_count_other_currencies")]
    operations = [
        migrations.AddField(
            model_name="refund",
            name="customer_named",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

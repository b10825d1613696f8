"""A refund says whether it was entered by hand: its source is its purchase's, and says nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0024_national_numbers")]
    operations = [
        migrations.AddField(
            model_name="refund",
            name="by_hand",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

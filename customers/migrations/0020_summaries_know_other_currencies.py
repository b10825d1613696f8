"""How many purchases an average of the shop's currency must leave out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0019_consents_by_address")]
    operations = [
        migrations.AddField(
            model_name="purchasesummary",
            name="elsewhere",
            field=models.IntegerField(default=0),
        ),
    ]

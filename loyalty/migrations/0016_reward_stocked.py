from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0015_tenders")]

    operations = [
        migrations.AddField(
            model_name="reward", name="stocked", field=models.IntegerField(null=True)
        ),
    ]

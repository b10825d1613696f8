from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0019_progress_names_its_period")]

    operations = [
        migrations.AddField(
            model_name="reward", name="stocked", field=models.IntegerField(null=True)
        ),
    ]

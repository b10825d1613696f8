"""The words of subjects, by which mails that came in are searched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0009_refused_mails"),
    ]

    operations = [
        migrations.AddField(
            model_name="incomingmail",
            name="subject_key",
            field=models.CharField(blank=True, db_default="", max_length=400),
        ),
    ]

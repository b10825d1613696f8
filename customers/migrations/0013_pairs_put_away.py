"""Two files that look like one person are put away by a word, and stay so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_fold_every_script")]
    operations = [
        migrations.AddField(
            model_name="possibleduplicate",
            name="dismissed_at",
            field=models.DateTimeField(null=True),
        ),
    ]

"""All progress names its repetition, and the best of one are found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0018_progress_is_of_the_first_day")]

    operations = [
        migrations.AlterField(
            model_name="challengeprogress", name="period", field=models.DateField()
        ),
        migrations.RemoveIndex(model_name="challengeprogress", name="loyalty_progress_best"),
        migrations.AddIndex(
            model_name="challengeprogress",
            index=models.Index(
                fields=["challenge", "period", "-value"], name="loyalty_progress_best"
            ),
        ),
    ]

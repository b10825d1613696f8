"""Challenges may come again; progress says in which repetition it stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0016_telling")]

    operations = [
        migrations.AddField(
            model_name="challenge",
            name="repeats",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Once"),
                    ("week", "Every week, from Monday"),
                    ("month", "Every calendar month"),
                    ("quarter", "Every calendar quarter"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="challenge", name="last_day", field=models.DateField(null=True)
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(last_day__isnull=False) | ~models.Q(repeats=""),
                name="loyalty_challenge_ends_or_repeats",
            ),
        ),
        migrations.AddIndex(
            model_name="challengefinish",
            index=models.Index(
                fields=["challenge", "period", "-at"], name="loyalty_finishes_of_period"
            ),
        ),
        migrations.AddField(
            model_name="challengeprogress",
            name="period",
            field=models.DateField(null=True),
        ),
    ]

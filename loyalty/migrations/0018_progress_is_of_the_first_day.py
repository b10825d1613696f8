"""Until now no challenge came again: all progress is of the period that begins with its first day."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_periods(apps, schema_editor):
    challenges = apps.get_model("loyalty", "Challenge").objects.filter(pk=OuterRef("challenge"))
    progress = apps.get_model("loyalty", "ChallengeProgress").objects.filter(period=None)
    progress.update(period=Subquery(challenges.values("first_day")))


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0017_challenges_repeat")]

    operations = [migrations.RunPython(name_periods, migrations.RunPython.noop)]

"""What is in stock and what was claimed of it add up to what was put there."""

from typing import Any

from django.db import migrations
from django.db.models import F


def count(apps: Any, schema_editor: Any) -> None:
    rewards = apps.get_model("loyalty", "Reward").objects.filter(stock__isnull=False)
    claims = apps.get_model("loyalty", "RewardClaim").objects.exclude(state="cancelled")
    for reward in rewards.iterator():
        live = claims.filter(reward=reward).count()
        rewards.filter(pk=reward.pk).update(stocked=F("stock") + live)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0020_reward_stocked")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]

"""What was written once is logged once, from however many tabs."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0026_which_refunds_were_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="interaction",
            name="draft_key",
            field=models.CharField(max_length=36, null=True),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(draft_key__isnull=False),
                fields=["actor", "draft_key"],
                name="interaction_once_per_draft",
            ),
        ),
    ]

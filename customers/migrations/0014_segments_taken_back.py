"""A deleted segment stays until the deletion can no longer be taken back; its name is free at
once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_pairs_put_away")]
    operations = [
        migrations.AddField(
            model_name="segment",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="segment",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.UniqueConstraint(
                condition=models.Q(deleted_at=None), fields=("name",), name="segment_name_once"
            ),
        ),
    ]

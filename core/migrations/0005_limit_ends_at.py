from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    """When a window is over; those counted so far are taken to be."""

    dependencies = [("core", "0004_shop_color")]

    operations = [
        migrations.AddField(
            "RateLimit",
            "ends_at",
            models.DateTimeField(default=datetime(2000, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddIndex("RateLimit", models.Index(fields=["ends_at"], name="core_limit_over")),
    ]

"""What the deliverability page counts as refused at the door, by when it was offered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0008_kinds_of_mailbox_trouble"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("reason", "refused"), ("state", "failed")),
                fields=["sender", "claimed_at"],
                name="message_refused",
            ),
        ),
    ]

"""What a running mailing's progress and a sender's meter are counted from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0004_sender_settings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["send", "state", "reason"], name="message_send_state"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("out_at__isnull", False)),
                fields=["sender", "out_at"],
                name="message_sender_out",
            ),
        ),
    ]

"""What was reported about a message after it had gone: arrived, came back, unwanted."""

from django.db import migrations, models

from core.triggers import forbid, lifted

FINAL = "'sent', 'failed', 'suppressed', 'expired'"
# As they stand since 0002; put up again, since SQLite forgets them when it changes the table.
GUARDS = [
    forbid(
        "messaging_message",
        "final",
        event="UPDATE OF state",
        condition=f"OLD.state IN ({FINAL}) AND NEW.state <> OLD.state",
        message="a message in a final state stays in it",
    ),
    forbid(
        "messaging_message",
        "claimed_first",
        event="UPDATE OF state",
        condition="NEW.state = 'attempting' AND OLD.state <> 'claimed'",
        message="only a claimed message is attempted",
    ),
    forbid(
        "messaging_message",
        "never_twice",
        event="UPDATE OF state",
        condition=(
            "OLD.state = 'uncertain' AND NEW.state = 'retry' AND OLD.message_class <> 'service'"
        ),
        message="only a service mail may go out a second time",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_progress_indexes")]

    operations = [
        *map(lifted, GUARDS),
        migrations.AddField("message", "delivered_at", models.DateTimeField(null=True)),
        migrations.AddField("message", "bounced_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "message",
            "bounce",
            models.CharField(
                blank=True,
                choices=[
                    ("hard", "The address does not exist"),
                    ("soft", "Could not be delivered"),
                ],
                db_default="",
                max_length=4,
            ),
        ),
        migrations.AddField("message", "complained_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["id"],
                condition=models.Q(("bounced_at__isnull", False)),
                name="message_bounced",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["id"],
                condition=models.Q(("complained_at__isnull", False)),
                name="message_complained",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["provider_id"],
                condition=models.Q(("provider_id", ""), _negated=True),
                name="message_at_provider",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bounce", ""), ("bounced_at", None)),
                    models.Q(("bounce__in", ["hard", "soft"]), ("bounced_at__isnull", False)),
                    _connector="OR",
                ),
                name="messaging_message_bounce",
            ),
        ),
        *GUARDS,
    ]

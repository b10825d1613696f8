"""Why a mailbox cannot be read, and mails that are left in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0007_delivery_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="trouble",
            field=models.CharField(
                blank=True,
                choices=[
                    ("auth", "The mail server refuses user name or password"),
                    ("folder", "There is no such folder"),
                    ("connect", "The mail server cannot be reached"),
                    ("tls", "The connection is not private: the server's certificate is not valid"),
                    ("answer", "The mail server gives an answer that cannot be understood"),
                    ("secret", "The password cannot be read any more: enter it anew"),
                ],
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="incomingmail",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown", "Nobody on file has this address"),
                    ("unproved", "The address is on file, but nothing proves who wrote"),
                    ("other_sender", "It answers a mail that went to somebody else"),
                    ("forged", "The mail server says that the sender is forged"),
                    ("no_sender", "It does not say who wrote it"),
                    ("too_large", "Too large: only its head was read"),
                    ("unreadable", "It could not be read; the whole mail is attached"),
                    ("left", "Reading it failed several times: it lies in the mailbox still"),
                    (
                        "taken_back",
                        "Somebody took it back from a customer or from what was set aside",
                    ),
                ],
                max_length=20,
            ),
        ),
    ]

"""The words of the subjects that are there already: batch by batch, folded by the database.
Repeating it changes nothing."""

import re

from django.db import migrations

BATCH = 1_000
WORD = re.compile(r"[^\W_]+")


def fill(apps, schema_editor):
    mails, last = apps.get_model("messaging", "IncomingMail"), 0
    while rows := folded_after(last, schema_editor.connection):
        found = [mails(pk=pk, subject_key=key_of(folded)) for pk, folded in rows]
        mails.objects.bulk_update(found, ["subject_key"], batch_size=200)
        last = rows[-1][0]


def folded_after(last, connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, perennial_fold(subject) FROM messaging_incomingmail "
            "WHERE id > %s AND subject <> '' ORDER BY id LIMIT %s",
            [last, BATCH],
        )
        return cursor.fetchall()


def key_of(folded):
    words = dict.fromkeys(word[:40] for word in WORD.findall(folded))
    return " ".join(words)[:400]


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0012_fold_every_script"),
        ("messaging", "0010_subjects_of_incoming_mails"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

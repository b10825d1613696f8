"""What subjects are searched by: PostgreSQL asks an index of their words, SQLite walks a narrow
index of the subjects."""

from django.db import migrations, models

WORDS = (
    "CREATE INDEX incoming_subject_words ON messaging_incomingmail "
    "USING gin (array_to_tsvector(string_to_array(subject_key, ' ')))"
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WORDS)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS incoming_subject_words")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0011_words_of_subjects")]

    operations = [
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["subject_key"], name="incoming_subject"),
        ),
        migrations.RunPython(create, remove),
    ]

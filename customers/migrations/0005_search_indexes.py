"""What PostgreSQL searches by: names by their words, contacts by any part of them.

SQLite needs neither: it walks an index of names or the narrow table of contacts, which is fast
at the size of a shop that uses it. Names are split at the signs in which words may be joined.
"""

from django.db import migrations

MAKE = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX customers_name_words ON customers_customer USING gin "
    "(to_tsvector('simple', translate(name_key, '-''’.@/_', '       ')))",
    "CREATE INDEX identity_key_parts ON customers_identity USING gin (key gin_trgm_ops)",
]
DROP = [
    "DROP INDEX IF EXISTS identity_key_parts",
    "DROP INDEX IF EXISTS customers_name_words",
]


def create(apps, schema_editor):
    run(schema_editor, MAKE)


def remove(apps, schema_editor):
    run(schema_editor, DROP)


def run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_search_words")]
    operations = [migrations.RunPython(create, remove)]

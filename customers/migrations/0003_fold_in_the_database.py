"""`core.text.fold` as a function of PostgreSQL; SQLite is given Python's own by each connection.

Plain ASCII, most of what is stored, takes the short way. Lower-casing uses ICU's root collation
where the server has it, so that the database's own locale does not matter.
"""

from django.db import migrations

STROKES = {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ð": "d", "ς": "σ"}
DOUBLES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
MARKS = "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"

FUNCTION = """
CREATE OR REPLACE FUNCTION perennial_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(value) = length(value)
        THEN lower(value COLLATE "C")
        ELSE regexp_replace(normalize({lowered}, NFKD), '{marks}', '', 'g') COLLATE "C"
    END
$$
"""


def _lowered(collation: str) -> str:
    text = f"lower(value{collation})"
    for letter, plain in DOUBLES.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return f"translate({text}, '{''.join(STROKES)}', '{''.join(STROKES.values())}')"


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        collation = ' COLLATE "und-x-icu"' if cursor.fetchone() else ""
    schema_editor.execute(FUNCTION.format(lowered=_lowered(collation), marks=MARKS))


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS perennial_fold(text)")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_consent_append_only")]
    operations = [migrations.RunPython(create, remove)]

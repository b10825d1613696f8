"""The topics that nearly every shop has; settings change them."""

from django.db import migrations

TOPICS = [
    (
        "newsletter",
        "general",
        {"en": "Newsletter", "pl": "Newsletter", "cs": "Newsletter", "ro": "Buletin informativ"},
    ),
    (
        "offers",
        "general",
        {
            "en": "Offers and sales",
            "pl": "Oferty i wyprzedaże",
            "cs": "Nabídky a slevy",
            "ro": "Oferte și reduceri",
        },
    ),
    (
        "birthday",
        "birthday",
        {
            "en": "Birthday greetings",
            "pl": "Życzenia urodzinowe",
            "cs": "Přání k narozeninám",
            "ro": "Felicitări de ziua de naștere",
        },
    ),
    (
        "surveys",
        "survey",
        {
            "en": "Questions about your satisfaction",
            "pl": "Pytania o Państwa zadowolenie",
            "cs": "Dotazy na Vaši spokojenost",
            "ro": "Întrebări despre mulțumirea dumneavoastră",
        },
    ),
]


def make_topics(apps, schema_editor):
    topics = apps.get_model("customers", "Topic").objects
    for position, (key, nature, names) in enumerate(TOPICS):
        values = {"nature": nature, "names": names, "position": position}
        topics.get_or_create(key=key, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_preferences")]
    operations = [migrations.RunPython(make_topics, migrations.RunPython.noop)]

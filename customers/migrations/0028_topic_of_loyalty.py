"""What members hear of the loyalty programme is a topic of its own, to be left on its own."""

from django.db import migrations

NAMES = {
    "en": "News of your points and rewards",
    "pl": "Wiadomości o punktach i nagrodach",
    "cs": "Zprávy o bodech a odměnách",
    "ro": "Vești despre puncte și recompense",
}


def make_topic(apps, schema_editor):
    topics = apps.get_model("customers", "Topic").objects
    last = topics.order_by("-position").first()
    values = {
        "nature": "general",
        "names": NAMES,
        "position": last.position + 1 if last else 0,
    }
    topics.get_or_create(key="loyalty", defaults=values)


class Migration(migrations.Migration):
    dependencies = [("customers", "0027_interactions_logged_once")]
    operations = [migrations.RunPython(make_topic, migrations.RunPython.noop)]

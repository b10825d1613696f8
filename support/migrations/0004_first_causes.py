from django.db import migrations

# The causes that `support.categories` has words for, as they were when this was written.
FIRST = {
    "product": ("broken", "stopped", "incomplete", "unlike"),
    "delivery": ("late", "wrong", "damaged", "lost"),
    "staff": ("rude", "advice"),
    "billing": ("charged", "price"),
    "loyalty": ("points", "coupon"),
    "website": ("order", "account"),
    "information": ("missing", "misleading"),
    "other": (),
}


def make(apps, schema_editor):
    causes = apps.get_model("support", "Category").objects
    for key, finer in FIRST.items():
        above, _made = causes.get_or_create(key=key)
        for part in finer:
            causes.get_or_create(key=f"{key}-{part}", defaults={"parent": above})


class Migration(migrations.Migration):
    dependencies = [("support", "0003_case_log_append_only")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

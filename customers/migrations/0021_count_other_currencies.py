"""Who bought in several currencies gets a summary that tells them apart."""

from django.db import migrations

_MARK = """
INSERT INTO customers_stalesummary (customer_id)
SELECT DISTINCT customer_id FROM customers_purchase
WHERE customer_id IS NOT NULL AND counts
    AND currency <> (SELECT currency FROM core_shop ORDER BY id LIMIT 1)
ON CONFLICT (customer_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_shop_color"),
        ("customers", "0020_summaries_know_other_currencies"),
    ]
    operations = [migrations.RunSQL(_MARK, migrations.RunSQL.noop)]

"""Indexes for the customer page's timeline and the day page: each list reads one of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_import_runs")]

    operations = [
        migrations.AddIndex(
            model_name="consententry",
            index=models.Index(
                fields=["customer", "occurred_at", "id"], name="consent_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["customer", "due_on"],
                condition=models.Q(("done_at", None)),
                name="follow_up_open_of_customer",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["customer", "done_at", "id"],
                condition=models.Q(("done_at__isnull", False)),
                name="follow_up_done_of_customer",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["done_at"],
                condition=models.Q(("done_at__isnull", False)),
                name="follow_up_done_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["occurred_at"], name="interaction_by_time"),
        ),
    ]

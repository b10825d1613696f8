"""What retention puts into the registries."""

from django.apps import apps

from core.demo import left_empty
from core.jobs import due_jobs
from customers.observers import purchase_observers
from retention import page_registrations, privacy  # noqa: F401
from retention.services.freshness import ROLLUP_JOB
from retention.services.marks import mark_stale

purchase_observers.register("retention", mark_stale)
due_jobs.register("retention-rollups", ROLLUP_JOB)
for model in apps.get_app_config("retention").get_models():
    left_empty.register(model._meta.label, "derived from purchases")

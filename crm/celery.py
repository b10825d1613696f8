"""Celery rings the bell: every job is a row that is due, found again when a task is lost."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
app = Celery("perennial")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {"task": f"core.tasks.{name}", "schedule": 10, "options": {"expires": 10}}
    for name in ("run_due_jobs", "run_slow_jobs")
}

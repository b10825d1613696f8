"""Wiring: settings, addresses, start-up. Imports every app; no app imports it."""

from crm.celery import app as celery_app

__all__ = ["celery_app"]

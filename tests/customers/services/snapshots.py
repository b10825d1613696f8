"""All that stands in the customer tables and the audit trail, to be compared before and after."""

from contextlib import contextmanager

from django.apps import apps

from core.models import AuditEntry, JobState


def everything(*, besides=()):
    """Every row of every table of the app, and the audit trail; `besides` names models left out."""
    models = [*apps.get_app_config("customers").get_models(), AuditEntry, JobState]
    return {
        model._meta.label: sorted(map(repr, model.objects.values()))
        for model in models
        if model not in besides
    }


@contextmanager
def nothing_changes(*, besides=()):
    """Whatever happens inside leaves all rows as they are."""
    before = everything(besides=besides)
    yield
    assert everything(besides=besides) == before


def acts():
    """The audit trail from its beginning: actor, action, target, details."""
    return [
        (entry.actor, entry.action, f"{entry.object_type}:{entry.object_id}", entry.details)
        for entry in AuditEntry.objects.order_by("pk")
    ]

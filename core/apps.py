from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks, demo, privacy_map  # noqa: F401  (fill the registries)
        from core.guards import restore_guards
        from core.jobs import due_jobs
        from core.services.audit import SEAL_JOB
        from core.services.limits import LIMITS_JOB

        due_jobs.register("seal-audit", SEAL_JOB)
        due_jobs.register("forget-limits", LIMITS_JOB)
        post_migrate.connect(restore_guards, dispatch_uid="core.guards")

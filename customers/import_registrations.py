"""Imports, purchases and summaries in the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import left_empty
from core.jobs import due_jobs
from core.navigation import Link, SetUpStep, quick_actions, set_up_steps, settings_pages
from core.services.shop import currency_observers, zone_observers
from customers.models import ImportProblem, ImportRun, Purchase
from customers.observers import purchase_observers
from customers.panels import CustomerAction, customer_actions
from customers.services.import_work import IMPORT_JOB
from customers.services.importing import FORGET_JOB, JOB
from customers.services.summaries import SUMMARIES_JOB, mark_all_stale, on_purchases_changed
from customers.services.zone_change import derive_local_days

purchase_observers.register("summaries", on_purchases_changed)
zone_observers.register("purchases", derive_local_days)
currency_observers.register("summaries", mark_all_stale)
due_jobs.register(JOB, IMPORT_JOB)
due_jobs.register("import_files", FORGET_JOB)
due_jobs.register("summaries", SUMMARIES_JOB)

policy.register(
    "customers:imports", "customers:import_run", read=policy.MANAGERS, write=policy.MANAGERS
)
policy.register("customers:import_progress", "customers:import_rejected", read=policy.MANAGERS)
policy.register(
    "customers:import_start",
    "customers:import_stop",
    "customers:import_continue",
    "customers:import_discard",
    write=policy.MANAGERS,
)
policy.register("customers:purchase_pick", read=policy.SUPPORT_UP)
policy.register(
    "customers:purchase_new",
    "customers:purchase_guest",
    "customers:refund_new",
    read=policy.SUPPORT_UP,
    write=policy.SUPPORT_UP,
)
policy.register("customers:purchase_undo", "customers:refund_undo", write=policy.SUPPORT_UP)
settings_pages.register(
    "customers:imports",
    Link(
        _("Import"),
        "customers:imports",
        "file-earmark-arrow-up",
        10,
        sections=("customers:imports", "customers:import_run"),
    ),
)
quick_actions.register("purchase", Link(_("Purchase"), "customers:purchase_pick", "bag-plus", 40))
set_up_steps.register(
    "import",
    SetUpStep(
        _("Import your customers and purchases"),
        _("From a CSV file of your shop or till."),
        "customers:imports",
        30,
        Purchase.objects.exists,
    ),
)
customer_actions.register(
    "purchase", CustomerAction(_("New purchase"), "customers:purchase_new", "bag-plus", 30)
)

privacy.register(
    ImportRun,
    owner=None,
    blank=["file"],
    impersonal=[
        "kind",
        "status",
        "filename",
        "options",
        "expected",
        "refusal",
        "lease_until",
        "lease_token",
        "created_at",
        "started_at",
        "finished_at",
    ],
)
privacy.register(ImportProblem, owner=None, delete_row=True)
left_empty.register("customers.ImportRun", "filled when somebody imports a file")
left_empty.register("customers.ImportProblem", "filled when a row of a file is not taken")

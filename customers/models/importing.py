from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    """What a file holds."""

    PURCHASES = "purchases", _("Purchases")
    CUSTOMERS = "customers", _("Customers")


class ImportStatus(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Read, not checked yet")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to import")
    RUNNING = "running", _("Being imported")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class ImportRun(models.Model):
    """One file that somebody brought, from the upload to its result.

    `file` is the file, gzipped; emptied a week after the end. `options` say how it is read
    (encoding, separator, columns, zone, currency, source, prefixes). `expected` holds the
    numbers of the check. Progress (`rows_done`, `documents_done` and the counts) is written in
    the transaction of the work it counts, so that a killed import goes on where it was. A
    worker holds the run while `lease_until` lies ahead and `lease_token` is its own.
    """

    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    status = models.CharField(
        max_length=10, choices=ImportStatus.choices, default=ImportStatus.UPLOADED
    )
    filename = models.CharField(max_length=200)
    file = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    options = models.JSONField(default=dict)
    expected = models.JSONField(default=dict)
    refusal = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    documents_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    customers_created = models.PositiveIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(status__in=["checking", "running"]),
                name="import_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or will soon."""
        return self.status in {ImportStatus.CHECKING, ImportStatus.RUNNING}


class ImportProblem(models.Model):
    """A row that was not imported, in the file's own cells, and why.

    `code` and `values` are worded in the reader's language. `is_rejected` False: rightly left
    out (nothing paid), so not among the rows to be put right.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    is_rejected = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "is_rejected", "row", "id"], name="problem_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"

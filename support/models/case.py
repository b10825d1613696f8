from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Branch
from customers.models import Customer, Interaction, Purchase
from support.models.calendar import BusinessCalendar
from support.rules.states import State, Step


class CaseKind(models.TextChoices):
    """What somebody wants."""

    COMPLAINT = "complaint", _("Complaint")
    QUESTION = "question", _("Question")
    HELP = "help", _("Technical help")
    SUGGESTION = "suggestion", _("Suggestion")


class CaseState(models.TextChoices):
    """Where it stands; see `support.rules.states`."""

    NEW = State.NEW.value, pgettext_lazy("of a case", "New")
    IN_PROGRESS = State.IN_PROGRESS.value, _("In progress")
    WAITING = State.WAITING.value, _("Waiting for the customer")
    RESOLVED = State.RESOLVED.value, pgettext_lazy("of a case", "Resolved")
    CLOSED = State.CLOSED.value, pgettext_lazy("of a case", "Closed")
    MERGED = State.MERGED.value, _("Joined to another")


class Severity(models.IntegerChoices):
    """How grave it is: 1 is worst."""

    CRITICAL = 1, _("Critical")
    HIGH = 2, pgettext_lazy("of a case", "High")
    NORMAL = 3, pgettext_lazy("of a case", "Normal")
    LOW = 4, pgettext_lazy("of a case", "Low")


class Remedy(models.TextChoices):
    """What the customer asks for."""

    REFUND = "refund", _("Money back")
    REPLACE = "replace", _("Replacement")
    REPAIR = "repair", _("Repair")
    PRICE_CUT = "price_cut", _("Lower price")
    APOLOGY = "apology", _("Apology")
    INFORMATION = "information", _("Information")
    OTHER = "other", _("Something else")


class Decision(models.TextChoices):
    """What was decided."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    GOODWILL = "goodwill", _("Goodwill")
    ANSWERED = "answered", _("Answered")


class Category(models.Model):
    """A cause of cases: a tree of two levels, used at intake and as the root cause."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    key = models.SlugField(max_length=40, unique=True)
    # Empty: one of the first ones, told in the reader's language (`support.categories`).
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80, blank=True)
    default_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="support_category_no_circle"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.key


class ServiceTarget(models.Model):
    """How many minutes a case of a kind and severity may take: to acknowledge by the clock on the
    wall, to respond and to resolve in business time. A change holds for cases that come later."""

    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    acknowledge = models.PositiveIntegerField()
    respond = models.PositiveIntegerField()
    resolve = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "severity"], name="support_target_once"),
            models.CheckConstraint(
                condition=Q(acknowledge__gte=1, respond__gte=1, resolve__gte=F("respond")),
                name="support_target_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.severity}"


class CaseNumber(models.Model):
    """The last number that was given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"


class Case(models.Model):
    """A complaint, question, call for help or suggestion, with its owner, deadlines and decision.

    What happened stands in its log (`CaseEntry`), which is never changed; state, due times and
    counts are derived from it by the services and stored, so that badge, list, sort and escalation
    read the same. The targets and the calendar are copied when it comes in. `received_at` is when
    the customer told us, not when it was typed.
    """

    number = models.CharField(max_length=20, unique=True)
    # What it was opened by, once: a form sent twice, a mail read twice.
    key = models.CharField(max_length=60, null=True, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind.choices)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="cases")
    subject = models.CharField(_("subject"), max_length=160)
    description = models.TextField(_("what happened"), max_length=10_000, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="cases")
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.NORMAL
    )
    purchase = models.ForeignKey(Purchase, models.SET_NULL, null=True, related_name="+")
    order = models.CharField(_("order number"), max_length=120, blank=True)
    product = models.CharField(_("product"), max_length=200, blank=True)
    remedy = models.CharField(
        _("remedy asked for"), max_length=12, choices=Remedy.choices, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="cases"
    )
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.NEW)
    received_at = models.DateTimeField(_("received"))
    created_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    waiting_until = models.DateField(null=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    decision_reason = models.TextField(max_length=10_000, blank=True)
    root_cause = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    corrective_action = models.TextField(max_length=2_000, blank=True)
    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="+")
    target_acknowledge = models.PositiveIntegerField()
    target_respond = models.PositiveIntegerField()
    target_resolve = models.PositiveIntegerField()
    due_acknowledge = models.DateTimeField(null=True)
    due_respond = models.DateTimeField(null=True)
    due_resolve = models.DateTimeField(null=True)
    # The nearest of what is due: what lists are sorted and counted by.
    due_next = models.DateTimeField(null=True)
    legal_rule = models.CharField(max_length=20, blank=True)
    legal_due_on = models.DateField(null=True)
    promised_at = models.DateTimeField(null=True)
    cycles = models.PositiveSmallIntegerField(default=1)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    follow_up_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="follow_ups")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="support_case_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CaseState.RESOLVED, CaseState.CLOSED])
                | (Q(resolved_at__isnull=False) & ~Q(decision="")),
                name="support_case_resolved_by_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.CLOSED) | Q(closed_at__isnull=False),
                name="support_case_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.MERGED, merged_into__isnull=False)
                | (~Q(state=CaseState.MERGED) & Q(merged_into=None)),
                name="support_case_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="support_case_not_into_itself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_next", "id"],
                condition=Q(state__in=["new", "in_progress", "waiting"]),
                name="support_case_open_by_due",
            ),
            models.Index(
                fields=["owner", "due_next", "id"],
                condition=Q(state__in=["new", "in_progress", "waiting"]),
                name="support_case_open_of_owner",
            ),
            models.Index(fields=["customer", "-received_at"], name="support_case_of_customer"),
            models.Index(fields=["-received_at", "-id"], name="support_case_newest"),
            models.Index(
                fields=["legal_due_on", "id"],
                condition=Q(legal_due_on__isnull=False)
                & Q(state__in=["new", "in_progress", "waiting"]),
                name="support_case_open_by_law",
            ),
            models.Index(fields=["state", "resolved_at"], name="support_case_to_close"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do for the shop or the customer."""
        return self.state in {CaseState.NEW, CaseState.IN_PROGRESS, CaseState.WAITING}


class CaseEntry(models.Model):
    """One step of a case: never changed or deleted. `at` is when it happened, `recorded_at` when it
    was written down."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    step = models.CharField(max_length=12, choices=[(step.value, step.value) for step in Step])
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    details = models.JSONField(default=dict)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        indexes = [models.Index(fields=["case", "at", "id"], name="support_entry_of_case")]

    def __str__(self) -> str:
        return f"{self.step} of case {self.case_id}"


class CaseContact(models.Model):
    """A talk that belongs to a case: a call, a mail, a note; each to one case at most."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts")
    interaction = models.OneToOneField(Interaction, models.CASCADE, related_name="case_contact")

    def __str__(self) -> str:
        return f"interaction {self.interaction_id} of case {self.case_id}"

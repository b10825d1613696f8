"""What members are told, as the programme's page shows it: each kind with its switch, its day, and
what went out; and the list behind each number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from accounts.requests import StaffRequest
from core.templatetags.ui import whole
from customers.access import visible_customers
from customers.masking import shown_name
from customers.models import Customer
from loyalty.models import Account, Lot, News, Programme, TellingRule, Told
from loyalty.rules.lots import LotState
from loyalty.services.telling import TEMPLATES
from loyalty.services.telling_rules import EXPIRY, rules_of
from messaging.models import ON_THE_WAY, WAITS, MessageState, Template
from messaging.outbox_words import icon, reason_words, tone

SINCE = timedelta(days=28)
PAGE = 50
GOES = (MessageState.SENT, *WAITS, *ON_THE_WAY)
STATES: Mapping[str, tuple[str | Promise, Q]] = {
    "sent": (pgettext_lazy("mails", "Sent"), Q(message__state=MessageState.SENT)),
    "waits": (pgettext_lazy("mails", "On the way"), Q(message__state__in=(*WAITS, *ON_THE_WAY))),
    "unsaid": (
        pgettext_lazy("mails", "Not sent"),
        Q(message=None) | Q(message__isnull=False) & ~Q(message__state__in=GOES),
    ),
}


@dataclass(frozen=True, slots=True)
class Number:
    """How many, and the list behind it."""

    label: str | Promise
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of news on the page."""

    kind: str
    label: str | Promise
    is_on: bool
    when: str
    template: Template | None
    href: str
    numbers: list[Number]


def rows(request: StaffRequest, programme: Programme, now: datetime) -> list[Row]:
    """Every kind in its order; numbers are of the last 28 days, of customers whom one may see."""
    rules = rules_of(programme)
    templates = {row.key: row for row in Template.objects.filter(key__in=set(TEMPLATES.values()))}
    counts = _counts(request, programme, now)
    return [
        Row(
            kind=kind,
            label=News(kind).label,
            is_on=rule.is_on,
            when=when(rule),
            template=templates.get(TEMPLATES[kind]),
            href=reverse("loyalty:told", args=[kind]),
            numbers=[_number(kind, state, counts.get(kind, {})) for state in STATES],
        )
        for kind, rule in rules.items()
    ]


def _number(kind: str, state: str, counts: Mapping[str, int]) -> Number:
    query = urlencode({"state": state, "days": SINCE.days})
    address = f"{reverse('loyalty:told', args=[kind])}?{query}#list"
    return Number(STATES[state][0], whole(counts.get(state, 0)), address)


def _counts(
    request: StaffRequest, programme: Programme, now: datetime
) -> dict[str, dict[str, int]]:
    mine = told_of(request, programme).filter(at__gt=now - SINCE)
    sums = {state: Count("pk", filter=which) for state, (_label, which) in STATES.items()}
    found = mine.order_by().values_list("kind").annotate(**sums)
    return {kind: dict(zip(STATES, counts, strict=True)) for kind, *counts in found}


def told_of(request: StaffRequest, programme: Programme) -> QuerySet[Told]:
    """What customers whom the person may see were told, or not."""
    people = visible_customers(request)
    return Told.objects.filter(account__programme=programme, account__customer__in=people)


def when(rule: TellingRule) -> str:
    """'7 days before the last day', 'on day 3 of each month', or 'as it happens'."""
    days = rule.days or 0
    if rule.kind == News.STATEMENT:
        return str(_("on day %(day)s of each month")) % {"day": days}
    if rule.kind in (*EXPIRY, News.TIER_ENDING):
        words = ngettext(
            "%(days)s day before the last day", "%(days)s days before the last day", days
        )
        return words % {"days": whole(days)}
    return str(_("as it happens"))


@dataclass(frozen=True, slots=True)
class Line:
    """One member and what became of it."""

    row: Told
    name: str
    subject: date | None
    state: str | Promise
    tone: str
    icon: str
    reason: str | Promise


def lines(request: StaffRequest, programme: Programme, kind: str, now: datetime) -> dict[str, Any]:
    """A page of what was told of a kind, newest first, as the address asks."""
    found = told_of(request, programme).filter(kind=kind)
    asked: dict[str, Any] = {}
    state = request.GET.get("state", "")
    if state in STATES:
        asked["state"], found = state, found.filter(STATES[state][1])
    if request.GET.get("days") == f"{SINCE.days}":
        asked["days"], found = SINCE.days, found.filter(at__gt=now - SINCE)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    shown = list(found.select_related("account__customer", "message").order_by("-pk")[: PAGE + 1])
    older = urlencode({**asked, "before": shown[PAGE - 1].pk}) if len(shown) > PAGE else ""
    return {
        "lines": [_line(row, request.user) for row in shown[:PAGE]],
        "older": older,
        "state": asked.get("state", ""),
        "recent": "days" in asked,
        "states": [(key, label) for key, (label, _which) in STATES.items()],
    }


def _line(row: Told, user: User) -> Line:
    assert row.account.customer is not None, "of customers only"
    message = row.message
    state: str | Promise = _("Not sent")
    reason: str | Promise = row.get_reason_display()
    if message is None:
        look = ("plain", "slash-circle")
    else:
        state, look = message.get_state_display(), (tone(message.state), icon(message.state))
        reason = "" if message.state == MessageState.SENT else reason_words(message.reason)
    return Line(row, shown_name(user, row.account.customer), _day(row), state, *look, reason)


def _day(row: Told) -> date | None:
    """The day or month that it is about."""
    try:
        return date.fromisoformat(row.occasion.rpartition(":")[2])
    except ValueError:
        return None


def somebody(request: StaffRequest, programme: Programme, kind: str) -> Customer | None:
    """A customer to show the mail with: whose points lapse soonest, else who has most."""
    people = visible_customers(request).filter(language__gt="")
    if kind in EXPIRY:
        lots = Lot.objects.filter(
            state=LotState.OPEN,
            remaining__gte=max(1, programme.notice_least),
            expires_at__isnull=False,
            account__programme=programme,
            account__customer__in=people,
        )
        lot = lots.select_related("account__customer").order_by("expires_at", "pk").first()
        if lot is not None:
            return lot.account.customer
    rows = Account.objects.filter(programme=programme, customer__in=people, available__gt=0)
    richest = rows.select_related("customer").order_by("-available", "pk").first()
    return richest.customer if richest else None

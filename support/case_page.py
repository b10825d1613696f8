"""What the page of a case shows."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from core.templatetags.ui import money
from customers.file_timeline import CHANNEL_ICONS, interaction_title
from customers.masking import shown_name
from customers.models import Channel, Direction, Interaction
from support.case_words import LogLine, log_of
from support.categories import path_of
from support.clock_tiles import Tile, tiles_of
from support.models import Case, CaseContact, CaseState, Severity
from support.rules.states import Step

# So many talks are shown; the others stand on the customer's timeline.
MOST_TALKS, MOST_OTHERS = 200, 20
TONES = {Severity.CRITICAL: "bad", Severity.HIGH: "accent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One thing that was said; `css` tells theirs, ours and notes inside apart."""

    icon: str
    title: str
    text: str
    at: datetime
    by: str
    css: str
    number: str = ""
    opens: int | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its reader sees it."""

    case: Case
    name: str
    amount: str
    category: str
    root_cause: str
    tone: str
    tiles: list[Tile]
    talks: list[Talk]
    more_talks: bool
    log: list[LogLine]
    others: list[Case]
    joined: list[Case]
    may_thank: bool


def page_of(case: Case, user: User, now: datetime) -> CasePage:
    """Everything that the page says. As many queries for one talk as for two hundred."""
    talks = _talks(case)
    same = Case.objects.filter(customer=case.customer_id).exclude(pk=case.pk)
    rows = list(same.order_by("-received_at", "-pk")[:MOST_OTHERS])
    return CasePage(
        case=case,
        name=shown_name(user, case.customer),
        amount=money(case.purchase.gross_minor, case.purchase.currency) if case.purchase else "",
        category=path_of(case.category) if case.category else "",
        root_cause=path_of(case.root_cause) if case.root_cause else "",
        tone=TONES.get(Severity(case.severity), "plain"),
        tiles=tiles_of(case, now) if case.state != CaseState.MERGED else [],
        talks=talks[-MOST_TALKS:],
        more_talks=len(talks) > MOST_TALKS,
        log=log_of(case),
        others=[row for row in rows if row.merged_into_id != case.pk],
        joined=[row for row in rows if row.merged_into_id == case.pk],
        may_thank=_is_just_reopened(case),
    )


def new_key() -> str:
    """The key of a form that was just shown."""
    return secrets.token_hex(16)


def _is_just_reopened(case: Case) -> bool:
    """Whether nothing was done since a reopening: only then it can turn out to be thanks."""
    last = case.entries.order_by("-id").first()
    return last is not None and last.step == Step.REOPENED


def _talks(case: Case) -> list[Talk]:
    """What was said of the case and of those joined to it, oldest first; the newest and one."""
    mine = Q(case=case) | Q(case__merged_into=case)
    links = CaseContact.objects.filter(mine).select_related("interaction__actor", "case")
    order = ("-interaction__occurred_at", "-interaction_id")
    newest = list(links.order_by(*order)[: MOST_TALKS + 1])
    return [_talk(link, case) for link in reversed(newest)]


def _talk(link: CaseContact, case: Case) -> Talk:
    row = link.interaction
    return Talk(
        icon=CHANNEL_ICONS.get(Channel(row.channel), "chat"),
        title=interaction_title(row),
        text=row.text,
        at=row.occurred_at,
        by=str(row.actor) if row.actor else "",
        css=_css(row),
        number=link.case.number if link.case_id != case.pk else "",
        opens=row.pk if row.channel == Channel.EMAIL else None,
    )


def _css(row: Interaction) -> str:
    if row.channel == Channel.NOTE:
        return "bubble-note"
    return "bubble-ours" if row.direction == Direction.OUTBOUND else ""

"""The leaderboard as members and staff see it: places, first names and initials, one's own line."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import whole
from customers.models import Customer
from loyalty.challenges import amount
from loyalty.models import Leaderboard, LeaderboardOptOut, LeaderboardScore
from loyalty.models.leaderboard import Measure, Span
from loyalty.rules.leaderboard import places, public_name
from loyalty.scores import period_of
from loyalty.services.leaderboard import get_board
from loyalty.services.programmes import get_programme
from loyalty.words import units

TOP = 10
# Beyond it nobody is told a place: it would say nothing, and be slow to count.
LAST_PLACE = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One place; `name` "" where none is known."""

    place: int
    name: str
    words: str
    customer: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's own place; None beyond the last one that is told."""

    place: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """What a page shows. `own` is the customer's own line where it is not among `lines`."""

    title: str
    lines: list[Line]
    own: Standing | None


def board_for(customer: Customer, now: datetime, top: int = TOP) -> Board | None:
    """The open board with the customer marked on it; None while it is closed, or for who stays off
    it."""
    board = get_board()
    if not board.is_open or LeaderboardOptOut.objects.filter(customer=customer).exists():
        return None
    lines = board_lines(board, now, top, own=customer.pk)
    is_among = any(line.is_own for line in lines)
    return Board(title(board), lines, None if is_among else standing_of(board, customer, now))


def board_lines(
    board: Leaderboard, now: datetime, top: int = TOP, own: int | None = None
) -> list[Line]:
    """The first places, in one query on its index."""
    rows = LeaderboardScore.objects.filter(
        board=board.version, period=period_of(board, now).first
    ).select_related("customer")
    best = list(rows.order_by("-value", "customer")[:top])
    numbers = places([row.value for row in best])
    return [
        Line(
            number,
            public_name(row.customer.first_name, row.customer.last_name),
            worded(board, row.value),
            row.customer_id,
            row.customer_id == own,
        )
        for number, row in zip(numbers, best, strict=True)
    ]


def standing_of(board: Leaderboard, customer: Customer, now: datetime) -> Standing | None:
    """The customer's own place and score; None without a score in the present period."""
    rows = LeaderboardScore.objects.filter(board=board.version, period=period_of(board, now).first)
    own = rows.filter(customer=customer).first()
    if own is None:
        return None
    above = rows.filter(value__gt=own.value).order_by().values("pk")[:LAST_PLACE].count()
    return Standing(above + 1 if above < LAST_PLACE else None, worded(board, own.value))


def worded(board: Leaderboard, value: int) -> str:
    """A score as it is written."""
    if board.measure == Measure.CHALLENGE and board.challenge:
        return amount(board.challenge, value)
    if board.measure == Measure.POINTS:
        return units(get_programme(), value)
    words = ngettext("%(number)s purchase", "%(number)s purchases", value)
    return words % {"number": whole(value)}


def title(board: Leaderboard) -> str:
    """What the board counts: 'Most purchases this month'."""
    if board.measure == Measure.CHALLENGE and board.challenge:
        return board.challenge.name
    is_points = board.measure == Measure.POINTS
    if board.span == Span.MONTH:
        return _("Most points this month") if is_points else _("Most purchases this month")
    if board.span == Span.QUARTER:
        return _("Most points this quarter") if is_points else _("Most purchases this quarter")
    return _("Most points of all") if is_points else _("Most purchases of all")

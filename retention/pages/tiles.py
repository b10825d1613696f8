"""The figures of a period as tiles: value, what it is made of, change, list, definition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.ui import rate
from retention.pages import notes, words
from retention.pages.asked import Asked
from retention.pages.definitions import DEFINITIONS, Definition, Text
from retention.pages.measures import COUNT, DECIMAL, MAJOR_MONEY, MINOR_MONEY, RATE, Measure
from retention.pages.notes import Numbers
from retention.reports import Comparison, Figures

# What a growing number means to the shop.
GOOD, BAD, NEITHER = 1, -1, 0
TONES = {GOOD: "good", BAD: "bad", NEITHER: ""}

Labelled = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure. `note` says in words what it is made of; `more` are other ways to count it.

    `tone` is "good", "bad" or nothing; `before` says what the figure was.
    """

    key: str
    label: str
    value: str
    href: str
    note: str
    definition: Definition
    change: str = ""
    tone: str = ""
    before: str = ""
    more: Labelled = ()


def _indexes(numbers: Numbers) -> Labelled:
    """The index by its other three rules."""
    figures = numbers.figures
    first_before = rate(figures.repurchase_index_by_period)
    known_before = rate(figures.repurchase_index_by_period_identified)
    known = rate(figures.repurchase_index_identified)
    return (
        (_("Purchases of known customers only"), numbers.opening(known, "repeat_purchases")),
        (
            _("First bought before the period"),
            numbers.opening(first_before, "repeat_purchases_by_period"),
        ),
        (
            _("The same, known customers only"),
            numbers.opening(known_before, "repeat_purchases_by_period"),
        ),
    )


def _order_net(numbers: Numbers) -> Labelled:
    figures = numbers.figures
    order = words.money_of(figures.average_order_net, figures.asked.currency)
    return ((_("Less refunds"), numbers.opening(order, "currency_purchases")),)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a figure is shown: its definition's key, how its value is said, the list it opens, what
    it is made of, and what growth of it means to the shop.

    `value` is its name in `Figures`, if not the key; `label` its name on the tile, if not the
    definition's.
    """

    key: str
    measure: Measure
    opens: str
    note: Callable[[Numbers], str]
    growth: int
    more: Callable[[Numbers], Labelled] = lambda numbers: ()
    value: str = ""
    label: Text = ""

    def value_in(self, figures: Figures) -> Any:
        return getattr(figures, self.value or self.key)

    def said(self, figures: Figures) -> str:
        return self.measure.said(self.value_in(figures), figures.asked.currency)


KINDS = (
    Kind("churn", RATE, "lost", notes.churn, BAD, value="churn_rate"),
    Kind("revenue_churn", RATE, "lost", notes.revenue_churn, BAD, value="revenue_churn_rate"),
    Kind("repurchase_index", RATE, "repeat_purchases", notes.repurchase_index, GOOD, _indexes),
    Kind("returning_rate", RATE, "returning_buyers", notes.returning_rate, GOOD),
    Kind("average_order", MAJOR_MONEY, "currency_purchases", notes.average_order, GOOD, _order_net),
    Kind("frequency", DECIMAL, "identified_purchases", notes.frequency, GOOD),
    Kind("buyers", COUNT, "buyers", notes.buyers, GOOD),
    Kind(
        "revenue",
        MINOR_MONEY,
        "currency_purchases",
        notes.revenue,
        GOOD,
        value="net_minor",
        label=gettext_lazy("Revenue, net"),
    ),
    Kind("guest_share", RATE, "guest_purchases", notes.guest_share, NEITHER),
)


def _difference(kind: Kind, now: float, before: float) -> dict[str, str]:
    """The change and its tone; nothing of what grew from nothing."""
    text = kind.measure.difference(now, before)
    if text is None:
        return {}
    if not text:
        return {"change": _("unchanged"), "tone": ""}
    return {"change": text, "tone": TONES[kind.growth if now > before else -kind.growth]}


def change_of(kind: Kind, comparison: Comparison) -> dict[str, str]:
    """Change, its tone and what it was before; nothing where a side has no value.

    While the period is running it is not set against a whole one: its sums still grow, and who
    has not bought yet still may.
    """
    now, earlier = comparison.now, comparison.before
    if earlier is None or None in (kind.value_in(now), kind.value_in(earlier)):
        return {}
    was = {"before": f"{words.period_name(earlier.asked.period)}: {kind.said(earlier)}"}
    if not now.is_complete:
        return was
    return was | _difference(kind, float(kind.value_in(now)), float(kind.value_in(earlier)))


def tile(kind: Kind, comparison: Comparison, asked: Asked) -> Tile:
    """One figure of the period, compared with the one before."""
    figures, definition = comparison.now, DEFINITIONS[kind.key]
    numbers = Numbers(figures, asked)
    return Tile(
        key=kind.key,
        label=str(kind.label or definition.title),
        value=kind.said(figures),
        href=asked.list(kind.opens),
        note=kind.note(numbers),
        more=kind.more(numbers),
        definition=definition,
        **change_of(kind, comparison),
    )


def tiles(comparison: Comparison, asked: Asked) -> list[Tile]:
    """All figures in their order: four large ones, then the rest."""
    return [tile(kind, comparison, asked) for kind in KINDS]

"""The figures of a period as tiles: value, what it is made of, change, list, definition."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import money, rate, whole
from retention.pages import words
from retention.pages.asked import Asked
from retention.pages.definitions import DEFINITIONS, Definition
from retention.reports import Comparison, Figures

# What a growing number means to the shop.
GOOD, BAD, NEITHER = 1, -1, 0


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
    change: str = ""
    tone: str = ""
    before: str = ""
    more: tuple[tuple[str, str], ...] = ()
    definition: Definition = field(default=DEFINITIONS["churn"])


Text = Callable[[Figures], str]
Other = Callable[[Figures], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a figure is shown: its value's name in `Figures`, its list, and how it is compared."""

    key: str
    label: object
    value: str
    text: Text
    opens: str
    note: Callable[[Figures, Asked], str]
    growth: int
    change: str = "points"
    more: Other = lambda figures: ()


def _people(name: str, asked: Asked, count: int) -> str:
    return words.linked(whole(count), asked.list(name))


def _churn_note(figures: Figures, asked: Asked) -> str:
    if figures.churn_rate is None:
        return unknown(figures)
    return format_html(
        ngettext(
            "{lost} of {start} customer left",
            "{lost} of {start} customers left",
            figures.customers_at_start,
        ),
        lost=_people("lost", asked, figures.lost),
        start=_people("start", asked, figures.customers_at_start),
    )


def _revenue_churn_note(figures: Figures, asked: Asked) -> str:
    if figures.revenue_churn_rate is None:
        return unknown(figures)
    currency, days = figures.asked.currency, figures.asked.window_days
    return format_html(
        ngettext(
            "{lost} of {start} that customers had brought in the {days} day before",
            "{lost} of {start} that customers had brought in the {days} days before",
            days,
        ),
        lost=words.linked(money(figures.lost_net_minor, currency), asked.list("lost")),
        start=words.linked(money(figures.start_net_minor, currency), asked.list("start")),
        days=days,
    )


def _index_note(figures: Figures, asked: Asked) -> str:
    return format_html(
        ngettext(
            "{repeat} of {all} purchase by people who had bought before",
            "{repeat} of {all} purchases by people who had bought before",
            figures.purchases,
        ),
        repeat=_people("repeat_purchases", asked, figures.repeat_purchases),
        all=_people("purchases", asked, figures.purchases),
    )


def _index_more(figures: Figures) -> tuple[tuple[str, str], ...]:
    return (
        (_("Purchases of known customers only"), rate(figures.repurchase_index_identified)),
        (_("First bought before the period"), rate(figures.repurchase_index_by_period)),
        (
            _("The same, known customers only"),
            rate(figures.repurchase_index_by_period_identified),
        ),
    )


def _returning_note(figures: Figures, asked: Asked) -> str:
    return format_html(
        ngettext(
            "{returning} of {buyers} buyer had bought before the period",
            "{returning} of {buyers} buyers had bought before the period",
            figures.buyers,
        ),
        returning=_people("returning_buyers", asked, figures.returning_buyers),
        buyers=_people("buyers", asked, figures.buyers),
    )


def _order_note(figures: Figures, asked: Asked) -> str:
    return format_html(
        ngettext(
            "{gross} in {purchases} purchase",
            "{gross} in {purchases} purchases",
            figures.currency_purchases,
        ),
        gross=money(figures.gross_minor, figures.asked.currency),
        purchases=_people("currency_purchases", asked, figures.currency_purchases),
    )


def _order_more(figures: Figures) -> tuple[tuple[str, str], ...]:
    currency = figures.asked.currency
    return ((_("Less refunds"), words.money_of(figures.average_order_net, currency)),)


def _frequency_note(figures: Figures, asked: Asked) -> str:
    bought = ngettext("{number} purchase", "{number} purchases", figures.identified_purchases)
    buyers = ngettext("{number} known buyer", "{number} known buyers", figures.buyers)
    number = _people("identified_purchases", asked, figures.identified_purchases)
    return format_html(
        _("{purchases} by {buyers}"),
        purchases=format_html(bought, number=number),
        buyers=format_html(buyers, number=_people("buyers", asked, figures.buyers)),
    )


def _buyers_note(figures: Figures, asked: Asked) -> str:
    return format_html(
        _("{new} for the first time, {returning} again"),
        new=_people("new_buyers", asked, figures.new_buyers),
        returning=_people("returning_buyers", asked, figures.returning_buyers),
    )


def _revenue_note(figures: Figures, asked: Asked) -> str:
    currency = figures.asked.currency
    return format_html(
        _("{gross} sold, {refunds} given back"),
        gross=words.linked(money(figures.gross_minor, currency), asked.list("currency_purchases")),
        refunds=words.linked(money(figures.refunds_minor, currency), asked.list("refunds")),
    )


def _guest_note(figures: Figures, asked: Asked) -> str:
    return format_html(
        ngettext(
            "{guests} of {all} purchase without a name",
            "{guests} of {all} purchases without a name",
            figures.purchases,
        ),
        guests=_people("guest_purchases", asked, figures.guest_purchases),
        all=_people("purchases", asked, figures.purchases),
    )


def unknown(figures: Figures) -> str:
    """Why a rate of the customers at the start cannot be said."""
    if not figures.is_measurable:
        return _("Not yet measurable")
    if figures.customers_at_start == 0:
        return _("No customers at the start")
    return _("Nothing brought in on balance")


KINDS = (
    Kind(
        key="churn",
        label=gettext_lazy("Churn"),
        value="churn_rate",
        text=lambda figures: rate(figures.churn_rate),
        opens="lost",
        note=_churn_note,
        growth=BAD,
    ),
    Kind(
        key="revenue_churn",
        label=gettext_lazy("Revenue churn"),
        value="revenue_churn_rate",
        text=lambda figures: rate(figures.revenue_churn_rate),
        opens="lost",
        note=_revenue_churn_note,
        growth=BAD,
    ),
    Kind(
        key="repurchase_index",
        label=gettext_lazy("Repurchase index"),
        value="repurchase_index",
        text=lambda figures: rate(figures.repurchase_index),
        opens="repeat_purchases",
        note=_index_note,
        growth=GOOD,
        more=_index_more,
    ),
    Kind(
        key="returning_rate",
        label=gettext_lazy("Returning customers"),
        value="returning_rate",
        text=lambda figures: rate(figures.returning_rate),
        opens="returning_buyers",
        note=_returning_note,
        growth=GOOD,
    ),
    Kind(
        key="average_order",
        label=gettext_lazy("Average order"),
        value="average_order",
        text=lambda figures: words.money_of(figures.average_order, figures.asked.currency),
        opens="currency_purchases",
        note=_order_note,
        growth=GOOD,
        change="share",
        more=_order_more,
    ),
    Kind(
        key="frequency",
        label=gettext_lazy("Frequency"),
        value="frequency",
        text=lambda figures: (
            "–" if figures.frequency is None else words.number(figures.frequency, 2)
        ),
        opens="identified_purchases",
        note=_frequency_note,
        growth=GOOD,
        change="units",
    ),
    Kind(
        key="buyers",
        label=gettext_lazy("Buyers"),
        value="buyers",
        text=lambda figures: whole(figures.buyers),
        opens="buyers",
        note=_buyers_note,
        growth=GOOD,
        change="share",
    ),
    Kind(
        key="revenue",
        label=gettext_lazy("Revenue, net"),
        value="net_minor",
        text=lambda figures: money(figures.net_minor, figures.asked.currency),
        opens="currency_purchases",
        note=_revenue_note,
        growth=GOOD,
        change="share",
    ),
    Kind(
        key="guest_share",
        label=gettext_lazy("Guest purchases"),
        value="guest_share",
        text=lambda figures: rate(figures.guest_share),
        opens="guest_purchases",
        note=_guest_note,
        growth=NEITHER,
    ),
)


def _change_words(kind: Kind, now: float, before: float) -> str:
    """How the figure differs; empty where it does not at the digits shown."""
    if kind.change == "points":
        return words.points(now - before) if round(now - before, 1) else ""
    if kind.change == "units":
        return words.units(now - before) if round(now - before, 2) else ""
    differs = before > 0 and round(100 * (now - before) / before, 1)
    return words.share(now, before) if differs else ""


def change_of(kind: Kind, comparison: Comparison) -> dict[str, str]:
    """Change, its tone and what it was before; nothing where a side has no value.

    While the period is running it is not set against a whole one: its sums still grow, and who
    has not bought yet still may.
    """
    now, earlier = comparison.now, comparison.before
    value = getattr(now, kind.value)
    before = None if earlier is None else getattr(earlier, kind.value)
    if earlier is None or value is None or before is None:
        return {}
    was = {"before": f"{words.period_name(earlier.asked.period)}: {kind.text(earlier)}"}
    if not now.is_complete:
        return was
    text = _change_words(kind, float(value), float(before))
    tones = {GOOD: "good", BAD: "bad", NEITHER: ""}
    direction = kind.growth if value > before else -kind.growth
    return was | {
        "change": text or _("unchanged"),
        "tone": tones[direction] if text else "",
    }


def tile(kind: Kind, comparison: Comparison, asked: Asked) -> Tile:
    """One figure of the period, compared with the one before."""
    figures = comparison.now
    return Tile(
        key=kind.key,
        label=str(kind.label),
        value=kind.text(figures),
        href=asked.list(kind.opens),
        note=kind.note(figures, asked),
        more=kind.more(figures),
        definition=DEFINITIONS[kind.key],
        **change_of(kind, comparison),
    )


def tiles(comparison: Comparison, asked: Asked) -> list[Tile]:
    """All figures in their order: four large ones, then the rest."""
    return [tile(kind, comparison, asked) for kind in KINDS]

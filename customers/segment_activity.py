"""Segment fields about what people did: bought, said, were promised.

Purchase figures come from the purchase summary, which `services.summaries` keeps up to date;
money is in the shop's currency, and customers without purchases have 0 of everything that can
be counted and nothing of what cannot (no last purchase, no average order).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models import Value as Plain
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from core.money import to_minor
from customers import segment_conditions as build
from customers.folding import Fold
from customers.models import Channel, FollowUp, Interaction, Purchase, PurchaseLine
from customers.purchase_sources import purchase_sources
from customers.rules.segment_language import Kind
from customers.segment_person import branches
from customers.segments import Choice, Context, SegmentField, register

PURCHASES, CONTACT = _("Purchases"), _("Contact")


def _whole(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=BigIntegerField())


NET = _whole(F("summary__gross_minor") - F("summary__refunds_minor"))


def zero_fits(operator: str, value: Any) -> bool:
    """Whether 0 satisfies the operator, so that customers without purchases belong."""
    if operator == "between":
        return bool(value[0] <= 0 <= value[1])
    fits: dict[str, bool] = {
        "equals": value == 0,
        "more": value < 0,
        "less": value > 0,
        "at_least": value <= 0,
        "at_most": value >= 0,
    }
    return fits[operator]


def _counted(expression: Any, operator: str, value: Any) -> Q:
    """A figure that is 0 without purchases. Without the alternative where it cannot matter, so
    that the database may walk the figure's index."""
    found = build.compare(operator, expression, value)
    return found | Q(summary__isnull=True) if zero_fits(operator, value) else found


def _purchases(operator: str, value: Any, context: Context) -> Q:
    return _counted(F("summary__purchases"), operator, value)


def _minor(value: Any, context: Context) -> Any:
    if isinstance(value, tuple):
        return tuple(to_minor(Decimal(amount), context.currency) for amount in value)
    return to_minor(Decimal(value), context.currency)


def _spent(operator: str, value: Any, context: Context) -> Q:
    return _counted(NET, operator, _minor(value, context))


def _average(operator: str, value: Any, context: Context) -> Q:
    """Gross per purchase, both in the shop's currency, compared without dividing: gross against
    amount times purchases."""
    number = F("summary__purchases") - F("summary__elsewhere")
    known = Q(summary__isnull=False, summary__purchases__gt=F("summary__elsewhere"))
    if operator in {"empty", "filled"}:
        none = Q(summary__isnull=True) | Q(summary__purchases=F("summary__elsewhere"))
        return none if operator == "empty" else known
    if operator == "between":
        low, high = value
        return _average("at_least", low, context) & _average("at_most", high, context)
    amount = Plain(_minor(value, context), output_field=BigIntegerField())
    bound = _whole(number * amount)
    return known & build.compare(operator, F("summary__gross_minor"), bound)


# The mean gap in whole days, half up, as `PurchaseSummary.usual_gap_days` says it on pages.
_GAP = _whole(
    (Plain(2) * (F("summary__last_day") - F("summary__first_day")) + F("summary__days") - Plain(1))
    / NullIf(Plain(2) * (F("summary__days") - Plain(1)), Plain(0))
)


def _times_gap(operator: str, value: Any, context: Context) -> Q:
    """Days since the last purchase as a multiple of the usual gap; unknown below three days."""
    known = Q(summary__days__gte=3)
    if operator in {"empty", "filled"}:
        return Q(summary__isnull=True) | Q(summary__days__lt=3) if operator == "empty" else known
    if operator == "between":
        low, high = value
        return _times_gap("at_least", low, context) & _times_gap("at_most", high, context)
    since = _whole((Plain(context.today.toordinal()) - F("summary__last_day")) * Plain(100))
    factor = Plain(int(Decimal(value) * 100), output_field=BigIntegerField())
    return known & build.compare(operator, since, _whole(_GAP * factor))


def _bought(**conditions: Any) -> Any:
    return build.rows_of(Purchase, counts=True, **conditions)


def _sources() -> list[Choice]:
    return [(source, source) for source in purchase_sources()]


def _bought_at(column: str, convert: Callable[[str], Any]) -> Any:
    """Purchases with one of several values in a column; "empty" means none has any."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            some = build.has(_bought(**{f"{column}__isnull": False}))
            return ~some if operator == "empty" else some
        keys = [key for key in map(convert, value) if key is not None]
        found = build.has(_bought(**{f"{column}__in": keys}))
        return ~found if operator == "none_of" else found

    return condition


def _line(*columns: str) -> Any:
    """Lines of purchases that count, by the text of any of the columns."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        mine = build.rows_of(PurchaseLine, "purchase__customer", purchase__counts=True)
        if operator in {"empty", "filled"}:
            named = mine.exclude(**dict.fromkeys(columns, ""))
            return ~build.has(named) if operator == "empty" else build.has(named)
        positive = {"is_not": "is", "lacks": "contains"}.get(operator, operator)
        fits = Q(
            *(build.text_matches(positive, Fold(F(column)), value) for column in columns),
            _connector=Q.OR,
        )
        found = build.has(mine.filter(fits))
        return found if positive == operator else ~found

    return condition


def _last_contact() -> Any:
    newest = Interaction.objects.filter(customer=OuterRef("pk")).order_by("-occurred_at", "-id")
    return build.instant(
        Subquery(newest.values("occurred_at")[:1]),
        is_empty=~build.has(build.rows_of(Interaction)),
    )


def _contact_channel(operator: str, value: Any, context: Context) -> Q:
    mine = build.rows_of(Interaction)
    if operator in {"empty", "filled"}:
        return ~build.has(mine) if operator == "empty" else build.has(mine)
    found = build.has(mine.filter(channel__in=value))
    return ~found if operator == "none_of" else found


def _register_figures() -> None:
    last = build.civil_ordinal("summary__last_day", "summary__last_at")
    first = build.civil_ordinal("summary__first_day", "summary__first_at")
    register(SegmentField("last_purchase", _("Last purchase"), PURCHASES, Kind.DATE, last))
    register(SegmentField("first_purchase", _("First purchase"), PURCHASES, Kind.DATE, first))
    for key, label, condition, decimals, filled in [
        ("purchases", _("Number of purchases"), _purchases, 0, True),
        ("spent", _("Money spent, net"), _spent, 2, True),
        ("average_order", _("Average order"), _average, 2, False),
        ("times_gap", _("Time since the last purchase"), _times_gap, 2, False),
    ]:
        register(
            SegmentField(
                key,
                label,
                PURCHASES,
                Kind.NUMBER,
                condition,
                decimals=decimals,
                always_filled=filled,
                unit=_("× the usual gap") if key == "times_gap" else "",
            )
        )


def register_activity_fields() -> None:
    """Fill the registry; called once by the app's registrations."""
    _register_figures()
    where = PURCHASES
    for key, label, kind, condition, offers in [
        ("bought_from", _("Bought from source"), Kind.CHOICE, _bought_at("source", str), _sources),
        (
            "bought_at",
            _("Bought at branch"),
            Kind.CHOICE,
            _bought_at("branch", build.row_id),
            branches,
        ),
        ("product", _("Bought product"), Kind.TEXT, _line("name", "product"), None),
        ("category", _("Bought category"), Kind.TEXT, _line("category"), None),
    ]:
        register(SegmentField(key, label, where, kind, condition, offers=offers))
    where = CONTACT
    label = _("Last contact")
    register(SegmentField("last_contact", label, where, Kind.DATE, _last_contact()))
    label = _("Talked by")
    talked = SegmentField(
        "contact_channel", label, where, Kind.CHOICE, _contact_channel, choices=Channel.choices
    )
    register(talked)
    open_ones = build.flag(lambda: build.rows_of(FollowUp, done_at=None))
    register(SegmentField("open_follow_up", _("Has something open"), where, Kind.FLAG, open_ones))

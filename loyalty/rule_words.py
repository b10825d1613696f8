"""Rules as sentences in the reader's language; what can be changed in them stands in slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day as said_day
from core.templatetags.ui import locale, money
from customers.models import Segment
from loyalty.events import rewarded_events
from loyalty.models import Programme
from loyalty.rules.earning import Rule, RuleKind
from loyalty.rules.periods import Period
from loyalty.tiers import tier_choices
from loyalty.words import units


@dataclass(frozen=True, slots=True)
class Names:
    """How segments and tiers are called; one query for all rules of a page."""

    segments: dict[int, str]
    tiers: dict[str, str]


def names_for(rules: Iterable[Rule]) -> Names:
    """The names that these rules need."""
    ids = {rule.segment for rule in rules if rule.segment is not None}
    rows = Segment.objects.filter(pk__in=ids).values_list("pk", "name") if ids else []
    return Names(dict(rows), {str(key): str(name) for key, name in tier_choices()})


def sentence(rule: Rule, programme: Programme, names: Names) -> SafeString:
    """'2 times as many points on Ceramics from 1 December to 24 December'."""
    clauses = [_main(rule, programme), *_what(rule), *_whom(rule, names), *_days(rule)]
    return format_html_join(" ", "{}", ((clause,) for clause in clauses))


def _number(times: Fraction) -> str:
    """'1.5' as the reader writes it."""
    exact = Decimal(times.numerator) / Decimal(times.denominator)
    return format_decimal(exact, format="#,##0.##", locale=locale())


def _slot(text: object) -> SafeString:
    return format_html('<strong class="slot">{}</strong>', text)


def _main(rule: Rule, programme: Programme) -> SafeString:
    said = _slot(units(programme, rule.units))
    if rule.kind is RuleKind.MULTIPLIER:
        words = _("{times} times as many points")
        if rule.stacks:
            words = _("{times} times as many points, on top of other rules,")
        return format_html(words, times=_slot(_number(rule.times)))
    if rule.kind is RuleKind.BONUS:
        amount = _slot(money(rule.from_minor, programme.currency))
        words = _("{points} extra for a purchase from {amount}")
        if rule.stacks:
            words = _("{points} extra, on top of other rules, for a purchase from {amount}")
        return format_html(words, points=said, amount=amount)
    if rule.kind is RuleKind.EVENT:
        return _event(rule, said)
    if rule.kind is RuleKind.CAP:
        return format_html(_CAPS[rule.period or Period.EVER](), points=said)
    return format_html("{}", _("Nothing"))


_CAPS = {
    Period.DAY: lambda: _("At most {points} by purchases a day"),
    Period.MONTH: lambda: _("At most {points} by purchases a month"),
    Period.YEAR: lambda: _("At most {points} by purchases a year"),
    Period.EVER: lambda: _("At most {points} by purchases ever"),
}


def _event(rule: Rule, said: SafeString) -> SafeString:
    known = rule.event in rewarded_events
    label = rewarded_events.get(rule.event).label if known else rule.event
    words = format_html(_("{points} for {event}"), points=said, event=_slot(label))
    return format_html("{}, {}", words, limit(rule)) if rule.period else words


def limit(rule: Rule) -> str:
    """How often an event counts: 'once in 90 days'."""
    times = ngettext("once", "%(times)s times", rule.most_times) % {"times": rule.most_times}
    if rule.period is Period.DAYS:
        words = ngettext("%(once)s in %(days)s day", "%(once)s in %(days)s days", rule.period_days)
        return words % {"once": times, "days": rule.period_days}
    words = {
        Period.DAY: _("%(once)s a day"),
        Period.MONTH: _("%(once)s a month"),
        Period.YEAR: _("%(once)s a year"),
    }.get(rule.period or Period.EVER, _("%(once)s in all"))
    return words % {"once": times}


def _what(rule: Rule) -> Iterable[SafeString]:
    if rule.category:
        yield format_html(_("on {category}"), category=_slot(rule.category))
    if rule.product:
        yield format_html(_("on product {product}"), product=_slot(rule.product))


def _whom(rule: Rule, names: Names) -> Iterable[SafeString]:
    if rule.tier:
        tier = _slot(names.tiers.get(rule.tier, rule.tier))
        yield format_html(_("for {tier} members"), tier=tier)
    if rule.segment is not None:
        segment = _slot(names.segments.get(rule.segment, _("a segment that is gone")))
        yield format_html(_("for “{segment}”"), segment=segment)


def _days(rule: Rule) -> Iterable[SafeString]:
    if rule.weekdays:
        days = ", ".join(str(WEEKDAYS[number]) for number in sorted(rule.weekdays))
        yield format_html(_("on {days}"), days=_slot(days))
    first, last = _day(rule.first_day), _day(rule.last_day)
    if first and last:
        yield format_html(_("from {first} to {last}"), first=first, last=last)
    elif first:
        yield format_html(_("from {first}"), first=first)
    elif last:
        yield format_html(_("until {last}"), last=last)


def _day(value: date | None) -> SafeString | None:
    return _slot(said_day(value)) if value else None


def when(rule: Rule, *, is_on: bool, today: date) -> str:
    """When the rule holds, as it stands at the end of its line."""
    if not is_on:
        return _("off")
    if rule.first_day and rule.first_day > today:
        days = (rule.first_day - today).days
        words = ngettext("starts in %(days)s day", "starts in %(days)s days", days)
        return words % {"days": days}
    if rule.last_day and rule.last_day < today:
        return _("ended")
    return _("now") if rule.last_day else _("always")

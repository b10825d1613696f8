"""Which tier somebody holds at an instant, read from purchases; for one or for many at once.

`tier_at` asks the purchases themselves, and not the standings that the job keeps: so what an order
earns never depends on when the job ran.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from core.services.shop import get_shop
from customers.models import Customer, Purchase, Refund
from customers.rules.statuses import NOT_SOLD
from loyalty.models import POINTS, Award, Programme, Tier, TierGift, TierScheme
from loyalty.rules import tiers as rules
from loyalty.rules.award import earned
from loyalty.terms import from_json

IN_ORDER = ~Q(status__in=NOT_SOLD)
KEY = "purchase:"


def tier_at(customer: Customer, at: datetime) -> str | None:
    """The key of the tier that the customer holds at the instant, by everything dated up to then, a
    purchase of that very instant included; None for none."""
    return tiers_at([(customer.pk, at)])[customer.pk, at]


def tiers_at(
    asked: Iterable[tuple[int, datetime]],
) -> dict[tuple[int, datetime], str | None]:
    """The tier of each (customer id, instant), in a few queries for all of them."""
    pairs = set(asked)
    ladder = present_ladder()
    if ladder is None or ladder.is_empty:
        return dict.fromkeys(pairs)
    facts = read_facts({customer for customer, _at in pairs}, ladder)
    return {pair: ladder.history(facts[pair[0]], pair[1]).standing.key for pair in pairs}


def tier_choices() -> list[tuple[str, str]]:
    """Keys and names of the tiers there are now, lowest first; for forms."""
    ladder = present_ladder()
    return [(tier.key, tier.name) for tier in ladder.tiers] if ladder else []


@dataclass(frozen=True, slots=True)
class Facts:
    """What a tier is derived from, of one customer."""

    bought: list[rules.Bought] = field(default_factory=list)
    given: list[rules.Given] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The versions of the programme's scheme since it counts what it counts, oldest first, and the
    tiers of the newest."""

    programme: Programme
    zone: ZoneInfo
    versions: Sequence[rules.Rules]
    scheme: TierScheme | None
    tiers: Sequence[Tier]
    names: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there has never been a tier."""
        return not any(version.levels for version in self.versions)

    def history(self, facts: Facts, until: datetime) -> rules.History:
        """How the customer's tier changed up to the instant."""
        return rules.history(self.versions, facts.bought, facts.given, self.zone, until)

    def tier(self, key: str | None) -> Tier | None:
        """The present tier of the key."""
        return next((tier for tier in self.tiers if tier.key == key), None)


def present_ladder() -> Ladder | None:
    """That of the programme of points; None before there is one."""
    programme = Programme.objects.filter(key=POINTS).first()
    return read_ladder(programme) if programme else None


def read_ladder(programme: Programme, zone: ZoneInfo | None = None) -> Ladder:
    """The programme's schemes; `zone` is the shop's, where it is at hand. `names` are those of all
    tiers there ever were, the newest first."""
    schemes = list(programme.tier_schemes.order_by("version").prefetch_related("tiers"))
    names = {tier.key: tier.name for scheme in schemes for tier in scheme.tiers.all()}
    newest = schemes[-1] if schemes else None
    return Ladder(
        programme=programme,
        zone=zone or get_shop().zone,
        versions=[_rules_of(scheme) for scheme in _of_one_basis(schemes)],
        scheme=newest,
        tiers=_by_rank(newest) if newest else [],
        names=names,
    )


def _of_one_basis(schemes: Sequence[TierScheme]) -> list[TierScheme]:
    """The newest schemes that count the same thing: what counted another one says nothing now."""
    told = [scheme for scheme in schemes if scheme.basis != schemes[-1].basis]
    after = max((scheme.version for scheme in told), default=0)
    return [scheme for scheme in schemes if scheme.version > after]


def _by_rank(scheme: TierScheme) -> list[Tier]:
    return sorted(scheme.tiers.all(), key=lambda tier: tier.rank)


def _rules_of(scheme: TierScheme) -> rules.Rules:
    levels = tuple(rules.Level(tier.key, tier.threshold) for tier in _by_rank(scheme))
    return rules.Rules(
        since=scheme.since,
        levels=levels,
        window=rules.Window(scheme.window),
        months=scheme.months,
        grace_days=scheme.grace_days,
        return_days=scheme.return_days,
        downgrade=rules.Downgrade(scheme.downgrade),
    )


def read_facts(customers: Iterable[int], ladder: Ladder) -> dict[int, Facts]:
    """Purchases, refunds and gifts of these customers, in three queries."""
    ids = sorted(set(customers))
    facts: dict[int, Facts] = {pk: Facts() for pk in ids}
    for customer, bought in _bought(ids, ladder):
        facts[customer].bought.append(bought)
    for gift in TierGift.objects.filter(customer__any_of=ids).order_by("pk"):
        given = rules.Given(gift.key, gift.since, gift.until)
        facts[gift.customer_id].given.append(given)
    return facts


def _bought(ids: list[int], ladder: Ladder) -> Iterable[tuple[int, rules.Bought]]:
    basis = rules.Basis(ladder.scheme.basis) if ladder.scheme else rules.Basis.SPEND
    sold = Purchase.objects.filter(IN_ORDER, customer__any_of=ids, gross_minor__gt=0)
    if basis is not rules.Basis.ORDERS:
        sold = sold.filter(currency=ladder.programme.currency)
    refunds = _refunds(sold)
    worth = _points_of(sold, ladder.programme) if basis is rules.Basis.POINTS else {}
    for row in sold.values_list("pk", "customer_id", "occurred_at", "gross_minor"):
        pk, customer, at, gross = row
        value = _Worth(basis, gross, worth.get(pk))
        yield customer, rules.Bought(at, pk, value.of(0), _lowered(value, refunds.get(pk, ())))


@dataclass(frozen=True, slots=True)
class _Worth:
    """What a purchase is worth once so much of it went back."""

    basis: rules.Basis
    gross_minor: int
    award: Award | None

    def of(self, refunded_minor: int) -> int:
        kept = max(0, self.gross_minor - refunded_minor)
        if self.basis is rules.Basis.SPEND:
            return kept
        if self.basis is rules.Basis.ORDERS:
            return 1 if kept else 0
        if self.award is None:
            return 0
        return earned(from_json(self.award.terms), Fraction(kept, self.gross_minor))


def _lowered(value: _Worth, refunds: Iterable[tuple[datetime, int]]) -> tuple[rules.Lowered, ...]:
    lowered, total = [], 0
    for at, amount in refunds:
        total += amount
        lowered.append(rules.Lowered(at, value.of(total)))
    return tuple(lowered)


def _refunds(sold: QuerySet[Purchase]) -> dict[int, list[tuple[datetime, int]]]:
    rows = Refund.objects.filter(
        IN_ORDER, purchase__in=sold.values("pk"), currency=F("purchase__currency")
    )
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for purchase, at, amount in rows.order_by("occurred_at", "pk").values_list(
        "purchase_id", "occurred_at", "amount_minor"
    ):
        if purchase is not None:
            found[purchase].append((at, amount))
    return found


def _points_of(sold: QuerySet[Purchase], programme: Programme) -> dict[int, Award]:
    """What the purchases were awarded, by their ids."""
    keys = [f"{KEY}{pk}" for pk in sold.values_list("pk", flat=True)]
    awards = Award.objects.filter(programme=programme, operation__key__any_of=keys)
    rows = awards.select_related("operation")
    return {int(award.operation.key.removeprefix(KEY)): award for award in rows}

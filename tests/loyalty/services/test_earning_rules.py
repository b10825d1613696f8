"""Rules as the marketer makes them, and what purchases earn by them, frozen as they earn it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refused
from core.models import AuditEntry, Shop
from customers import segments
from customers.models import Customer, Segment
from customers.services.segments import save_segment
from loyalty import rulebook
from loyalty.models import Award, CapCount, EarningRule, RuleVersion
from loyalty.rule_rows import standing
from loyalty.rules.earning import BasketLine, RuleKind
from loyalty.services.awarding import award_purchase
from loyalty.services.earning_rules import add_rule, change_rule, switch_rule
from tests.factories.customers import PurchaseFactory, PurchaseLineFactory
from tests.loyalty.bank import utc

NOW = datetime(2026, 12, 5, 12, tzinfo=UTC)
LINES = (
    BasketLine(13_900, "Ceramics"),
    BasketLine(4_799, "Mugs"),
    BasketLine(1_299, "Delivery"),
)


@pytest.fixture
def golden(monkeypatch):
    """Everybody is a gold member."""
    monkeypatch.setattr(rulebook, "tiers_at", lambda asked: dict.fromkeys(asked, "gold"))


def add(member, kind, **says):
    rule = {"programme": member.programme, "kind": RuleKind(kind), "says": says}
    return add_rule(actor=member.manager, now=NOW, **rule)


def change(member, rule, version=1, **says):
    return change_rule(actor=member.manager, rule=rule, says=says, version=version, now=NOW)


def earn(member, order="7", lines=LINES, at=NOW, **more):
    amount = more.pop("amount_minor", sum(line.amount_minor for line in lines or ()))
    return member.earn(order, amount, at, lines=lines, **more).result["points"]


def test_a_basket_earns_by_the_rules_and_its_award_names_them(member, golden):
    tier = add(member, "multiplier", times_percent=150, tier="gold")
    december = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 24)}
    double = add(member, "multiplier", times_percent=200, category="Ceramics", **december)
    nothing = add(member, "excluded", category="delivery")

    assert earn(member) == 349

    award = Award.objects.get()
    assert award.terms["rules"] == [[tier.pk, 1], [double.pk, 1], [nothing.pk, 1]]
    assert award.terms["lines"] == [[13_900, 1, 50], [4_799, 3, 200], [0, 0, 1]]
    assert award.amount_minor == 19_998
    used = dict(award.operation.rule_uses.values_list("rule", "units"))
    assert used == {tier.pk: 24, double.pk: 69, nothing.pk: -20}


def test_a_programme_without_rules_earns_as_ever(member):
    assert earn(member) == 199
    assert Award.objects.get().terms["rules"] == []


def test_an_order_without_lines_earns_as_a_whole(member):
    add(member, "multiplier", times_percent=200, weekdays=1 << 5)
    add(member, "multiplier", times_percent=500, category="Ceramics")

    assert earn(member, lines=None, amount_minor=1_050) == 21
    assert earn(member, "8", lines=None, amount_minor=1_050, ordered_at=utc("2026-12-04")) == 10


def test_the_weekday_is_the_shops(member):
    """Saturday night in Warsaw is Saturday, though it is Sunday nowhere yet in UTC."""
    add(member, "multiplier", times_percent=200, weekdays=1 << 6)

    assert earn(member, "7", ordered_at=utc("2026-12-05T22:59")) == 199
    assert earn(member, "8", ordered_at=utc("2026-12-05T23:00")) == 399


def test_a_segment_counts_as_it_is_when_the_order_earns(member):
    tree = segments.parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})
    segment = save_segment(actor=None, segment=None, name="Brno", tree=tree)
    add(member, "multiplier", times_percent=200, segment=segment.pk)

    assert earn(member, "7") == 199
    Customer.objects.update(city="Brno")
    assert earn(member, "8") == 399
    Segment.objects.all().delete()
    assert earn(member, "9") == 199


def test_rules_changed_later_change_nothing_that_was_earned(member):
    double = add(member, "multiplier", times_percent=200)
    earn(member)

    changed = change(member, double, times_percent=300)
    switch_rule(actor=None, rule=changed, on=False)

    assert member.refund("7", 9_999, NOW).result["clawed"] == 200
    assert member.refund("7", 9_999, NOW).result["clawed"] == 199


def test_a_bonus_goes_with_the_money(member):
    add(member, "bonus", units=50, from_minor=20_000)

    assert earn(member, lines=[BasketLine(21_000)]) == 260
    assert member.refund("7", 2_000, NOW).result["clawed"] == 70


def test_a_cap_lets_so_many_through_in_its_period(member):
    cap = add(member, "cap", units=250, period="month")

    assert [earn(member, order) for order in ("7", "8", "9")] == [199, 51, 0]
    assert earn(member, "10", at="2027-01-01T12:00") == 199
    counts = CapCount.objects.order_by("window").values_list("window", "units", "most")
    assert list(counts) == [(date(2026, 12, 1), 250, 250), (date(2027, 1, 1), 199, 250)]
    change(member, cap, units=100, period="month")
    assert earn(member, "11") == 0


def test_the_tightest_cap_binds(member):
    add(member, "cap", units=120, period="day")
    add(member, "cap", units=150, period="ever")

    assert [earn(member, "7"), earn(member, "8", at="2026-12-06T12:00")] == [120, 30]


def test_what_an_order_may_earn_is_kept_by_the_database(member):
    rule = add(member, "cap", units=100, period="day")
    earn(member)

    with pytest.raises(IntegrityError), transaction.atomic():
        CapCount.objects.filter(rule=rule).update(units=101)


def test_what_is_excluded_is_so_in_every_programme(member):
    other = type(member)(customer=member.customer, key="cashback", kind="cashback", earn_minor=100)
    add(member, "excluded", category="Delivery")
    add(member, "multiplier", times_percent=900)

    assert earn(other) == 186


def test_a_purchase_earns_by_its_lines(member):
    add(member, "multiplier", times_percent=200, product="BOWL")
    bought = PurchaseFactory(customer=member.customer, occurred_at=NOW, gross_minor=9_000)
    PurchaseLineFactory(purchase=bought, amount_minor=6_000)
    PurchaseLineFactory(purchase=bought, product="CUP", amount_minor=4_000)

    award_purchase(purchase=bought, programme=member.programme, now=NOW)

    # Ten per cent were taken off both lines: 54.00 twice and 36.00 once.
    assert Award.objects.get().granted == 144


def test_each_change_is_a_version_of_its_own(member):
    rule = add(member, "bonus", units=50, from_minor=20_000, category="Ceramics")
    change(member, rule, units=60, from_minor=20_000)
    change(member, rule, version=2, units=60, from_minor=20_000)

    versions = RuleVersion.objects.order_by("number")
    assert [(row.number, row.units, row.category) for row in versions] == [(1, 50, ""), (2, 60, "")]
    actions = AuditEntry.objects.filter(action__startswith="earning_rule").order_by("pk")
    assert [entry.action for entry in actions] == ["earning_rule.added", "earning_rule.changed"]
    assert actions[1].details["after"] == {"from_minor": "20000", "units": "60"}


def test_the_kept_statement_reads_every_column_of_a_rule(member):
    days = {"first_day": date(2028, 2, 29), "last_day": date(2028, 3, 31)}
    whose = {"segment": 7, "tier": "gold", "weekdays": 0b1000001, **days}
    what = {"category": "Żółte", "product": "Cup", "stacks": True}
    add(member, "multiplier", times_percent=250, **what, **whose)
    add(member, "cap", units=300, period="month")
    add(member, "event", units=50, event="visit", period="days", period_days=3, most_times=2)
    add(member, "bonus", units=9, from_minor=20_000)
    switch_rule(actor=member.manager, rule=add(member, "excluded", category="Gift"), on=False)

    stands = standing(member.programme)

    assert stands.zone == ZoneInfo("Europe/Warsaw")
    versions = RuleVersion.objects.filter(rule__is_on=True).order_by("rule_id")
    assert len(versions) == 4
    assert stands.rules == [version.content for version in versions.select_related("rule")]


def test_rules_hold_before_anybody_asked_for_the_shop(member):
    add(member, "multiplier", times_percent=200)
    Shop.objects.all().delete()

    assert earn(member) == 399


def test_who_changed_it_in_between_is_not_overwritten(member):
    rule = add(member, "multiplier", times_percent=200)
    change(member, rule, times_percent=300)

    with pytest.raises(Refused, match="meanwhile"):
        change(member, rule, times_percent=400)
    assert RuleVersion.objects.count() == 2


def test_a_rule_is_switched_off_and_on_and_audited_once(member):
    rule = add(member, "multiplier", times_percent=200)

    for place, on in enumerate((False, False, True)):
        switch_rule(actor=member.manager, rule=rule, on=on)
        assert earn(member, str(place)) == (399 if on else 199)

    switched = AuditEntry.objects.filter(action__startswith="earning_rule.switched")
    assert [entry.action[-3:] for entry in switched.order_by("pk")] == ["off", "_on"]
    assert EarningRule.objects.get().is_on


def test_a_version_is_for_ever(member):
    add(member, "multiplier", times_percent=200)

    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        RuleVersion.objects.update(times_percent=300)

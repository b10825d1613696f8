"""What baskets earn under rules: the worked examples, and what always holds."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.award import Bonus, Rounding, earned, spread
from loyalty.rules.earning import (
    NOBODY,
    Base,
    BasketLine,
    Member,
    Rule,
    RuleKind,
    applied,
    best_reward,
    caps_of,
    gains,
    holds,
    paid_lines,
    terms_of,
    window_of,
)
from loyalty.rules.periods import Period

BASE = Base(Fraction(1, 100), Rounding.FLOOR)
DAY = date(2026, 12, 5)
GOLD = Member(tier="gold")


def rule(kind="multiplier", **says):
    return Rule(kind=RuleKind(kind), **says)


GOLDEN = rule(id=1, version=1, times=Fraction(3, 2), tier="gold")
CERAMICS = rule(
    id=2,
    version=4,
    times=Fraction(2),
    category="Ceramics",
    first_day=date(2026, 12, 1),
    last_day=date(2026, 12, 24),
)
DELIVERY = rule("excluded", id=3, version=1, category="Delivery")
BASKET = (
    BasketLine(13_900, "ceramics"),
    BasketLine(4_799, "Mugs"),
    BasketLine(1_299, " delivery "),
)


def terms(lines, *rules, member=NOBODY, day=DAY, base=BASE):
    return terms_of(base, lines, member, day, rules)


def test_an_order_earns_for_what_counts_of_it():
    found = terms((BasketLine(4_999), BasketLine(3_000), BasketLine(1_299, "Delivery")), DELIVERY)

    assert earned(found) == 79
    assert spread(found, 79) == [49, 30, 0]
    assert found.basis_minor == 7_999


def test_a_tier_multiplies_before_the_one_rounding():
    found = terms((BasketLine(999),) * 3, GOLDEN, member=GOLD)

    assert earned(found) == 44
    assert spread(found, 44) == [15, 15, 14]


def test_a_basket_of_a_gold_customer():
    assert earned(terms((BasketLine(7_999),), GOLDEN, member=GOLD)) == 119


def test_a_bonus_counts_from_a_sum():
    bonus = rule("bonus", id=9, version=1, units=50, from_minor=20_000)

    assert earned(terms((BasketLine(21_000),), bonus)) == 260
    assert earned(terms((BasketLine(21_000),), bonus), Fraction(190, 210)) == 190
    assert terms((BasketLine(100),), bonus).rules == ((9, 1),)


def test_of_each_line_the_highest_multiplier_wins():
    """Double on 139.00 is 278, half as much again on 47.99 is 71.985, delivery nothing."""
    found = terms(BASKET, GOLDEN, CERAMICS, DELIVERY, member=GOLD)

    assert earned(found) == 349
    assert spread(found, 349) == [277, 72, 0]
    assert found.rules == ((1, 1), (2, 4), (3, 1))


def test_what_stacks_is_multiplied_on_top():
    found = terms(BASKET, replace(GOLDEN, stacks=True), CERAMICS, DELIVERY, member=GOLD)

    # 139.00 three times is 417; 47.99 as before.
    assert earned(found) == 488


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 25)])
def test_a_rule_holds_on_its_days_only(day):
    found = terms(BASKET, GOLDEN, CERAMICS, DELIVERY, member=GOLD, day=day)

    # 186.99 at 1.5 is 280.485.
    assert earned(found) == 280
    assert found.rules == ((1, 1), (3, 1))


@pytest.mark.parametrize(
    ("says", "member", "does"),
    [
        ({}, NOBODY, True),
        ({"weekdays": frozenset({5})}, NOBODY, True),
        ({"weekdays": frozenset({0, 6})}, NOBODY, False),
        ({"segment": 7}, Member(frozenset({7, 8})), True),
        ({"segment": 7}, NOBODY, False),
        ({"tier": "gold"}, GOLD, True),
        ({"tier": "gold"}, Member(tier="silver"), False),
        ({"first_day": DAY, "last_day": DAY}, NOBODY, True),
    ],
)
def test_whom_and_when_a_rule_is_for(says, member, does):
    assert holds(rule(**says), member, DAY) is does


def test_a_product_is_found_whatever_its_case():
    found = rule(product="mug-1", times=Fraction(3))

    assert earned(terms((BasketLine(1_000, "", " MUG-1"), BasketLine(1_000)), found)) == 40


def test_the_highest_bonus_counts_and_those_that_stack_are_added():
    small = rule("bonus", units=50, from_minor=20_000)
    large = rule("bonus", units=120, from_minor=40_000)
    gift = rule("bonus", units=5, from_minor=100, stacks=True)
    rules = (large, small, gift)

    assert [earned(terms((BasketLine(sum_),), *rules)) for sum_ in (19_999, 20_000, 40_000)] == [
        204,
        255,
        525,
    ]
    assert terms((BasketLine(1),), large, small).bonuses == (Bonus(20_000, 50), Bonus(40_000, 70))


def test_a_larger_bonus_from_a_smaller_sum_leaves_the_other_without_a_say():
    better = rule("bonus", units=80, from_minor=10_000)
    worse = rule("bonus", units=50, from_minor=20_000)

    assert earned(terms((BasketLine(30_000),), worse, better)) == 380


def test_lines_are_what_was_paid_for_them():
    lines = (BasketLine(6_000, "a"), BasketLine(4_000, "b"))

    assert paid_lines(lines, 10_000) == list(lines)
    assert [line.amount_minor for line in paid_lines(lines, 7_000)] == [4_200, 2_800]
    assert paid_lines(lines, 10_001)[2:] == [BasketLine(1)]
    assert paid_lines((), 500) == [BasketLine(500)]
    assert paid_lines((BasketLine(-100),), 500) == [BasketLine(500)]
    assert [line.amount_minor for line in paid_lines(lines, 0)] == [0, 0]


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period.DAY, DAY),
        (Period.MONTH, date(2026, 12, 1)),
        (Period.YEAR, date(2026, 1, 1)),
        (Period.EVER, date.min),
    ],
)
def test_a_cap_counts_by_periods(period, first):
    assert window_of(rule("cap", period=period), DAY) == first


def test_caps_bind_those_they_are_for():
    everybody, golden = rule("cap", units=500), rule("cap", units=900, tier="gold")

    assert caps_of((everybody, golden, CERAMICS), NOBODY, DAY) == [everybody]
    assert caps_of((everybody, golden, CERAMICS), GOLD, DAY) == [everybody, golden]


def test_an_event_is_rewarded_by_the_best_rule():
    plain, better = rule("event", event="review", units=20), rule("event", event="review", units=30)
    golden = rule("event", event="review", units=50, tier="gold")

    assert best_reward((plain, better, golden), "review", NOBODY, DAY) == better
    assert best_reward((plain, better, golden), "review", GOLD, DAY) == golden
    assert best_reward((plain, golden), "visit", GOLD, DAY) is None


CATEGORIES = ("", "Ceramics", "mugs", "delivery")
line = st.builds(BasketLine, st.integers(0, 10**7), st.sampled_from(CATEGORIES))
any_rule = st.builds(
    lambda kind, times, stacks, category, tier, units, from_minor: rule(
        kind,
        times=Fraction(times, 100),
        stacks=stacks,
        category=category if kind != "bonus" else "",
        tier=tier,
        units=units,
        from_minor=from_minor,
    ),
    st.sampled_from(("multiplier", "bonus", "excluded")),
    st.integers(100, 500),
    st.booleans(),
    st.sampled_from(CATEGORIES[1:]),
    st.sampled_from(("", "gold")),
    st.integers(0, 1_000),
    st.integers(0, 10**6),
)
several = st.lists(any_rule, max_size=6)


@given(lines=st.lists(line, max_size=8), rules=several)
def test_the_order_of_rules_and_lines_does_not_matter(lines, rules):
    there = terms(lines, *rules, member=GOLD)
    back = terms(lines[::-1], *rules[::-1], member=GOLD)

    assert earned(there) == earned(back)
    assert there.basis_minor == back.basis_minor


@given(lines=st.lists(line, max_size=8), rules=several, more=any_rule)
def test_no_multiplier_or_bonus_makes_an_order_earn_less(lines, rules, more):
    before, after = earned(terms(lines, *rules)), earned(terms(lines, *rules, more))

    assert (after <= before) if more.kind is RuleKind.EXCLUDED else (after >= before)


@given(lines=st.lists(line, max_size=8), rules=several, parts=st.lists(st.integers(0, 9)))
def test_lines_share_the_order_whole_and_refunds_take_it_all(lines, rules, parts):
    found = terms(lines, *rules, member=GOLD)

    rated = [entry.basis_minor * entry.rate for entry in found.lines]
    whole = int(sum(rated, Fraction(0)))
    assert sum(spread(found, whole)) == (whole if any(rated) else 0)
    kept = [earned(found, Fraction(10 - part, 10)) for part in sorted(parts)]
    assert kept == sorted(kept, reverse=True)
    assert earned(found, Fraction(0)) == 0


@given(lines=st.lists(line, max_size=8), paid=st.integers(0, 10**8))
def test_paid_lines_add_up_to_what_was_paid(lines, paid):
    found = paid_lines(lines, paid)

    assert sum(entry.amount_minor for entry in found) == paid
    assert all(entry.amount_minor >= 0 for entry in found)


@given(entry=line, rules=several)
def test_a_line_names_only_rules_that_fit_it(entry, rules):
    named = applied(entry, rules).rules

    assert all(not r.category or r.category.casefold() == entry.category.casefold() for r in named)


def gained(lines, *rules, member=NOBODY):
    found = gains(BASE, lines, member, DAY, rules)
    return {rule.id: units for rule, units in found.items()}


def test_a_rule_gained_what_would_not_be_there_without_it():
    # With both 278 + 71.985 = 349; without ceramics' double 208.5 + 71.985 = 280; without gold's
    # half 278 + 47.99 = 325; with delivery 19.485 more.
    assert gained(BASKET, GOLDEN, CERAMICS, DELIVERY, member=GOLD) == {1: 24, 2: 69, 3: -20}


def test_a_rival_that_lost_gained_nothing():
    double = rule(id=7, version=1, times=Fraction(2))
    triple = rule(id=8, version=1, times=Fraction(3))

    assert gained((BasketLine(10_000),), double, triple) == {8: 100}
    assert gained((BasketLine(10_000),), double) == {7: 100}


def test_a_bonus_gained_itself_where_it_is_reached():
    bonus = rule("bonus", id=9, version=1, units=50, from_minor=20_000)

    assert gained((BasketLine(21_000),), bonus) == {9: 50}
    assert gained((BasketLine(19_000),), bonus) == {}

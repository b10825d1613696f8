"""Tiers: the worked example, windows, grace, refunds, and what holds whatever is bought."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.tiers import (
    Bought,
    Downgrade,
    Given,
    Level,
    Lowered,
    Reason,
    Rules,
    Window,
    history,
)

WARSAW = ZoneInfo("Europe/Warsaw")
LADDER = (Level("bronze", 10_000), Level("silver", 50_000), Level("gold", 200_000))
RULES = Rules(since=datetime(2020, 1, 1, tzinfo=UTC), levels=LADDER)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def buy(at, value, *lowered, pk=0):
    return Bought(utc(at), pk, value, tuple(Lowered(utc(when), left) for when, left in lowered))


def look(at, *bought, rules=RULES, by_hand=()):
    return history([rules], bought, by_hand, WARSAW, utc(at))


def tier(at, *bought, **more):
    return look(at, *bought, **more).standing.key


MARCH, SEPTEMBER = buy("2026-03-10T10:00", 150_000), buy("2026-09-01T10:00", 60_000)


def test_the_worked_example():
    """Example 12: Gold on 1 September 2026 lasts to the local midnight of 1 September 2027; on
    1 October, after 30 days, 900.00 in the window make it Silver."""
    later = buy("2027-02-01T10:00", 90_000)
    won = look("2026-09-01T10:00", MARCH, SEPTEMBER, later)
    assert won.standing.key == "gold"
    assert won.standing.ends_at == utc("2027-08-31T22:00")
    assert tier("2026-09-01T09:59", MARCH, SEPTEMBER, later) == "silver"

    assert tier("2027-09-30T21:59:59", MARCH, SEPTEMBER, later) == "gold"
    missed = look("2027-09-30T22:00", MARCH, SEPTEMBER, later)
    assert missed.standing.key == "silver"
    assert missed.steps[-1].reason is Reason.MISSED
    assert missed.standing.value == 90_000


def test_the_worked_example_refunded_inside_the_return_window():
    refunded = buy("2026-09-01T10:00", 60_000, ("2026-09-10T10:00", 0))
    assert tier("2026-09-10T09:59", MARCH, refunded) == "gold"
    revoked = look("2026-09-10T10:00", MARCH, refunded)
    assert revoked.standing.key == "silver"
    assert revoked.standing.value == 150_000
    assert revoked.standing.since == utc("2026-03-10T10:00")


def test_a_refund_after_the_return_window_revokes_nothing_but_counts_when_weighed():
    rules = replace(RULES, downgrade=Downgrade.REQUALIFY)
    late = buy("2026-09-01T10:00", 60_000, ("2026-09-16T22:00", 0))
    assert tier("2027-09-30T21:00", MARCH, late, rules=rules) == "gold"
    assert tier("2027-09-30T22:00", MARCH, late, rules=rules) is None


def test_the_return_window_ends_with_its_last_local_day():
    inside = buy("2026-09-01T10:00", 60_000, ("2026-09-15T21:59:59", 0))
    assert tier("2026-09-20T10:00", MARCH, inside) == "silver"
    outside = buy("2026-09-01T10:00", 60_000, ("2026-09-15T22:00", 0))
    assert tier("2026-09-20T10:00", MARCH, outside) == "gold"


def test_a_tier_that_is_reached_again_is_kept_for_another_year():
    again = buy("2027-08-31T21:59", 140_000)
    kept = look("2027-09-02T10:00", MARCH, SEPTEMBER, again)
    assert kept.standing.key == "gold"
    assert kept.standing.ends_at == utc("2028-08-31T22:00")
    assert kept.standing.since == utc("2026-09-01T10:00")


def test_what_is_bought_in_the_time_of_grace_keeps_it():
    again = buy("2027-09-20T10:00", 200_000)
    before = look("2027-09-20T09:00", MARCH, SEPTEMBER, again)
    assert (before.standing.weighed_at, before.standing.needed) == (
        utc("2027-09-30T22:00"),
        200_000,
    )
    kept = look("2027-09-20T10:00", MARCH, SEPTEMBER, again)
    assert (kept.standing.weighed_at, kept.standing.needed) == (None, None)
    assert kept.standing.ends_at == utc("2028-08-31T22:00")


@pytest.mark.parametrize(
    ("downgrade", "after"), [(Downgrade.ONE_DOWN, "silver"), (Downgrade.REQUALIFY, "bronze")]
)
def test_how_far_a_missed_tier_falls(downgrade, after):
    rules, little = replace(RULES, downgrade=downgrade), buy("2027-02-01T10:00", 20_000)
    assert tier("2027-10-01T10:00", MARCH, SEPTEMBER, little, rules=rules) == after


def test_what_keeps_and_what_is_next():
    standing = look("2026-10-01T10:00", MARCH, buy("2026-05-01T10:00", 20_000)).standing
    assert (standing.key, standing.missing) == ("silver", 30_000)
    assert standing.needed is None  # the year of Silver began with the 1,500.00
    gold = look("2026-10-01T10:00", MARCH, SEPTEMBER).standing
    assert (gold.needed, gold.missing) == (140_000, None)


def test_the_calendar_year_counts_by_itself_and_lasts_through_the_next():
    rules = replace(RULES, window=Window.CALENDAR)
    december, january = buy("2026-12-31T20:00", 150_000), buy("2027-01-01T10:00", 60_000)
    assert tier("2027-01-02T10:00", december, january, rules=rules) == "silver"
    won = look("2026-12-31T21:00", december, buy("2026-02-01T10:00", 50_000), rules=rules)
    assert won.standing.key == "gold"
    assert won.standing.ends_at == utc("2027-12-31T23:00")


def test_years_from_the_first_purchase():
    rules = replace(RULES, window=Window.ANNIVERSARY)
    first, second = buy("2024-02-29T10:00", 100), buy("2026-02-27T10:00", 190_000)
    eve, day = buy("2026-02-27T12:00", 9_900), buy("2026-02-28T12:00", 10_000)
    assert tier("2026-02-27T13:00", first, second, eve, rules=rules) == "silver"
    won = look("2026-02-27T13:00", first, second, buy("2026-02-27T12:00", 10_000), rules=rules)
    assert won.standing.key == "gold"
    assert won.standing.ends_at == utc("2027-02-27T23:00")
    assert tier("2026-02-28T13:00", first, second, day, rules=rules) == "silver"


def test_new_rules_take_nothing_away_before_the_year_is_over():
    higher = replace(
        RULES, since=utc("2026-10-01T00:00"), levels=(*LADDER[:2], Level("gold", 900_000))
    )
    kept = history([RULES, higher], [MARCH, SEPTEMBER], (), WARSAW, utc("2027-09-30T21:00"))
    assert kept.standing.key == "gold"
    gone = history([RULES, higher], [MARCH, SEPTEMBER], (), WARSAW, utc("2027-09-30T22:00"))
    assert gone.standing.key == "silver"


def test_new_rules_lift_at_once_and_a_tier_that_is_no_more_becomes_the_one_below():
    lower = replace(
        RULES, since=utc("2026-10-01T00:00"), levels=(LADDER[0], Level("amber", 40_000))
    )
    carried = history([RULES, lower], [MARCH, SEPTEMBER], (), WARSAW, utc("2026-10-01T00:00"))
    assert carried.standing.key == "amber"
    lifted = replace(RULES, since=utc("2026-10-01T00:00"), levels=(Level("gold", 100_000),))
    assert history([lifted], [MARCH], (), WARSAW, utc("2026-09-30T23:59")).standing.key is None
    assert history([lifted], [MARCH], (), WARSAW, utc("2026-10-01T00:00")).standing.key == "gold"


def test_no_tiers_any_more():
    none = replace(RULES, since=utc("2026-10-01T00:00"), levels=())
    gone = history([RULES, none], [MARCH, SEPTEMBER], (), WARSAW, utc("2026-10-02T00:00"))
    assert gone.standing.key is None
    assert gone.next_at is None


def test_a_tier_given_by_hand_holds_to_its_day_and_never_lowers():
    gift = Given("gold", utc("2026-05-01T00:00"), utc("2026-06-30T22:00"))
    during = look("2026-05-02T00:00", MARCH, by_hand=[gift])
    assert (during.standing.key, during.standing.by_hand) == ("gold", True)
    assert (during.standing.ends_at, during.next_at) == (gift.until, gift.until)
    after = look("2026-06-30T22:00", MARCH, by_hand=[gift])
    assert (after.standing.key, after.steps[-1].reason) == ("silver", Reason.HAND_ENDED)
    low = replace(gift, key="bronze")
    assert tier("2026-05-02T00:00", MARCH, by_hand=[low]) == "silver"


INSTANTS = st.integers(0, 1_200).map(lambda days: utc("2024-01-01T12:00") + timedelta(days=days))


@st.composite
def purchases(draw):
    """A few years of purchases, some partly or wholly refunded early or late."""
    bought = []
    for pk in range(draw(st.integers(0, 12))):
        at, value = draw(INSTANTS), draw(st.integers(1, 120_000))
        lowered: tuple[Lowered, ...] = ()
        if draw(st.booleans()):
            back = at + timedelta(days=draw(st.integers(0, 400)))
            lowered = (Lowered(back, draw(st.integers(0, value))),)
        bought.append(Bought(at, pk, value, lowered))
    return bought


SHAPES = st.builds(
    lambda window, downgrade, months, grace: replace(
        RULES, window=window, downgrade=downgrade, months=months, grace_days=grace
    ),
    st.sampled_from(Window),
    st.sampled_from(Downgrade),
    st.integers(1, 24),
    st.integers(0, 60),
)


@given(purchases(), SHAPES, INSTANTS, st.randoms())
def test_arrival_order_and_what_comes_later_do_not_matter(bought, rules, at, chance):
    """Invariant 16: only what is dated up to the instant counts, in whatever order it came."""
    known = [
        replace(one, lowered=tuple(low for low in one.lowered if low.at <= at))
        for one in bought
        if one.at <= at
    ]
    shuffled = list(bought)
    chance.shuffle(shuffled)
    assert history([rules], shuffled, (), WARSAW, at) == history([rules], known, (), WARSAW, at)


@given(purchases(), SHAPES, INSTANTS)
def test_nothing_is_lost_before_the_year_and_the_grace_are_over(bought, rules, until):
    """Invariant 16: a tier falls only when it is weighed, at least its year and the grace after it
    was won; and each step begins where the one before it ended."""
    steps = history([rules], bought, (), WARSAW, until).steps
    held, won_at, fell = None, None, False
    for step in steps:
        assert step.before == held
        if rules.place(step.after) < rules.place(step.before):
            assert step.reason is Reason.MISSED
            # A counted year after a missed one began when that ended, not when it was weighed.
            counted = fell and rules.window is not Window.ROLLING
            least = 364 + (0 if counted else rules.grace_days)
            assert step.at - won_at >= timedelta(days=least)
        fell = step.reason is Reason.MISSED
        held, won_at = step.after, step.at


@given(purchases(), SHAPES, INSTANTS)
def test_only_refunds_inside_the_window_change_what_was(bought, rules, until):
    """What late refunds lowered was reached all the same: the way up to them stays as it was."""
    late = [
        replace(one, lowered=tuple(low for low in one.lowered if low.at > one.at + 16 * DAY))
        for one in bought
    ]
    first = min((low.at for one in late for low in one.lowered), default=until)
    before = min(first - timedelta(seconds=1), until)
    whole = history([rules], late, (), WARSAW, until).steps
    assert tuple(step for step in whole if step.at <= before) == (
        history([rules], late, (), WARSAW, before).steps
    )


DAY = timedelta(days=1)


@given(purchases(), SHAPES, INSTANTS)
def test_nothing_happens_between_now_and_the_next_instant(bought, rules, at):
    """Who buys nothing is looked at when `next_at` says, and not before."""
    known = [one for one in bought if one.at <= at]
    known = [
        replace(one, lowered=tuple(low for low in one.lowered if low.at <= at)) for one in known
    ]
    found = history([rules], known, (), WARSAW, at)
    if found.next_at:
        just_before = found.next_at - timedelta(seconds=1)
        assert history([rules], known, (), WARSAW, just_before).steps == found.steps
    else:
        later = at + timedelta(days=2_000)
        assert history([rules], known, (), WARSAW, later).steps == found.steps

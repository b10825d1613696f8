"""Acts of chance on the bank and on a simple ledger: after each step both say the same.

The numbers in brackets are those of the invariants in docs/algorithms/points.md.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from loyalty.errors import LoyaltyRefused
from loyalty.models import Hold, Transfer
from tests.loyalty.bank import Bank, differences, everything, settle
from tests.loyalty.simple_ledger import No, SimpleLedger

WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2027, 1, 29, 12, tzinfo=UTC)
PRICE = 100
STEPS = [
    *(timedelta(minutes=minutes) for minutes in (1, 29, 30, 600)),
    *(timedelta(days=days) for days in (1, 14, 15, 31, 60)),
]
POLICIES = {"debt": (None, 0), "clamp": (0, 0), "limit": (10, 10)}
sums = st.integers(0, 60 * PRICE)
numbers = st.integers(1, 40)


def midnight(day):
    return datetime.combine(day, time(), WARSAW).astimezone(UTC)


def local_day(instant):
    return instant.astimezone(WARSAW).date()


def matures(instant):
    return midnight(local_day(instant) + timedelta(days=15))


def lapses(instant):
    """The midnight after the same day of the next month, or after that month's last."""
    first = date(local_day(instant).year, local_day(instant).month, 1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    last = (next_month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day = min(local_day(instant).day, last.day)
    return midnight(next_month.replace(day=day) + timedelta(days=1))


class Machine(RuleBasedStateMachine):
    """One member; `now` is the instant of the last step."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now, self.settled, self.keys, self.seen = START, None, 0, []
        self.holds, self.spent, self.last = [], [], None

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(policy=st.sampled_from(sorted(POLICIES)))
    def begin(self, policy):
        most, limit = POLICIES[policy]
        self.bank = Bank(expiry_months=1, debt_policy=policy, debt_limit=limit)
        self.model = SimpleLedger(START, most)

    def both(self, real, simple, slow=False):
        """Do it on both: the same result or the same refusal. `slow`: by a clock that is a day
        behind, where the account has been settled up to now."""
        self.model.go_to(self.now)
        at = self.now - timedelta(days=1) if slow and self.settled == self.now else self.now
        self.keys += 1
        key = f"k{self.keys}"
        try:
            expected = simple()
        except No as no:
            self.refused(lambda: real(at, key), no.args[0])
            return None
        done = real(at, key)
        assert not done.replayed
        self.settled, self.last = self.now, (real, at, key, done)
        return done, expected

    def refused(self, act, code):
        before = everything()
        with pytest.raises(LoyaltyRefused) as caught, transaction.atomic():
            act()
        assert caught.value.code == code
        assert everything() == before

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step):
        self.now += step

    @rule(paid=sums, days=st.sampled_from([0, 0, 0, 20, 45]), slow=st.booleans())
    def earn(self, paid, days, slow):
        ordered = self.now - timedelta(days=days)
        order = f"O{self.keys}"
        dates = matures(ordered), lapses(ordered)
        answer = self.both(
            lambda at, key: self.bank.earn(order, paid, at, ordered_at=ordered, key=key),
            lambda: self.model.earn(order, paid, PRICE, *dates),
            slow,
        )
        assert answer[0].result["points"] == answer[1]

    @rule(units=numbers, slow=st.booleans())
    def redeem(self, units, slow):
        answer = self.both(
            lambda at, key: self.bank.redeem(units, at, key=key),
            lambda: self.model.redeem(units),
            slow,
        )
        self.remember(answer)

    def remember(self, answer):
        if answer:
            self.spent.append((answer[0].operation, self.model.redemptions[-1]))

    @rule(units=st.integers(-20, 40).filter(bool), slow=st.booleans())
    def adjust(self, units, slow):
        self.both(
            lambda at, key: self.bank.adjust(units, at, key=key),
            lambda: self.model.adjust(units, lapses(self.now)),
            slow,
        )

    @rule(units=numbers, order=st.sampled_from("XY"), slow=st.booleans())
    def reserve(self, units, order, slow):
        half_an_hour = timedelta(minutes=30)
        answer = self.both(
            lambda at, key: self.bank.reserve(units, at, order=order, key=key),
            lambda: self.model.reserve(order, units, half_an_hour),
            slow,
        )
        if answer:
            self.holds.append((answer[0].operation.hold, self.model.holds[-1]))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), slow=st.booleans())
    def capture(self, data, slow):
        hold, simple = data.draw(st.sampled_from(self.holds))
        units = data.draw(st.integers(1, hold.amount + 1))
        answer = self.both(
            lambda at, key: self.bank.capture(hold, at, units=units, key=key),
            lambda: self.model.end(simple, "captured", units),
            slow,
        )
        self.remember(answer)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), slow=st.booleans())
    def cancel(self, data, slow):
        hold, simple = data.draw(st.sampled_from(self.holds))
        self.both(
            lambda at, key: self.bank.cancel(hold, at, key=key),
            lambda: self.model.end(simple, "cancelled"),
            slow,
        )

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data(), money=sums, slow=st.booleans())
    def refund(self, data, money, slow):
        order = data.draw(st.sampled_from(sorted(self.model.orders)))
        answer = self.both(
            lambda at, key: self.bank.refund(order, money, at, key=key),
            lambda: self.model.refund(order, money),
            slow,
        )
        if answer:
            assert tuple(answer[0].result.values()) == answer[1]

    @precondition(lambda self: self.spent)
    @rule(data=st.data(), slow=st.booleans())
    def reverse(self, data, slow):
        place = data.draw(st.integers(0, len(self.spent) - 1))
        operation, units = self.spent.pop(place)
        least = midnight(local_day(self.now) + timedelta(days=31))
        self.both(
            lambda at, _key: self.bank.reverse(operation, at),
            lambda: self.model.reverse(units, least),
            slow,
        )
        self.last = None
        self.refused(lambda: self.bank.reverse(operation, self.now), "already_reversed")

    @rule()
    def run_the_job(self):
        if settle(self.now):
            self.settled = self.now

    @precondition(lambda self: self.last)
    @rule()
    def repeat(self):
        """[10] The same again changes nothing and answers the same."""
        real, at, key, done = self.last
        before = everything()
        again = real(at, key)
        assert (again.replayed, again.result) == (True, done.result)
        assert everything() == before

    @invariant()
    def says_the_same(self):
        """[1-4, 6-9, 11, 12]"""
        self.model.go_to(self.now)
        document = self.bank.document(self.now)
        standing = [document[name] for name in ("pending", "available", "reserved", "debt")]
        assert tuple(standing) == self.model.standing()
        assert min(standing) >= 0
        assert not (standing[1] and standing[3])
        assert sorted(map(lot_of, document["lots"])) == sorted(batches(self.model))
        for hold, simple in self.holds:
            hold.refresh_from_db()
            assert state_of(hold, self.now) == (simple.state, simple.captured)

    @invariant()
    def is_proved(self):
        """[2, 5, 19, 20]"""
        assert differences() == []
        rows = list(Transfer.objects.order_by("pk").values_list())
        assert rows[: len(self.seen)] == self.seen
        self.seen = rows
        if self.settled == self.now:
            assert flows() == expected_flows(self.model)


def lot_of(lot):
    return lot["earned"], lot["remaining"], lot["reserved"], lot["matures_at"], lot["expires_at"]


def batches(model):
    """Each batch as the balance tells its lot."""
    by_batch = {}
    for unit in model.units:
        by_batch.setdefault(unit.batch, []).append(unit)
    for units in by_batch.values():
        left = sum(unit.place in {"pending", "available"} for unit in units)
        held = sum(unit.place == "held" for unit in units)
        yield (
            len(units),
            left,
            held,
            units[0].matures.isoformat(),
            units[0].lapses.isoformat(),
        )


def state_of(hold, now):
    """An open hold whose time is out has ended, although nobody wrote it down yet."""
    over = hold.state == Hold.state.field.default and hold.expires_at <= now
    return ("expired" if over else hold.state), hold.captured


def flows():
    """What went to and came from where units are not the account's."""
    outside = ("issued", "redeemed", "expired", "clawed", "adjusted", "written_off")
    into = dict(Transfer.objects.values_list("target").annotate(Sum("amount")))
    out = dict(Transfer.objects.values_list("source").annotate(Sum("amount")))
    return {name: into.get(name, 0) - out.get(name, 0) for name in outside}


def expected_flows(model):
    return {
        "issued": -model.totals.get("issued", 0),
        "redeemed": model.count("redeemed"),
        "expired": model.count("expired"),
        "clawed": model.totals.get("clawed", 0),
        "adjusted": -model.totals.get("adjusted", 0),
        "written_off": -model.totals.get("written_off", 0),
    }


def test_the_bank_and_a_simple_ledger_always_say_the_same(db):
    run_state_machine_as_test(Machine, settings=settings(max_examples=20, stateful_step_count=14))

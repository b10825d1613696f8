"""The bank once more, simple and slow, to compare with: every unit is a thing of its own.

Nothing of the bank's code is used. A unit knows when it comes, matures and lapses, and where it is;
balances are counted. Time goes on in small steps: each instant at which something may be due is
visited in its order. Money that goes back is looked up in a table of what each sum would earn.
"""

from dataclasses import dataclass, field


class No(Exception):
    """The bank must refuse with this code."""


@dataclass
class Unit:
    """One unit: `place` is pending, available, held, owing, or where it went for good."""

    batch: int
    matures: object
    lapses: object
    place: str = "pending"
    held_for: int | None = None


@dataclass
class SimpleHold:
    order: str
    units: list
    until: object
    state: str = "open"
    captured: int = 0


@dataclass
class SimpleOrder:
    batch: int
    paid: int
    unit_price: int
    refunded: int = 0
    answered_for: int = 0
    lapsed_counted: int = 0


@dataclass
class SimpleLedger:
    """One customer's units."""

    now: object
    most_debt: int | None
    units: list = field(default_factory=list)
    owed: int = 0
    holds: list = field(default_factory=list)
    orders: dict = field(default_factory=dict)
    batches: int = 0
    redemptions: list = field(default_factory=list)
    totals: dict = field(default_factory=dict)

    def count(self, place):
        return sum(unit.place == place for unit in self.units)

    def standing(self):
        return (
            self.count("pending"),
            self.count("available"),
            self.count("held"),
            self.owed,
        )

    def note(self, name, number):
        self.totals[name] = self.totals.get(name, 0) + number

    # Time

    def go_to(self, instant):
        """Visit every instant up to this one at which anything changes by itself."""
        moments = {unit.matures for unit in self.units} | {unit.lapses for unit in self.units}
        moments |= {hold.until for hold in self.holds}
        for moment in sorted(m for m in moments if m is not None and self.now < m <= instant):
            self.now = moment
            self.tick()
        self.now = max(self.now, instant)
        self.tick()

    def tick(self):
        for unit in self.units:
            if unit.place == "pending" and unit.matures <= self.now:
                unit.place = "available"
        self.pay_debt()
        for hold in self.holds:
            if hold.state == "open" and hold.until <= self.now:
                hold.state = "expired"
                self.free(hold.units)
        self.lapse()

    def lapse(self):
        for unit in self.units:
            if unit.place == "available" and unit.lapses <= self.now:
                unit.place = "expired"

    def free(self, units):
        for unit in units:
            unit.place = "available"
        self.pay_debt()

    def pay_debt(self):
        for unit in self.next_to_spend(min(self.owed, self.count("available"))):
            unit.place = "repaid"
            self.owed -= 1

    def next_to_spend(self, number):
        there = [unit for unit in self.units if unit.place == "available"]
        return sorted(there, key=lambda unit: (unit.lapses, unit.batch))[:number]

    # Acts

    def bring(self, number, matures, lapses):
        self.batches += 1
        self.units += [Unit(self.batches, matures, lapses) for _each in range(number)]
        self.tick()
        return self.batches

    def earn(self, order, paid, unit_price, matures, lapses):
        number = paid // unit_price
        batch = self.bring(number, matures, lapses)
        self.orders[order] = SimpleOrder(batch, paid, unit_price)
        self.note("issued", number)
        return number

    def adjust(self, number, lapses):
        if number > 0:
            self.bring(number, self.now, lapses)
        else:
            if self.count("available") < -number:
                raise No("insufficient")
            for unit in self.next_to_spend(-number):
                unit.place = "taken"
        self.note("adjusted", number)

    def spend(self, number, place):
        if self.owed:
            raise No("in_debt")
        if self.count("available") < number:
            raise No("insufficient")
        spent = self.next_to_spend(number)
        for unit in spent:
            unit.place = place
        return spent

    def redeem(self, number):
        self.redemptions.append(self.spend(number, "redeemed"))

    def reserve(self, order, number, time):
        if any(hold.order == order and hold.state == "open" for hold in self.holds):
            raise No("order_on_hold")
        self.holds.append(SimpleHold(order, self.spend(number, "held"), self.now + time))

    def end(self, hold, state, number=0):
        if hold.state == "expired":
            raise No("hold_expired")
        if hold.state != "open":
            raise No("hold_ended")
        if number > len(hold.units):
            raise No("insufficient")
        hold.state, hold.captured = state, number
        for unit in hold.units[:number]:
            unit.place = "redeemed"
        if number:
            self.redemptions.append(hold.units[:number])
        self.free(hold.units[number:])
        self.lapse()

    def reverse(self, spent, least):
        """Units come back as they were, or as new ones that live long enough."""
        by_batch = {}
        for unit in spent:
            by_batch.setdefault(unit.batch, []).append(unit)
        for units in by_batch.values():
            self.give_back(units, least)
        self.lapse()

    def give_back(self, units, least):
        if units[0].lapses >= least:
            for unit in units:
                unit.place = "available"
        else:
            for unit in units:
                unit.place = "replaced"
            self.bring(len(units), self.now, least)
        self.pay_debt()

    def refund(self, name, money):
        """Returns how many were clawed, and how many of them are owed now."""
        if name not in self.orders:
            raise No("unknown_order")
        order = self.orders[name]
        if order.refunded + money > order.paid:
            raise No("refund_exceeds_order")
        order.refunded += money
        due = order.paid // order.unit_price - (order.paid - order.refunded) // order.unit_price
        due -= order.answered_for
        order.answered_for += due
        clawed = owed = 0
        for _each in range(due):
            what = self.claw_one(order)
            clawed += what != "lapsed"
            owed += what == "owed"
        self.note("clawed", clawed)
        return clawed, owed

    def claw_one(self, order):
        own = [unit for unit in self.units if unit.batch == order.batch]
        mine = [unit for unit in own if unit.place in {"pending", "available"}]
        if mine:
            mine[0].place = "clawed"
            return "clawed"
        if sum(unit.place == "expired" for unit in own) > order.lapsed_counted:
            order.lapsed_counted += 1
            return "lapsed"
        for unit in self.next_to_spend(1):
            unit.place = "clawed"
            return "clawed"
        if self.most_debt is not None and self.owed >= self.most_debt:
            self.note("written_off", 1)
            return "written off"
        self.owed += 1
        return "owed"

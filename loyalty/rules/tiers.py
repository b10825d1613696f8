"""Tiers: which one a customer holds at an instant, from what they bought until then.

A walk through the customer's purchases in the order of their own dates, whenever they arrived: so
the answer for an instant depends on nothing that is dated after it. A refund lowers its purchase
on the purchase's own date; one inside the return window as if that money had never been paid, a
later one from its own instant on. See docs/algorithms/tiers.md.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from loyalty.rules.calendar import add_months

LASTS_MONTHS = 12
DAY = timedelta(days=1)


class Basis(StrEnum):
    """What qualifies: money paid, points earned, or the number of purchases."""

    SPEND = "spend"
    POINTS = "points"
    ORDERS = "orders"


class Window(StrEnum):
    """Of which time it is counted: the last so many months, the calendar year, or the year that
    begins with each anniversary of the first purchase."""

    ROLLING = "rolling"
    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"


class Downgrade(StrEnum):
    """What a missed tier becomes: the one below it at worst, or whatever the window gives."""

    ONE_DOWN = "one_down"
    REQUALIFY = "requalify"


class Reason(StrEnum):
    """Why a tier changed."""

    EARNED = "earned"
    MISSED = "missed"
    REFUNDED = "refunded"
    RULES = "rules"
    BY_HAND = "by_hand"
    HAND_ENDED = "hand_ended"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Level:
    """One tier: what it takes, in units of the basis."""

    key: str
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How tiers are won and lost from `since` until the next rules. `levels` go up; without any
    there are no tiers."""

    since: datetime
    levels: tuple[Level, ...]
    window: Window = Window.ROLLING
    months: int = 12
    grace_days: int = 30
    return_days: int = 14
    downgrade: Downgrade = Downgrade.ONE_DOWN

    def reached(self, value: int) -> int:
        """The place of the highest tier that the value pays for; -1 below all."""
        return sum(level.threshold <= value for level in self.levels) - 1

    def place(self, key: str | None) -> int:
        """The place of the tier of this key; -1 where there is none."""
        return next((at for at, level in enumerate(self.levels) if level.key == key), -1)

    def key(self, place: int) -> str | None:
        """The key at the place; None for -1."""
        return self.levels[place].key if place >= 0 else None


@dataclass(frozen=True, slots=True)
class Lowered:
    """From this instant on a purchase is worth this much."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase in units of the basis, and what its refunds made of it, oldest first."""

    at: datetime
    pk: int
    value: int
    lowered: tuple[Lowered, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A tier given by hand, from an instant to another."""

    key: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """The tier changed."""

    at: datetime
    before: str | None
    after: str | None
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a customer stands: the tier and since when, the end of its year, and the instant at
    which it is weighed up. `weighed_at` is None until the year has ended without the tier being
    reached again. `value` is what the window holds. `needed` is what keeps the tier; None: it is
    kept already, there is none, or it was given by hand until `ends_at`. `missing` is what the next
    tier takes; None: there is no higher one.
    """

    key: str | None = None
    since: datetime | None = None
    ends_at: datetime | None = None
    weighed_at: datetime | None = None
    by_hand: bool = False
    value: int = 0
    needed: int | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How the tier changed up to an instant, where it stands then, and when it has to be looked at
    next if nothing is bought (None: never)."""

    steps: tuple[Step, ...]
    standing: Standing
    next_at: datetime | None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the local day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(ZoneInfo("UTC"))


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local date of the instant."""
    return instant.astimezone(zone).date()


def history(
    rules: Sequence[Rules],
    bought: Iterable[Bought],
    given: Iterable[Given],
    zone: ZoneInfo,
    until: datetime,
) -> History:
    """Everything dated up to `until`, and nothing later. `rules` are in the order of `since`."""
    known = [one for one in rules if one.since <= until]
    if not known:
        coming = min((one.since for one in rules), default=None)
        return History(steps=(), standing=Standing(), next_at=coming)
    walk = _Walk(known, _Spending(bought, zone, until), zone, until)
    walk.run()
    return _with_given(walk, [one for one in given if one.since <= until], rules)


class _Spending:
    """The purchases up to an instant, in order, with what each is worth as time goes on."""

    def __init__(self, bought: Iterable[Bought], zone: ZoneInfo, until: datetime) -> None:
        known = sorted((one.at, one.pk, one) for one in bought if one.at <= until)
        self.bought = [one for _at, _pk, one in known]
        self.days = [local_day(one.at, zone) for one in self.bought]
        self._zone, self._until = zone, until

    def worth(self, place: int, rules: Rules, at: datetime) -> int:
        """What a purchase is worth at the instant: refunds inside its return window count as if
        that had never been paid."""
        one = self.bought[place]
        if not one.lowered:
            return one.value
        returns_end = midnight(self.days[place] + (rules.return_days + 1) * DAY, self._zone)
        value = one.value
        for lowered in one.lowered:
            if lowered.at <= self._until and (lowered.at <= at or lowered.at < returns_end):
                value = lowered.value
        return value

    def between(self, first: date, last: date, rules: Rules, at: datetime) -> int:
        """What was bought on these days, of what happened up to the instant."""
        places = range(bisect_left(self.days, first), len(self.days))
        total = 0
        for place in places:
            if self.days[place] > last or self.bought[place].at > at:
                break
            total += self.worth(place, rules, at)
        return total

    def first_day(self, rules: Rules, at: datetime) -> date | None:
        """The day of the first purchase that is worth anything."""
        places = (place for place, one in enumerate(self.bought) if one.at <= at)
        return next((self.days[one] for one in places if self.worth(one, rules, at) > 0), None)


@dataclass(slots=True)
class _Walk:
    """One customer's way through the rules and purchases."""

    rules: Sequence[Rules]
    spending: _Spending
    zone: ZoneInfo
    until: datetime
    now: Rules = field(init=False)
    place: int = -1
    since: datetime | None = None
    ends_at: datetime | None = None
    weighed_at: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = replace(self.rules[0], levels=())

    def run(self) -> None:
        """Everything that happens up to `until`; at one instant the new rules come first, then the
        end of a year, then what is bought."""
        for at, rules in self._happenings():
            self._let_time_pass(at)
            if rules:
                self._change_rules(rules)
            else:
                self._look(at, local_day(at, self.zone), Reason.EARNED)
        self._let_time_pass(self.until)

    def _happenings(self) -> Iterator[tuple[datetime, Rules | None]]:
        """New rules, and purchases made under any."""
        start = self.rules[0].since
        changes = [(one.since, 0, at) for at, one in enumerate(self.rules)]
        buys = [(one.at, 1, 0) for one in self.spending.bought if one.at > start]
        for at, is_purchase, place in sorted(changes + buys):
            yield at, None if is_purchase else self.rules[place]

    def _let_time_pass(self, to: datetime) -> None:
        while (due := self.weighed_at or self.ends_at) is not None and due <= to:
            if self.weighed_at is None:
                self._end_year(due)
            else:
                self._weigh(due)

    def _end_year(self, at: datetime) -> None:
        """The year is over: kept where the window reaches it, else there is time of grace."""
        last = local_day(at, self.zone) - DAY
        if self.now.reached(self.value(last, at)) >= self.place:
            self.ends_at = self._a_year_after(at)
        else:
            self.weighed_at = midnight(last + (self.now.grace_days + 1) * DAY, self.zone)

    def _weigh(self, at: datetime) -> None:
        """The time of grace is over."""
        assert self.ends_at is not None
        last = local_day(at, self.zone) - DAY
        reached = self.now.reached(self._value_in_grace(last, at))
        lower = min(reached, self.place - 1)
        if self.now.downgrade is Downgrade.ONE_DOWN:
            lower = self.place - 1
        ended = self.ends_at
        self._become(lower, at, Reason.MISSED)
        if lower >= 0 and self.now.window is not Window.ROLLING:
            self.ends_at = self._a_year_after(ended)

    def _look(self, at: datetime, day: date, reason: Reason) -> None:
        """Up at once, or kept after all."""
        reached = self.now.reached(self.value(day, at))
        if reached > self.place:
            self._become(reached, at, reason)
        elif self.weighed_at and self.now.reached(self._value_in_grace(day, at)) >= self.place:
            assert self.ends_at is not None
            self.ends_at, self.weighed_at = self._a_year_after(self.ends_at), None

    def _change_rules(self, rules: Rules) -> None:
        """The tier is carried over by its key, or to the nearest that takes no more; its year goes
        on as it was."""
        before = self.now
        level = before.levels[self.place] if self.place >= 0 else None
        self.now = rules
        if level is not None:
            same = rules.place(level.key)
            place = same if same >= 0 else rules.reached(level.threshold)
            self._carry_over(level.key, place, rules.since)
        self._look(rules.since, local_day(rules.since, self.zone), Reason.RULES)

    def _carry_over(self, key: str, place: int, at: datetime) -> None:
        self.place = place
        if self.now.key(place) == key:
            return
        self.steps.append(Step(at, key, self.now.key(place), Reason.RULES))
        self.since = at if place >= 0 else None
        if place < 0:
            self.ends_at = self.weighed_at = None

    def _become(self, place: int, at: datetime, reason: Reason) -> None:
        before, self.place = self.now.key(self.place), place
        self.steps.append(Step(at, before, self.now.key(place), reason))
        self.since, self.weighed_at, self.ends_at = at, None, None
        if place < 0:
            self.since = None
        else:
            self.ends_at = midnight(self._year_from(local_day(at, self.zone), at), self.zone)

    def _year_from(self, day: date, at: datetime) -> date:
        """The day on which the year of a tier won on this day is over: twelve months later, or
        with the end of the next whole year that is counted."""
        if self.now.window is Window.ROLLING:
            return add_months(day, LASTS_MONTHS)
        return add_months(self.first_of(day, at), 2 * LASTS_MONTHS)

    def _a_year_after(self, instant: datetime) -> datetime:
        return midnight(add_months(local_day(instant, self.zone), LASTS_MONTHS), self.zone)

    def first_of(self, last: date, at: datetime) -> date:
        """The first day of the window whose last day this is."""
        if self.now.window is Window.ROLLING:
            return add_months(last + DAY, -self.now.months)
        if self.now.window is Window.CALENDAR:
            return date(last.year, 1, 1)
        anchor = self.spending.first_day(self.now, at) or last
        return anniversary_before(anchor, last)

    def value(self, last: date, at: datetime) -> int:
        """What the window that ends with this day holds."""
        return self.spending.between(self.first_of(last, at), last, self.now, at)

    def _value_in_grace(self, last: date, at: datetime) -> int:
        """In the time of grace a year that was counted by itself is stretched."""
        return self.spending.between(self._first_in_grace(last, at), last, self.now, at)

    def _first_in_grace(self, last: date, at: datetime) -> date:
        if self.now.window is Window.ROLLING or self.ends_at is None:
            return self.first_of(last, at)
        return self.first_of(local_day(self.ends_at, self.zone) - DAY, at)

    def needed(self) -> int | None:
        """What is still to be bought to keep the tier for another year; None: nothing."""
        if self.place < 0 or self.ends_at is None:
            return None
        today = local_day(self.until, self.zone)
        if self.weighed_at:
            first = self._first_in_grace(today, self.until)
        else:
            first = self.first_of(local_day(self.ends_at, self.zone) - DAY, self.until)
        held = self.spending.between(first, today, self.now, self.until)
        return max(0, self.now.levels[self.place].threshold - held) or None


def anniversary_before(anchor: date, day: date) -> date:
    """The newest yearly return of the anchor that is not after the day."""
    years = day.year - anchor.year
    found = add_months(anchor, 12 * years)
    return found if found <= day else add_months(anchor, 12 * (years - 1))


def _with_given(walk: _Walk, given: Sequence[Given], rules: Sequence[Rules]) -> History:
    """The higher of what was earned and what was given by hand, at every instant."""
    steps = _joined_steps(walk, given)
    standing = _standing(walk, steps, given)
    due = [walk.weighed_at or walk.ends_at] if walk.place >= 0 else []
    due += [one.until for one in given] + [one.since for one in rules]
    coming = [at for at in due if at is not None and at > walk.until]
    return History(steps=tuple(steps), standing=standing, next_at=min(coming, default=None))


def _joined_steps(walk: _Walk, given: Sequence[Given]) -> list[Step]:
    if not given:
        return walk.steps
    instants = {one.since for one in given} | {one.until for one in given}
    instants |= {step.at for step in walk.steps} | {one.since for one in walk.rules}
    steps: list[Step] = []
    for at in sorted(at for at in instants if at <= walk.until):
        before = steps[-1].after if steps else None
        after, reason = _held(walk, given, at)
        if after != before:
            steps.append(Step(at, before, after, reason))
    return steps


def _held(walk: _Walk, given: Sequence[Given], at: datetime) -> tuple[str | None, Reason]:
    """The tier at the instant, and why it is another than before if it is."""
    rules = max((one for one in walk.rules if one.since <= at), key=lambda one: one.since)
    past = [step for step in walk.steps if step.at <= at]
    earned = rules.place(past[-1].after if past else None)
    by_hand = max(
        (rules.place(one.key) for one in given if one.since <= at < one.until), default=-1
    )
    if by_hand > earned:
        return rules.key(by_hand), Reason.BY_HAND
    if past and past[-1].at == at:
        return rules.key(earned), past[-1].reason
    return rules.key(earned), Reason.HAND_ENDED


def _standing(walk: _Walk, steps: Sequence[Step], given: Sequence[Given]) -> Standing:
    key = steps[-1].after if steps else None
    earned = walk.now.key(walk.place)
    value = walk.value(local_day(walk.until, walk.zone), walk.until)
    place = walk.now.place(key)
    above = walk.now.levels[place + 1].threshold if place + 1 < len(walk.now.levels) else None
    by_hand = key != earned
    ends = [one.until for one in given if one.key == key and one.until > walk.until]
    return Standing(
        key=key,
        since=steps[-1].at if by_hand and key else walk.since,
        ends_at=max(ends) if by_hand else walk.ends_at,
        weighed_at=None if by_hand else walk.weighed_at,
        by_hand=by_hand,
        value=value,
        needed=None if by_hand else walk.needed(),
        missing=None if above is None else max(0, above - value),
    )

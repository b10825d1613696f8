"""What many processes do with the bank at once, and what the bank then holds.

As a program: `python -m tests.loyalty.ledger_races RACE ...` prints a document for each race.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.db import connections, transaction  # noqa: E402

from core.errors import Refused  # noqa: E402
from loyalty.models import (  # noqa: E402
    Account,
    AccountJoin,
    Award,
    CapCount,
    CouponUse,
    EventReward,
    Hold,
    Operation,
    Transfer,
)
from loyalty.rules.earning import RuleKind  # noqa: E402
from loyalty.services import earning_rules, joining, rewarding, settling  # noqa: E402
from tests.factories.customers import CustomerFactory  # noqa: E402
from tests.loyalty import coupons  # noqa: E402
from tests.loyalty.at_once import race  # noqa: E402
from tests.loyalty.bank import Bank, differences, utc  # noqa: E402
from tests.loyalty.races import attempt  # noqa: E402

EARLIER, AT = "2026-11-01T12:00", "2026-11-16T12:00"
SPRING = "2027-12-01T12:00"


def rich(units=1_000):
    member = Bank()
    member.adjust(units, EARLIER)
    return member


def holds():
    """Fifty capture, fifty cancel one hold."""
    member = rich()
    hold = member.reserve(100, AT).operation.hold
    ends = (member.capture, member.cancel)
    said = race(lambda number: attempt(lambda: ends[number % 2](hold, AT)), 100)
    ended = Hold.objects.get(pk=hold.pk)
    return said, [ended.state, ended.captured, *member.standing(AT)]


def refunds():
    """Of each of ten orders two refunds of more than half at once."""
    member = rich()
    for number in range(10):
        member.earn(f"O{number}", 10_000, EARLIER)
    said = race(lambda n: attempt(lambda: member.refund(f"O{n // 2}", 6_000, AT)), 20)
    return said, sorted(Award.objects.values_list("refunded_minor", "clawed").distinct())


def rule(member, kind, **says):
    return earning_rules.add_rule(
        actor=None, programme=member.programme, kind=RuleKind(kind), says=says, now=utc(EARLIER)
    )


def caps():
    """Twenty orders of 100 units at once where 250 may be earned in a month."""
    member = rich()
    cap = rule(member, "cap", units=250, period="month")
    said = race(lambda n: attempt(lambda: member.earn(f"C{n}", 10_000, AT)), 20)
    granted = sorted(Award.objects.filter(account=member.account).values_list("granted", flat=True))
    counted = CapCount.objects.filter(rule=cap).values_list("units", flat=True).get()
    earning_rules.switch_rule(actor=None, rule=cap, on=False)
    return said, [granted[-4:], counted, member.standing(AT)[0]]


def events():
    """Fifty visits at once where three in a month are rewarded; then one of them told of fifty
    times."""
    member = rich()
    visits = rule(member, "event", event="visit", units=10, period="month", most_times=3)

    def reward(key):
        done = rewarding.reward_event(customer=member.customer, event="visit", key=key, now=utc(AT))
        word = "capped" if done.result["capped"] else "given"
        return f"{word} before" if done.replayed else word

    said = race(lambda number: reward(f"v{number}"), 50)
    again = race(lambda _number: reward("v0"), 20)
    places = list(EventReward.objects.filter(rule=visits).values_list("place", flat=True))
    return said, [sorted(places), member.standing(AT)[1], sum(again.values()), len(again)]


def coupon_limits():
    """A coupon of two for each customer, one of two a day, one with money for two."""
    customer = CustomerFactory()
    own = coupons.word(coupons.campaign(customer_limit=2, customer_per="month"), "EACHTWO")
    daily = coupons.word(coupons.campaign(total_limit=2, total_per="day"), "TWOADAY")
    budget = coupons.word(coupons.sum_off(1_000, budget_minor=2_500), "MONEY")
    ask = coupons.asking(customer=customer)

    def use(code):
        return lambda n: coupons.attempt(lambda: coupons.use(code, order=f"O-{n}", ask=ask))

    said = [race(use(code), 25) for code in (own, daily, budget)]
    return said, [CouponUse.objects.filter(customer=customer).count()]


def standing_after(acts, order, member):
    """What the account holds once the acts were done in this order; undone again."""
    with transaction.atomic():
        for place in order:
            attempt(acts[place])
        found = member.standing(SPRING)
        transaction.set_rollback(True)
    return found


def acts_of_a_seed(member, seed):
    """A member with a few orders, and what three do at one instant at which some have lapsed:
    the job (twice), one who spends, one who brings goods back."""
    chance = random.Random(seed)
    for number in range(chance.randint(1, 3)):
        ordered = utc("2026-11-20T12:00") + timedelta(days=chance.randint(0, 12))
        member.earn(f"O{number}", chance.randint(100, 9_000), ordered)
    if chance.random() < 0.5:
        member.redeem(1, "2027-01-01T12:00") if member.standing("2027-01-01T12:00")[1] else None
    units, money = chance.randint(1, 60), chance.randint(100, 9_000)
    account = member.account.pk

    def job():
        settling.settle_accounts([account], now=utc(SPRING))
        return Replay()

    return [
        job,
        job,
        lambda: member.redeem(units, SPRING),
        lambda: member.refund("O0", money, SPRING),
    ]


class Replay:
    """What the job answers here."""

    replayed = True


ORDERS = [(0, 2, 3), (2, 0, 3), (2, 3, 0), (0, 3, 2), (3, 0, 2), (3, 2, 0)]


def seeds(number="25", first="0"):
    """For each seed the account ends as if the acts had been done one after another."""
    strange = []
    for seed in range(int(first), int(first) + int(number)):
        member = Bank(key=f"p{seed}")
        acts = acts_of_a_seed(member, seed)
        allowed = {standing_after(acts, order, member) for order in ORDERS}
        said = race(lambda n, acts=acts: attempt(acts[n]), len(acts))
        if member.standing(SPRING) not in allowed or any("Traceback" in word for word in said):
            strange.append([seed, said])
    return {"seeds": int(number)}, strange


def jobs(accounts=24):
    """The job is killed in its third batch, and done by two at once afterwards."""
    members = [rich(10) for _each in range(accounts)]
    settling.BATCH = 5
    dead = killed_at(3)
    done = race(lambda _number: str(settling.settle_due(utc(SPRING)) > 0), 2)
    settled = Operation.objects.filter(kind="settle").values_list("account", flat=True)
    lapsed = Transfer.objects.filter(target="expired")
    return {"dead": dead, "workers": sum(done.values())}, [
        sorted(settled) == sorted(member.account.pk for member in members),
        lapsed.count(),
        sum(lapsed.values_list("amount", flat=True)),
    ]


def killed_at(batch):
    """Run the job in a child that dies when it has written so many batches and not committed the
    last; how many accounts were settled by then."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        store, left = settling.store, [batch]

        def dying(*arguments):
            store(*arguments)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        settling.store = dying
        settling.settle_due(utc(SPRING))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return Account.objects.filter(settled_at=utc(SPRING)).count()


def hunt(seconds="4", workers="8"):
    """Workers join and part accounts both ways, reward and void friends, settle, spend, refund and
    reserve, as fast as they can: whoever waited in a circle would break down."""
    members = [rich() for _each in range(5)]
    for number, member in enumerate(members):
        member.earn(f"H{number}", 50_000, EARLIER)
    until = time.monotonic() + float(seconds)

    def work(number):
        chance, said = random.Random(number), Counter()
        while time.monotonic() < until:
            try:
                said[chance_act(chance, members)] += 1
            except Refused:
                said["refused"] += 1
        return sorted(said)

    said = race(work, int(workers))
    strange = [word for word in said if "Traceback" in word or "Error" in word]
    return {"strange": strange}, [Transfer.objects.filter(target="moved").exists()]


def chance_act(chance, members):
    """One act of chance; what it was."""
    one, other = chance.sample(members, 2)
    what = chance.choice(["join", "join", "part", "spend", "refund", "settle", "reserve", "earn"])
    now = utc(AT)
    if what == "join":
        joining.join_accounts(actor=None, source=one.account, target=other.account, now=now)
    elif what == "part":
        for join in AccountJoin.objects.filter(undone_at=None, source=one.account):
            joining.part_accounts(actor=None, join=join, now=now)
    elif what == "spend":
        one.redeem(chance.randint(1, 9), AT)
    elif what == "refund":
        one.refund(f"H{chance.randrange(len(members))}", chance.randint(1, 500), AT)
    elif what == "settle":
        ids = sorted(member.account.pk for member in (one, other))
        settling.settle_accounts(ids, now=now)
    elif what == "reserve":
        one.cancel(one.reserve(3, AT, order=f"{chance.random()}").operation.hold, AT)
    else:
        one.earn(f"E{chance.random()}", 1_000, AT)
    return what


RACES = {
    "hunt": hunt,
    "holds": holds,
    "refunds": refunds,
    "caps": caps,
    "events": events,
    "coupon_limits": coupon_limits,
    "seeds": seeds,
    "jobs": jobs,
}


def main(*names):
    """Each race as NAME or NAME:WORD:WORD."""
    found = {}
    for name in names:
        what, *words = name.split(":")
        said, standing = RACES[what](*words)
        found[what] = {"said": said, "standing": standing, "differences": len(differences())}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What many do at once: for threads on PostgreSQL, and for processes on SQLite.

As a program: `python -m tests.loyalty.races WHAT TRIES KEY` waits for a line on its standard input,
then tries so often and prints how often which answer came.
"""

import json
import sys
from collections import Counter

MEMBER, AT = "C1", "2026-11-16T12:00:00+00:00"


def attempt(act):
    """What one attempt came to: done, replayed or the refusal's code. Nothing else may happen."""
    from core.errors import Gone
    from loyalty.errors import LoyaltyRefused

    try:
        return "replayed" if act().replayed else "done"
    except LoyaltyRefused as refusal:
        return str(refusal.code)
    except Gone:
        return "gone"


def redeeming(customer, programme, key=""):
    from loyalty.services.redeeming import redeem

    return lambda: redeem(
        actor=None, customer=customer, programme=programme, units=100, now=moment(), key=key
    )


def earning(customer, programme, order):
    from loyalty.services.earning import earn_for_order

    return lambda: earn_for_order(
        actor=None,
        customer=customer,
        programme=programme,
        order=order,
        amount_minor=100_000,
        currency="PLN",
        now=moment(),
    )


def claiming(customer, programme, key=""):
    from loyalty.models import Reward
    from loyalty.services.claiming import claim_reward

    reward = Reward.objects.get()
    return lambda: claim_reward(actor=None, customer=customer, reward=reward, now=moment(), key=key)


def approving(customer, programme, key=""):
    """Processes of two managers approve one wish at once."""
    from types import SimpleNamespace

    from accounts.models import Approval, User
    from accounts.services.approvals import approve

    manager = User.objects.filter(role="manager").order_by("?").first()

    def act():
        approve(actor=manager, approval=Approval.objects.get(), now=moment())
        return SimpleNamespace(replayed=False)

    return act


def moment():
    from datetime import datetime

    return datetime.fromisoformat(AT)


def main(what, tries, key):
    import django

    django.setup()
    from loyalty.customers_named import customer_named
    from loyalty.services.programmes import get_programme

    whose = customer_named(MEMBER), get_programme()
    act = {"redeem": redeeming, "earn": earning, "claim": claiming, "approve": approving}[what](
        *whose, key
    )
    say("ready")
    sys.stdin.readline()
    say(json.dumps(Counter(attempt(act) for _try in range(int(tries)))))


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

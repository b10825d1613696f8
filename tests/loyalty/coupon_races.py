"""What many processes do with coupons at once.

As a program: `python -m tests.loyalty.coupon_races WHAT PROCESSES` forks so many processes, lets
them begin at one moment, each with a connection of its own, and prints how often which answer came.
"""

import json
import os
import sys
from collections import Counter


def act(what, number):
    """What the process of this number tries."""
    from loyalty.models import CouponUse
    from tests.loyalty import coupons

    if what == "limit":
        return lambda: coupons.use("WELCOME", order=f"O-{number}")
    if what == "same":
        return lambda: coupons.use("AGAIN", order="one")
    uses = list(CouponUse.objects.filter(order="held"))
    end = coupons.capture if number % 2 else coupons.release
    return lambda: end(uses)


def shop():
    """Codes to race for: three uses of one, a word for one order, an order that is reserved."""
    from tests.loyalty import coupons

    coupons.word(coupons.campaign(total_limit=3))
    coupons.word(coupons.campaign(), "AGAIN")
    coupons.reserve(coupons.word(coupons.campaign(), "ENDED"), order="held")


def standing():
    """Used and held of each word, and what does not add up."""
    from loyalty.coupon_reconciling import coupon_differences
    from loyalty.models import CouponCode

    rows = CouponCode.objects.values_list("typed", "used", "held")
    counts = {typed: [used, held] for typed, used, held in rows}
    return {"codes": counts, "differences": coupon_differences()}


def worker(what, number, begin, answers):
    os.read(begin, 1)  # Ends when the parent closes its end.
    from tests.loyalty.coupons import attempt

    os.write(answers, attempt(act(what, number)).encode() + b"\n")
    os._exit(0)


def race(what, processes):
    begin, go = os.pipe()
    answers, write = os.pipe()
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            os.close(go)
            worker(what, number, begin, write)
        children.append(child)
    os.close(go)
    os.close(write)
    with os.fdopen(answers) as lines:
        said = Counter(line.strip() for line in lines)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    return dict(said)


def main(what, processes="0"):
    import django

    django.setup()
    if what == "shop":
        shop()
        return
    found = standing() if what == "standing" else race(what, int(processes))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

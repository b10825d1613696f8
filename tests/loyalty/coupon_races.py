"""What many processes do with coupons at once.

As a program: `python -m tests.loyalty.coupon_races WHAT PROCESSES` forks so many processes, lets
them begin at one moment, each with a connection of its own, and prints how often which answer came.
"""

import json
import sys


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


def main(what, processes="0"):
    import django

    django.setup()
    from tests.loyalty.at_once import race
    from tests.loyalty.coupons import attempt

    if what == "shop":
        shop()
        return
    found = (
        standing()
        if what == "standing"
        else race(lambda number: attempt(act(what, number)), int(processes))
    )
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

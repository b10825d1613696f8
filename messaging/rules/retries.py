"""When to try again what a mail server refused for now, and when to give up."""

from datetime import datetime, timedelta

# Minutes after the first, second, ... failed attempt; after the last there is no other.
DELAYS = (1, 5, 30, 120, 360, 720)
# Up to a tenth later, so that ten thousand refused together do not come back together.
SPREAD = 0.1


def next_try(attempts: int, now: datetime, chance: float) -> datetime | None:
    """The instant of the next attempt after `attempts` failed ones; None: give up.

    `chance` in [0, 1) spreads the instants. After the first failure at 10:00:00 with chance 0
    it is 10:01:00, after the second 10:06:00 if that one failed at 10:01:00.
    """
    if not 1 <= attempts <= len(DELAYS):
        return None
    delay = timedelta(minutes=DELAYS[attempts - 1])
    return now + delay * (1 + SPREAD * chance)

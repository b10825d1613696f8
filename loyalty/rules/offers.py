"""Whether somebody may have a reward today, points apart; and if not, why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Hindrance(StrEnum):
    """Why a reward is not to be had."""

    PUT_AWAY = "put_away"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_FOR = "not_for"
    LIMIT = "limit"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward's terms. `stock` and `limit_each` None: no end; dates None: none. Both dates belong
    to the offer."""

    is_put_away: bool
    starts_on: date | None
    ends_on: date | None
    limit_each: int | None
    stock: int | None


def hindrance(offer: Offer, *, today: date, fits: bool, taken: int) -> Hindrance | None:
    """The first thing that hinders, None where nothing does. `fits`: the person is among those whom
    it is for; `taken`: how many they have of it in the present period."""
    checks = (
        (offer.is_put_away, Hindrance.PUT_AWAY),
        (offer.starts_on is not None and today < offer.starts_on, Hindrance.NOT_YET),
        (offer.ends_on is not None and today > offer.ends_on, Hindrance.OVER),
        (not fits, Hindrance.NOT_FOR),
        (offer.limit_each is not None and taken >= offer.limit_each, Hindrance.LIMIT),
        (offer.stock is not None and offer.stock < 1, Hindrance.SOLD_OUT),
    )
    return next((reason for hinders, reason in checks if hinders), None)

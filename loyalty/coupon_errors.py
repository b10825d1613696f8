"""Why a coupon is refused, in words for the shop's own people. Strangers get one answer for all
(`loyalty.services.coupon_guessing`)."""

from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refused


class Reason(StrEnum):
    """The codes of refusals, stable for commands and the API."""

    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    USED_UP = "used_up"
    LIMIT_REACHED = "limit_reached"
    CUSTOMER_LIMIT = "customer_limit"
    NEEDS_CUSTOMER = "needs_customer"
    NOT_YOURS = "not_yours"
    SEGMENT = "segment"
    MINIMUM = "minimum"
    BUDGET = "budget"
    CURRENCY = "currency"
    NOTHING_TO_TAKE = "nothing_to_take"
    NOT_TOGETHER = "not_together"
    TOO_MANY_CODES = "too_many_codes"
    ORDER_USED = "order_used"
    HOLD_EXPIRED = "hold_expired"
    HOLD_ENDED = "hold_ended"


class CouponRefused(Refused):
    """A coupon is refused for the reason in `code`; nothing has been changed."""

    def __init__(self, code: Reason, message: str) -> None:
        super().__init__(message)
        self.code = code


def refused(code: Reason, **values: str | int) -> CouponRefused:
    """The refusal in words; `values` fill them."""
    return CouponRefused(code, _words(code) % values)


def used_up(limit: int) -> CouponRefused:
    """The code was used as often as it can be."""
    words = ngettext(
        "This code has been used already.",
        "This code has been used %(number)d times, as often as it can be.",
        limit,
    )
    return CouponRefused(Reason.USED_UP, words % {"number": limit})


def _words(code: Reason) -> str:
    return {
        Reason.UNKNOWN: _("There is no such code."),
        Reason.MISTYPED: _("A character of this code is wrong. Please look at it once more."),
        Reason.WITHDRAWN: _("This code has been withdrawn."),
        Reason.STOPPED: _("The campaign “%(campaign)s” is stopped."),
        Reason.NOT_YET: _("This code is valid from %(day)s."),
        Reason.EXPIRED: _("This code was valid through %(day)s."),
        Reason.LIMIT_REACHED: _("“%(campaign)s” has been used as often as it can be for now."),
        Reason.CUSTOMER_LIMIT: _("This customer has used “%(campaign)s” as often as one may."),
        Reason.NEEDS_CUSTOMER: _("This code needs to know who the customer is. Choose them first."),
        Reason.NOT_YOURS: _("This code was given to somebody else."),
        Reason.SEGMENT: _("This code is only for “%(segment)s”; this customer is not among them."),
        Reason.MINIMUM: _("This code is for purchases from %(sum)s."),
        Reason.BUDGET: _("The money set aside for “%(campaign)s” is used up."),
        Reason.CURRENCY: _("This code is in %(currency)s."),
        Reason.NOTHING_TO_TAKE: _("This code would take nothing off this basket."),
        Reason.NOT_TOGETHER: _("This code cannot be used together with the others."),
        Reason.TOO_MANY_CODES: _("At most %(number)d codes can be used at once."),
        Reason.ORDER_USED: _("This code was used in this order already."),
        Reason.HOLD_EXPIRED: _("The time to use this code in the order has run out."),
        Reason.HOLD_ENDED: _("This use has ended already."),
    }[code]

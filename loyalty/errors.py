"""Why the bank refuses, with nothing changed: a code for programs, a message for people."""

from enum import StrEnum

from django.utils.translation import gettext as _

from core.errors import Refused


class Refusal(StrEnum):
    """The codes of refusals, stable for commands and the API."""

    INSUFFICIENT = "insufficient"
    IN_DEBT = "in_debt"
    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_ORDER = "unknown_order"
    REFUND_EXCEEDS_ORDER = "refund_exceeds_order"
    CURRENCY_MISMATCH = "currency_mismatch"
    KEY_REUSED = "key_reused"
    HOLD_ENDED = "hold_ended"
    HOLD_EXPIRED = "hold_expired"
    ORDER_ON_HOLD = "order_on_hold"
    ALREADY_REVERSED = "already_reversed"
    NOT_OFFERED = "not_offered"
    NOT_FOR_CUSTOMER = "not_for_customer"
    LIMIT_REACHED = "limit_reached"
    OUT_OF_STOCK = "out_of_stock"
    COST_CHANGED = "cost_changed"
    CLAIM_ENDED = "claim_ended"


class LoyaltyRefused(Refused):
    """The bank refuses for the reason in `code`."""

    def __init__(self, code: Refusal, message: str) -> None:
        super().__init__(message)
        self.code = code


def insufficient() -> LoyaltyRefused:
    """More was asked for than is available."""
    return LoyaltyRefused(Refusal.INSUFFICIENT, _("There are not enough points for this."))


def in_debt() -> LoyaltyRefused:
    """Nothing can be spent before what is owed is repaid."""
    return LoyaltyRefused(
        Refusal.IN_DEBT, _("Points are owed from a refund; nothing can be spent before.")
    )


def unknown_customer() -> LoyaltyRefused:
    """Nobody has this customer number."""
    return LoyaltyRefused(Refusal.UNKNOWN_CUSTOMER, _("Nobody has this customer number."))


def unknown_order() -> LoyaltyRefused:
    """No order of this number has earned anything."""
    return LoyaltyRefused(Refusal.UNKNOWN_ORDER, _("No order of this number has earned points."))


def refund_exceeds_order() -> LoyaltyRefused:
    """More would go back than was paid."""
    return LoyaltyRefused(
        Refusal.REFUND_EXCEEDS_ORDER, _("More would be refunded than was paid for the order.")
    )


def currency_mismatch(expected: str) -> LoyaltyRefused:
    """The programme counts in another currency."""
    words = _("The programme counts in %(currency)s.") % {"currency": expected}
    return LoyaltyRefused(Refusal.CURRENCY_MISMATCH, words)


def key_reused() -> LoyaltyRefused:
    """The key, or the order, stands for something else already."""
    return LoyaltyRefused(
        Refusal.KEY_REUSED, _("This key or order number has been used for something else.")
    )


def hold_ended() -> LoyaltyRefused:
    """The hold was captured or cancelled before."""
    return LoyaltyRefused(
        Refusal.HOLD_ENDED, _("These reserved points have been spent or set free already.")
    )


def hold_expired() -> LoyaltyRefused:
    """The hold's time has run out."""
    return LoyaltyRefused(
        Refusal.HOLD_EXPIRED, _("The time to spend these reserved points has run out.")
    )


def order_on_hold() -> LoyaltyRefused:
    """The order has an open hold of another amount."""
    return LoyaltyRefused(
        Refusal.ORDER_ON_HOLD, _("Another number of points is reserved for this order.")
    )


def already_reversed() -> LoyaltyRefused:
    """It was taken back before."""
    return LoyaltyRefused(Refusal.ALREADY_REVERSED, _("This has been taken back already."))

"""Why a reward is refused, with nothing changed; see `loyalty.errors`."""

from django.utils.translation import gettext as _

from core.templatetags.ui import whole
from loyalty.errors import LoyaltyRefused, Refusal
from loyalty.rules.offers import Hindrance

_CODES = {
    Hindrance.PUT_AWAY: Refusal.NOT_OFFERED,
    Hindrance.NOT_YET: Refusal.NOT_OFFERED,
    Hindrance.OVER: Refusal.NOT_OFFERED,
    Hindrance.NOT_FOR: Refusal.NOT_FOR_CUSTOMER,
    Hindrance.LIMIT: Refusal.LIMIT_REACHED,
    Hindrance.SOLD_OUT: Refusal.OUT_OF_STOCK,
}


def hindered(reason: Hindrance) -> LoyaltyRefused:
    """It is not to be had, for this reason."""
    return LoyaltyRefused(_CODES[reason], hindrance_words(reason))


def hindrance_words(reason: Hindrance) -> str:
    """The reason in words."""
    return {
        Hindrance.PUT_AWAY: _("This reward is not offered any more."),
        Hindrance.NOT_YET: _("This reward is not offered yet."),
        Hindrance.OVER: _("The time of this reward is over."),
        Hindrance.NOT_FOR: _("This reward is for other customers."),
        Hindrance.LIMIT: _("The customer has had this reward as often as is allowed."),
        Hindrance.SOLD_OUT: _("This reward is out of stock."),
    }[reason]


def cost_changed(cost: int) -> LoyaltyRefused:
    """It costs something else than what the person saw."""
    words = _("This reward costs %(cost)s now. Look again and redeem it then.")
    return LoyaltyRefused(Refusal.COST_CHANGED, words % {"cost": whole(cost)})


def claim_moved_on() -> LoyaltyRefused:
    """Somebody was quicker with this claim."""
    return LoyaltyRefused(
        Refusal.CLAIM_ENDED, _("Somebody was quicker: this reward stands elsewhere by now.")
    )


def claim_handed_over() -> LoyaltyRefused:
    """What is in the customer's hands is not cancelled."""
    return LoyaltyRefused(
        Refusal.CLAIM_ENDED,
        _("This reward was handed over. Take it back from the customer first."),
    )

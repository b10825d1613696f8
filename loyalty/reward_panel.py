"""Rewards on the customer's page: what they save for, what is within reach, what waits for them."""

from accounts import policy
from customers.panels import Scene
from loyalty.at_hand import points_of, programme_of
from loyalty.shelf import claims_of, shelf_before

SHOWN = 3


def rewards(scene: Scene) -> dict[str, object] | None:
    """None where the shop has no rewards for this customer and none waits for them."""
    shelf = shelf_before(scene.customer, programme_of(scene), points_of(scene), scene.now)
    claims = claims_of(scene.customer, only_open=True)
    if not shelf.places and not claims:
        return None
    lacking = [place for place in shelf.places if place.missing and not place.hindrance]
    role = scene.user.role
    return {
        "goal": shelf.goal,
        "within_reach": shelf.within_reach[:SHOWN],
        "next": None if shelf.goal or not lacking else lacking[0],
        "claims": claims[:SHOWN],
        "may_claim": policy.may(role, "loyalty:reward_claim", "POST"),
        "may_act": policy.may(role, "loyalty:claim_hand_over", "POST"),
    }

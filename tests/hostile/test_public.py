"""The one form that people send without signing in but for the door: the preference page."""

import pytest

from customers.models import MailPreference, PreferenceChange
from tests.hostile import nasty
from tests.hostile.world import World, untouched

pytestmark = pytest.mark.django_db
FORM = {"topics": "newsletter", "frequency": "weekly", "language": "pl"}


@pytest.mark.parametrize("field", [*FORM, "customer", "paused_until", "done"])
def test_nasty_values_are_refused_or_mean_nothing(world: World, field: str) -> None:
    address = world.address("messaging:preferences")
    wrong = {}
    for label, value in nasty.ALL.items():
        with untouched():
            pairs = list((FORM | {field: value}).items())
            answer = world.clients[None].post(
                f"{address}?done={label}", nasty.encoded(pairs), "application/x-www-form-urlencoded"
            )
            known = set(MailPreference.objects.values_list("frequency", "paused_until"))
        taken = field not in FORM
        if answer.status_code not in ({302} if taken else {302, 400, 422}) or known - {
            ("weekly", None),
            ("any", None),
        }:
            wrong[label] = answer.status_code, known

    assert wrong == {}


def test_the_forms_own_values_are_taken(world: World) -> None:
    with untouched():
        answer = world.clients[None].post(world.address("messaging:preferences"), FORM)
        wishes = set(PreferenceChange.objects.values_list("wish", flat=True))

    assert answer.status_code == 302
    assert {"frequency", "language"} <= wishes

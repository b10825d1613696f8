"""After any change the refreshed roll-ups equal a derivation from nothing."""

import pytest

from retention.services.checking import differences
from retention.services.rebuild import rebuild
from retention.services.refresh import refresh
from tests.retention.world import NOW, change_world, make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_a_refresh_equals_a_derivation_from_nothing(seed: int) -> None:
    world = make_world(seed)
    rebuild(now=NOW)

    for size in (1, 1, 2, 5, 12):
        change_world(world, size)
        refresh(now=NOW, limit=10_000)

        assert differences(now=NOW) == []

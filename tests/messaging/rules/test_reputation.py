"""Where complaints and bounces begin to hurt, to the mail."""

import pytest

from messaging.rules.reputation import Shares, Standing


@pytest.mark.parametrize(
    ("shares", "standing"),
    [
        (Shares(), Standing.FEW),
        (Shares(sent=99, complained=99), Standing.FEW),
        (Shares(sent=1000, complained=3), Standing.COMPLAINTS),
        (Shares(sent=1001, complained=3), Standing.WATCH),
        (Shares(sent=1000, complained=1), Standing.WATCH),
        (Shares(sent=1001, complained=1), Standing.GOOD),
        (Shares(sent=100, hard=2), Standing.DEAD),
        (Shares(sent=101, hard=2), Standing.GOOD),
        (Shares(sent=100, hard=1, soft=4), Standing.BOUNCES),
        (Shares(sent=100, hard=1, soft=3), Standing.GOOD),
        (Shares(sent=1000, hard=20, complained=3), Standing.COMPLAINTS),
        (Shares(refused=99), Standing.FEW),
        (Shares(refused=100), Standing.REFUSED),
        (Shares(sent=95, refused=5), Standing.REFUSED),
        (Shares(sent=96, refused=5), Standing.GOOD),
        (Shares(sent=100, soft=5, refused=10), Standing.REFUSED),
    ],
)
def test_the_worst_that_can_be_said(shares, standing):
    assert shares.standing is standing


def test_a_share_of_nothing_is_none():
    assert Shares(hard=1).share("hard") is None
    assert Shares().share("refused") is None
    assert Shares(sent=8, hard=1).share("hard") == 12.5


def test_what_was_refused_is_a_share_of_what_was_offered():
    assert Shares(sent=6, refused=2).share("refused") == 25.0
    assert Shares(refused=2).share("refused") == 100.0

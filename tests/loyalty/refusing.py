"""Refusals, and that they leave everything as it was."""

from contextlib import contextmanager

import pytest

from core.errors import Refused
from loyalty.errors import LoyaltyRefused
from tests.loyalty.bank import everything


@contextmanager
def refused(code=None):
    """The act inside is refused with this code (None: as bad input), and no row changes."""
    before = everything()
    with pytest.raises(LoyaltyRefused if code else Refused) as caught:
        yield
    assert getattr(caught.value, "code", None) == code
    assert everything() == before

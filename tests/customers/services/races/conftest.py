"""A clock that goes on from noon."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.customers import NOON


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON + timedelta(days=1), tick=True):
        yield

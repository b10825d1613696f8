"""Words in English, whatever a test before has spoken."""

from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield

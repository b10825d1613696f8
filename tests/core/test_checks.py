from typing import Any

import pytest
from django.test import override_settings

from core.checks import sqlite_is_safe
from crm.env import SQLITE_OPTIONS


def check_with(options: dict[str, Any]) -> list[str]:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "x", "OPTIONS": options}
    with override_settings(DATABASES={"default": database}):
        return [message.msg for message in sqlite_is_safe()]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_our_own_options_are_safe() -> None:
    assert check_with(SQLITE_OPTIONS) == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_djangos_defaults_are_refused() -> None:
    (message,) = check_with({})

    assert "journal_mode=WAL" in message
    assert "foreign_keys=ON" in message
    assert "transaction_mode=IMMEDIATE" in message

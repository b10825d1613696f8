"""Real shops' purchases, beside the checkout or where REAL_DATA says.

Where they are missing these tests skip and say so loudly; in CI (CI=true) they fail.
"""

import os
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from core.models import Shop
from retention.services.freshness import bring_up_to_date
from tests.real_data.shop_answers import DATA, REFERENCE, SHOPS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def real_data_missing() -> str:
    """Why these tests cannot run; empty where they can."""
    missing = [str(path) for path in (DATA, REFERENCE) if not path.is_dir()]
    return f"real data not found: {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session", autouse=True)
def _data_is_there() -> None:
    reason = real_data_missing()
    if not reason:
        return
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    warnings.warn(f"NOT CHECKED against real shops: {reason}", stacklevel=1)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def shop_of_file(
    request: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Any]]:
    """The shop of this name, imported by the command once for the module."""
    shop = SHOPS[request.param]
    with django_db_blocker.unblock(), transaction.atomic():
        place = {"timezone": shop["zone"], "currency": shop["currency"]}
        Shop.objects.update_or_create(pk=1, defaults=place)
        words = ["--timezone", shop["zone"], "--currency", shop["currency"], "--json"]
        call_command("import_purchases", str(DATA / shop["file"]), *words, stdout=StringIO())
        bring_up_to_date(now=NOW, wait=True)
        yield shop
        transaction.set_rollback(True)

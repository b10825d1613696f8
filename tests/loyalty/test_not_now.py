"""The database cannot do it now: another session holds the account (F11), or its disk is full
(F10). The clerk is told to try again, nothing is changed, and the same works afterwards."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import OperationalError, close_old_connections, connection, transaction

from core.models import AuditEntry
from loyalty.models import Account
from tests.conftest import entered
from tests.factories.accounts import UserFactory
from tests.loyalty.bank import Bank, differences, everything
from tests.loyalty.test_points_page import redeem

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member():
    member = Bank()
    member.adjust(1_000, NOW)
    yield member
    assert differences() == []


@pytest.fixture
def clerk():
    client = entered(UserFactory(role="support"))
    client.raise_request_exception = False
    return client


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


class Held:
    """Another session is at the account."""

    def __init__(self, account):
        self._account, self._begun, self._over = account, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def _hold(self):
        close_old_connections()
        with transaction.atomic():
            Account.objects.filter(pk=self._account.pk).update(version=self._account.version)
            self._begun.set()
            self._over.wait(60)
        connection.close()

    def __enter__(self):
        self._thread.start()
        assert self._begun.wait(60)

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()


def impatient(statement_too):
    """This session waits for a moment only, not for twenty seconds."""
    if connection.vendor == "sqlite":
        sql("PRAGMA busy_timeout = 200")
        return lambda: sql("PRAGMA busy_timeout = 20000")
    name = "statement_timeout" if statement_too else "lock_timeout"
    sql(f"SET {name} = '400ms'")
    return lambda: sql(f"RESET {name}")


def is_refused_for_now(answer):
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("statement_too", [False, True])
def test_who_waits_too_long_is_told_to_try_again(member, clerk, statement_too):
    before, audited = everything(), AuditEntry.objects.count()
    patient = impatient(statement_too)
    try:
        with Held(member.account):
            answer = redeem(clerk, member.customer, units="60", reason="A bowl")
    finally:
        patient()

    is_refused_for_now(answer)
    assert (everything(), AuditEntry.objects.count()) == (before, audited)
    assert redeem(clerk, member.customer, units="60", reason="A bowl").status_code == 302
    assert member.account.available == 940


def until_it_does_not_fit(act):
    """Do it again and again; what it came to in the end, which has changed nothing."""
    for number in range(2_000):
        before = everything()
        try:
            done = act(number)
        except OperationalError as error:
            done = error
        if isinstance(done, OperationalError) or getattr(done, "status_code", 302) != 302:
            assert everything() == before
            return done
    raise AssertionError("the disk is never full")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of PostgreSQL the server tells")
def test_a_full_disk_leaves_nothing_half_done(member, clerk):
    """The file may not grow; acts go on until one does not fit."""
    free = sql("PRAGMA page_count")[0]
    sql(f"PRAGMA max_page_count = {free}")
    try:
        refused = until_it_does_not_fit(lambda n: member.earn(f"O{n}" + "x" * 90, 10_000, NOW))
        assert isinstance(refused, OperationalError)
        answer = until_it_does_not_fit(
            lambda n: redeem(clerk, member.customer, units="1", reason="A bowl" * 40, key=f"k{n}")
        )
    finally:
        sql("PRAGMA max_page_count = 1073741823")

    is_refused_for_now(answer)
    assert sql("PRAGMA integrity_check") == ("ok",)
    assert not member.earn("later", 10_000, NOW).replayed
    assert redeem(clerk, member.customer, units="60", reason="A bowl").status_code == 302

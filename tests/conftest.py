"""Fixtures for all tests: the shop, the cast, signed-in clients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.backends.postgresql.base import DatabaseOperations as PostgresqlOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations
from django.template import Context, Template
from django.test import Client
from django.test.utils import _TestState
from django.utils import translation
from django.utils.crypto import get_random_string
from hypothesis import HealthCheck, settings
from whitenoise.base import WhiteNoise

from accounts.models import Role, User
from core.models import Shop
from core.services.shop import get_shop

Cast = dict[str, User]
# The same examples in every run, and no clock: a busy machine must not make a test fail.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


# What a second database cannot change: rules and texts, looks, and what brings its own database.
# `make check` runs these with the first database only; stories and services run with both.
ONCE_FILES = {
    *("test_every_page.py", "test_start.py", "test_import_kill.py", "test_translations.py"),
    # Of tests/hostile: what templates escape and what the frame around every view answers.
    *("test_display.py", "test_headers.py", "test_methods.py"),
}
DATABASE = {"db", "transactional_db", "module_db", "django_db_setup"}


def _is_the_same_on_any_database(item: pytest.Item) -> bool:
    if item.path.name in ONCE_FILES or item.path.parent.name == "languages":
        return True
    asks = item.get_closest_marker("django_db") or DATABASE & set(item.fixturenames)
    return item.path.parent.name == "rules" and not asks


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives other processes, a browser or workers, is tried once more on a busy machine; the
    summary names it, and what fails twice has failed."""
    for item in items:
        if item.path.parent.name in {"flows", "faults"} or item.path.name == "test_start.py":
            item.add_marker(pytest.mark.flaky(reruns=1))
        if _is_the_same_on_any_database(item):
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """No language that an earlier request has left active in this thread."""
    translation.deactivate()


@pytest.fixture
def shop(db: None) -> Shop:
    return get_shop()


@contextmanager
def untouched() -> Iterator[None]:
    """Undoes what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction that the module's end undoes: what fixtures of a module's scope write in it
    is there for each of its tests, and what a test writes is undone after the test, as ever."""
    with django_db_blocker.unblock(), untouched():
        yield


def make_user(role: str, username: str = "") -> User:
    user = User(username=username or role, role=role, name=role.title())
    user.set_password("correct horse battery")
    user.save()
    return user


@pytest.fixture
def cast(db: None) -> Cast:
    """One person per role."""
    return {role: make_user(role) for role in Role.values}


def entered(user: User) -> Client:
    """A browser with a session of the person, in one write; `force_login` asks a dozen times."""
    store, key = SessionStore(), get_random_string(32, VALID_KEY_CHARS)
    facts = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    row = store.model(session_key=key, session_data=store.encode(facts))
    row.expire_date = store.get_expiry_date()
    row.save(force_insert=True)
    client = Client()
    client.cookies["sessionid"] = key
    return client


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A client signed in as the given role."""

    return lambda role: entered(cast[role])


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> None:
    """Let transactional tests empty append-only tables: on SQLite, which has no TRUNCATE, the
    triggers are dropped before a flush and made again after it; on PostgreSQL they rest."""
    original, truncating = SqliteOperations.sql_flush, PostgresqlOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drop = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        make = [sql for _name, sql in triggers]
        return drop + original(self, style, tables, **options) + make

    def sql_truncate(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
                " WHERE tgname LIKE '%no_truncate' AND tgenabled <> 'D'"
            )
            triggers = cursor.fetchall()
        rest, stand = (
            [f"ALTER TABLE {table} {word} TRIGGER {name}" for table, name in triggers]
            for word in ("DISABLE", "ENABLE")
        )
        return rest + truncating(self, style, tables, **options) + stand

    SqliteOperations.sql_flush = sql_flush
    PostgresqlOperations.sql_flush = sql_truncate


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once() -> None:
    """Every test client makes the middleware anew, which would list all static files anew."""
    original, known = WhiteNoise.update_files_dictionary, {}

    def update_files_dictionary(self: Any, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            original(self, root, prefix)
            known[root, prefix] = dict(self.files)
        self.files.update(known[root, prefix])

    WhiteNoise.update_files_dictionary = update_files_dictionary


@pytest.fixture(autouse=True, scope="session")
def _only_whole_pages_are_kept(django_test_environment: None) -> None:
    """The test client would copy the context of every piece that a page includes; what
    `response.context` is asked for stands in the page's own."""
    watched, plain = Template._render, _TestState.saved_data.template_render

    def _render(self: Template, context: Context) -> str:
        return str((watched if context.template is self else plain)(self, context))

    Template._render = _render

"""Several at once: two who refresh, one who reads while another derives, marks that come between.

PostgreSQL and SQLite alike: each thread has a connection of its own.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from retention import reports
from retention.models import RollupState, StaleMark
from retention.services import freshness, refresh, shadow
from retention.services import rebuild as rebuilding
from retention.services.checking import differences
from retention.services.freshness import bring_up_to_date
from tests.retention.worlds.comparing import check_questions, query_of
from tests.retention.worlds.keeping import NOW, Book, random_shop
from tests.retention.worlds.naive import Question
from tests.retention.worlds.tables import rollups

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(hours=2)
JANUARY = Question(date(2025, 1, 1), date(2025, 2, 1), 90)
PATIENCE = 60
Work = Callable[[], Any]


@pytest.fixture
def book(transactional_db: None) -> Book:
    made = random_shop(5, purchases=30)
    rebuilding.rebuild(now=NOW)
    return made


def own_connection(work: Work) -> Work:
    """The work, leaving no connection behind."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


def at_once(*works: Work) -> list[Any]:
    """Run all, beginning together; their answers in order."""
    gate = threading.Barrier(len(works))

    def opened(work: Work) -> Work:
        def run() -> Any:
            gate.wait(PATIENCE)
            return work()

        return own_connection(run)

    with ThreadPoolExecutor(len(works)) as pool:
        return [found.result(PATIENCE) for found in [pool.submit(opened(w)) for w in works]]


class Pause:
    """Holds a function's first caller until it is let go."""

    def __init__(self, patch: pytest.MonkeyPatch, place: Any, name: str) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        original = getattr(place, name)

        def paused(*given: Any, **named: Any) -> Any:
            if not self.reached.is_set():
                self.reached.set()
                self.open.wait(PATIENCE)
            return original(*given, **named)

        patch.setattr(place, name, paused)


def sell(book: Book, count: int) -> None:
    for number in range(count):
        book.sell("abc"[number % 3], f"2025-01-{number + 1:02} 12:00", minor=111)


@pytest.mark.parametrize("readers", [2, 3])
def test_refreshers_at_once_do_the_work_once(book: Book, readers: int) -> None:
    sell(book, 5)
    version = RollupState.objects.get().version

    done = at_once(*[lambda: refresh.refresh(now=LATER, limit=100)] * readers)

    assert sorted(done) == [0] * (readers - 1) + [5]
    assert RollupState.objects.get().version == version + 1
    assert StaleMark.objects.count() == 0
    check_questions(book, [JANUARY])
    assert differences(now=LATER) == []


def test_batches_at_once_share_the_marks(book: Book) -> None:
    sell(book, 8)

    done = at_once(*[lambda: refresh.refresh(now=LATER, limit=3)] * 3)

    assert sorted(done) == [2, 3, 3]
    check_questions(book, [JANUARY])
    assert differences(now=LATER) == []


def test_readers_at_once_both_see_the_new_purchases(book: Book) -> None:
    sell(book, 5)

    found = at_once(*[lambda: bring_up_to_date(now=LATER)] * 2)

    assert {row.current for row in found} == {True}
    check_questions(book, [JANUARY])


def test_a_rebuild_and_a_refresh_at_once(book: Book) -> None:
    sell(book, 5)

    at_once(lambda: rebuilding.rebuild(now=LATER), lambda: refresh.refresh(now=LATER, limit=100))

    assert StaleMark.objects.count() == 0
    check_questions(book, [JANUARY])
    assert differences(now=LATER) == []


def test_two_rebuilds_at_once(book: Book) -> None:
    found = at_once(*[lambda: rebuilding.rebuild(now=LATER)] * 2)

    assert found[0] == found[1]
    assert differences(now=LATER) == []


def in_background(pool: ThreadPoolExecutor, work: Work) -> Future[Any]:
    return pool.submit(own_connection(work))


def held(book: Book, pause: Pause, work: Work, meanwhile: Work) -> Any:
    """What is found while the work is held half-way; the work ends afterwards."""
    with ThreadPoolExecutor(1) as pool:
        background = in_background(pool, work)
        try:
            assert pause.reached.wait(PATIENCE)
            found = meanwhile()
        finally:
            pause.open.set()
        background.result(PATIENCE)
    return found


@pytest.mark.parametrize("step", ["_refill", "_refill_months"])
def test_readers_see_the_old_figures_while_all_are_derived(
    book: Book, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """On PostgreSQL only the moment of the exchange itself is closed to readers."""
    if connection.vendor == "postgresql" and step != "_refill":
        pytest.skip("tables have changed places by then; readers wait for the end")
    before = reports.figures(query_of(JANUARY))
    sell(book, 5)
    name = "begin" if connection.vendor == "postgresql" else step
    pause = Pause(monkeypatch, shadow if name == "begin" else rebuilding, name)

    during = held(
        book,
        pause,
        lambda: rebuilding.rebuild(now=LATER),
        lambda: reports.figures(query_of(JANUARY)),
    )

    assert during == before
    after = reports.figures(query_of(JANUARY))
    assert after.purchases == before.purchases + 5
    check_questions(book, [JANUARY])


def test_readers_see_the_old_figures_while_some_are_refreshed(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rows = reports.figures(query_of(JANUARY)), rollups()
    sell(book, 5)
    pause = Pause(monkeypatch, refresh, "_cover_new_months")

    during = held(
        book,
        pause,
        lambda: refresh.refresh(now=LATER, limit=100),
        lambda: (reports.figures(query_of(JANUARY)), rollups()),
    )

    assert during == (before, rows)
    check_questions(book, [JANUARY])


def test_a_reader_does_not_wait_long_for_another_refresh(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "PATIENCE_SECONDS", 1)
    sell(book, 4)
    pause = Pause(monkeypatch, refresh, "_cover_new_months")

    during = held(
        book,
        pause,
        lambda: refresh.refresh(now=LATER, limit=100),
        lambda: bring_up_to_date(now=LATER),
    )

    assert (during.current, during.refreshed_at, during.waiting) == (False, NOW, 4)
    assert bring_up_to_date(now=LATER).current


@pytest.mark.postgres
def test_a_purchase_that_comes_during_a_refresh_is_the_next_ones(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    sell(book, 3)
    pause = Pause(monkeypatch, refresh, "_replace_rows")

    held(
        book,
        pause,
        lambda: refresh.refresh(now=LATER, limit=100),
        lambda: book.sell("a", "2025-01-20 12:00"),
    )

    assert StaleMark.objects.count() == 1
    assert bring_up_to_date(now=LATER).current
    check_questions(book, [JANUARY])
    assert differences(now=LATER) == []


@pytest.mark.postgres
def test_a_purchase_that_comes_during_a_rebuild_is_kept(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    pause = Pause(monkeypatch, rebuilding, "_refill_months")

    held(
        book,
        pause,
        lambda: rebuilding.rebuild(now=LATER),
        lambda: book.sell("a", "2025-01-20 12:00"),
    )

    assert StaleMark.objects.count() == 1
    assert bring_up_to_date(now=LATER).current
    check_questions(book, [JANUARY])
    assert differences(now=LATER) == []

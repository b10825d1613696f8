"""More changes than a reader works off: the last state is shown whole, and the job finishes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core import clock
from core.models import JobState
from core.services.jobs import JobFailed, run_job
from retention import reports
from retention.models import RollupState, StaleMark
from retention.services import freshness, refresh, shadow
from retention.services import rebuild as rebuilding
from retention.services.checking import differences
from retention.services.freshness import Freshness, bring_up_to_date
from retention.services.rebuild import rebuild
from tests.retention.worlds.comparing import check_questions, people_of, query_of
from tests.retention.worlds.keeping import NOW, Book, random_shop
from tests.retention.worlds.naive import Question
from tests.retention.worlds.tables import rollups

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
# The months that are kept ready with everything, money of the lost too.
MONTHS = [
    Question(date(2025, 1, 1), date(2025, 2, 1), 90),
    Question(date(2025, 2, 1), date(2025, 3, 1), 365),
    Question(date(2025, 6, 1), date(2025, 7, 1), 365, "EUR"),
]
SignIn = Callable[[str], Client]


@pytest.fixture
def book(db: None) -> Book:
    made = random_shop(5, purchases=40)
    rebuild(now=NOW)
    return made


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand are six here, and a batch has four."""
    monkeypatch.setattr(freshness, "INLINE", 6)
    monkeypatch.setattr(freshness, "BATCH", 4)


def sell_many(book: Book, count: int) -> None:
    for number in range(count):
        book.sell("abc"[number % 3], f"2025-01-{number + 1:02} 12:00", minor=111)


@pytest.mark.parametrize(("sold", "current"), [(1, True), (5, True), (6, True), (7, False)])
def test_a_reader_works_off_as_many_as_the_limit(book: Book, sold: int, *, current: bool) -> None:
    sell_many(book, sold)

    found = bring_up_to_date(now=LATER)

    assert found == Freshness(
        current=current,
        refreshed_at=LATER if current else NOW,
        waiting=0 if current else sold,
        progress=None,
    )


def copy_of(book: Book) -> Book:
    return Book(dict(book.bought), dict(book.returned), book.people, book.regulars, book.zone)


def test_the_last_state_is_whole_while_changes_wait(book: Book) -> None:
    before = copy_of(book)

    sell_many(book, 9)
    bring_up_to_date(now=LATER)

    check_questions(before, MONTHS)
    for name, people in before.naive.people(MONTHS[0]).items():
        listing = reports.members(query_of(MONTHS[0]), name)
        assert sorted(people_of(before, listing)) == sorted(people), name
    with pytest.raises(AssertionError):
        check_questions(book, MONTHS)


def test_the_job_finishes_what_readers_left(book: Book) -> None:
    sell_many(book, 9)
    seen = [bring_up_to_date(now=LATER)]

    while not seen[-1].current:
        assert run_job("retention-rollups", LATER) > 0
        seen.append(bring_up_to_date(now=LATER, wait=False))

    assert [(row.current, row.waiting, row.progress) for row in seen] == [
        (False, 9, None),
        (True, 0, None),
    ]
    assert seen[0].refreshed_at == NOW
    assert seen[-1].refreshed_at == LATER
    check_questions(book, MONTHS)
    assert differences(now=LATER) == []


def test_progress_is_told_batch_by_batch(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "INLINE", 0)
    sell_many(book, 10)

    told = []
    for _time in range(3):
        freshness.run_job(LATER)
        found = bring_up_to_date(now=LATER)
        told.append((found.waiting, found.progress, found.current))

    assert told == [(6, 40, False), (2, 80, False), (0, None, True)]
    assert freshness.run_job(LATER) == 0
    assert RollupState.objects.get().work_total == 0


def test_more_work_on_the_way_moves_the_goal(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "INLINE", 0)
    sell_many(book, 8)
    freshness.run_job(LATER)

    book.sell("a", "2025-02-02 12:00")
    book.sell("b", "2025-02-03 12:00")

    assert bring_up_to_date(now=LATER).progress == 25
    freshness.run_job(LATER)
    assert bring_up_to_date(now=LATER).progress == 75


def test_half_a_job_is_consistent(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """After one batch the roll-ups are those of the purchases that the batch saw."""
    monkeypatch.setattr(freshness, "INLINE", 0)
    for who in "abc":
        book.sell(who, "2023-12-30 12:00")
        book.sell(who, "2023-12-31 12:00")
    bring_up_to_date(now=NOW, wait=True)
    before = copy_of(book)
    sell_many(book, 8)
    half = copy_of(book)
    for row in list(half.bought.values())[-4:]:
        del half.bought[row.key]

    freshness.run_job(LATER)

    assert len(half.bought) == len(before.bought) + 4
    check_questions(half, MONTHS)


def test_a_command_waits_for_everything(book: Book) -> None:
    sell_many(book, 20)

    found = bring_up_to_date(now=LATER, wait=True)

    assert found == Freshness(current=True, refreshed_at=LATER, waiting=0, progress=None)
    check_questions(book, MONTHS)


def test_nothing_to_do_changes_nothing(book: Book) -> None:
    rows, state = rollups(), RollupState.objects.values().get()

    found = bring_up_to_date(now=LATER)

    assert found == Freshness(current=True, refreshed_at=NOW, waiting=0, progress=None)
    assert (rollups(), RollupState.objects.values().get()) == (rows, state)


def test_each_refresh_is_another_version(book: Book) -> None:
    before = RollupState.objects.get().version

    book.sell("a", "2025-02-02 12:00")
    bring_up_to_date(now=LATER)
    bring_up_to_date(now=LATER)

    assert RollupState.objects.get().version == before + 1


def test_a_new_zone_of_a_large_shop_is_the_jobs(book: Book) -> None:
    before = copy_of(book)
    book.move_shop("Asia/Tokyo")

    found = bring_up_to_date(now=LATER)

    assert (found.current, found.waiting, found.refreshed_at) == (False, 0, NOW)
    check_questions(before, MONTHS)
    assert run_job("retention-rollups", LATER) == 1
    assert bring_up_to_date(now=LATER).current
    check_questions(book, MONTHS)


def test_the_page_says_of_when_it_is(
    book: Book, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    client = sign_in(Role.MANAGER)
    sell_many(book, 7)

    waiting = client.get(reverse("retention:report")).content.decode()
    piece = client.get(reverse("retention:freshness"))
    run_job("retention-rollups", LATER)
    run_job("retention-rollups", LATER)
    done = client.get(reverse("retention:report")).content.decode()

    assert "Figures as of" in waiting
    assert "7 changes are being worked in" in waiting
    assert "HX-Refresh" not in piece
    assert "Figures as of" not in done
    assert client.get(reverse("retention:freshness"))["HX-Refresh"] == "true"


class Killed(Exception):
    """The process ends here."""


STEPS: list[tuple[Any, str, int]] = [
    (refresh, "_refresh_guests", 0),
    (refresh, "_find_what_changed", 0),
    (refresh, "_put", 0),
    (refresh, "_put", 1),
    (refresh, "_put", 2),
    (refresh, "apply_signed", 0),
    (refresh, "apply_signed", 3),
    (refresh, "_change_month_sets", 0),
    (refresh, "add_changes", 0),
    (refresh, "_cover_new_months", 0),
    (refresh.months, "work_out_nets", 0),
    (refresh.months, "work_out_nets", 1),
]


def kill_at(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, time: int) -> None:
    """End the process after this call of the function."""
    original, calls = getattr(place, name), []

    def once(*given: Any, **named: Any) -> Any:
        answer = original(*given, **named)
        calls.append(name)
        if len(calls) == time + 1:
            raise Killed
        return answer

    monkeypatch.setattr(place, name, once)


@pytest.mark.parametrize(("place", "name", "time"), STEPS)
def test_a_refresh_killed_half_way_never_was(
    book: Book, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, time: int
) -> None:
    before, rows, state = copy_of(book), rollups(), RollupState.objects.values().get()
    sell_many(book, 3)
    book.sell(None, "2025-01-09 12:00")
    marks = StaleMark.objects.count()

    with monkeypatch.context() as patch:
        kill_at(patch, place, name, time)
        with pytest.raises(Killed):
            refresh.refresh(now=LATER, limit=100)

    assert (rollups(), RollupState.objects.values().get()) == (rows, state)
    assert StaleMark.objects.count() == marks == 4
    check_questions(before, MONTHS)
    assert bring_up_to_date(now=LATER).current
    check_questions(book, MONTHS)


@pytest.mark.parametrize("time", [0, 4, 9])
@pytest.mark.parametrize("name", ["begin", "index", "finish"])
def test_a_rebuild_killed_half_way_never_was(
    book: Book, monkeypatch: pytest.MonkeyPatch, name: str, time: int
) -> None:
    rows = rollups()
    sell_many(book, 3)

    with monkeypatch.context() as patch:
        kill_at(patch, shadow, name, time)
        with pytest.raises(Killed):
            rebuilding.rebuild(now=LATER)

    assert rollups() == rows
    assert StaleMark.objects.count() == 3
    rebuild(now=LATER)
    assert StaleMark.objects.count() == 0
    check_questions(book, MONTHS)


def test_a_job_that_fails_is_tried_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    sell_many(book, 3)
    with monkeypatch.context() as patch:
        kill_at(patch, refresh, "_replace_rows", 0)
        with pytest.raises(JobFailed):
            run_job("retention-rollups", LATER)

    assert "Killed" in JobState.objects.get(key="retention-rollups").last_error
    assert StaleMark.objects.count() == 3
    assert run_job("retention-rollups", LATER + timedelta(hours=3)) == 3
    assert JobState.objects.get(key="retention-rollups").last_error == ""
    check_questions(book, MONTHS)

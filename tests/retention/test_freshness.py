"""Who reads first brings the figures up to date; many changes are the job's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError

from core.jobs import due_jobs
from core.models import JobState
from core.services.jobs import run_job
from customers.observers import PurchasesChanged, announce
from retention.models import CustomerDay, DayCount, RollupState, StaleMark
from retention.services import freshness
from retention.services.checking import differences
from retention.services.freshness import bring_up_to_date, work_off
from retention.services.freshness import run_job as do_some
from retention.services.marks import mark_stale
from retention.services.rebuild import rebuild
from tests.retention.world import NOW, World, change_world, make_world

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def world() -> World:
    made = make_world(21)
    rebuild(now=NOW)
    return made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ten thousand is three here."""
    monkeypatch.setattr(freshness, "INLINE", 3)
    monkeypatch.setattr(freshness, "BATCH", 4)
    return


def test_a_fresh_database_is_current() -> None:
    found = bring_up_to_date(now=NOW)

    assert (found.current, found.waiting, found.progress) == (True, 0, None)


def test_a_reader_works_off_a_few_changes(world: World) -> None:
    change_world(world, 5)

    found = bring_up_to_date(now=LATER)

    assert (found.current, found.refreshed_at, found.waiting) == (True, LATER, 0)
    assert differences(now=LATER) == []


@pytest.mark.usefixtures("few")
def test_many_changes_are_left_to_the_job(world: World) -> None:
    change_world(world, 9)
    waiting = StaleMark.objects.count()

    found = bring_up_to_date(now=LATER)

    assert (found.current, found.refreshed_at, found.waiting) == (False, NOW, waiting)
    assert found.progress is None


@pytest.mark.usefixtures("few")
def test_the_job_works_in_batches_and_tells_how_far_it_is(world: World) -> None:
    change_world(world, 9)
    waiting = StaleMark.objects.count()

    assert do_some(LATER) == 4
    found = bring_up_to_date(now=LATER, wait=False)

    assert waiting - 4 > 3
    assert (found.waiting, found.progress) == (waiting - 4, 400 // waiting)
    while do_some(LATER):
        pass
    assert bring_up_to_date(now=LATER).current
    assert RollupState.objects.get().work_total == 0
    assert differences(now=LATER) == []


@pytest.mark.usefixtures("few")
def test_a_command_waits(world: World) -> None:
    change_world(world, 9)

    found = bring_up_to_date(now=LATER, wait=True)

    assert (found.current, found.waiting) == (True, 0)


def test_the_job_is_registered_and_due(world: World) -> None:
    change_world(world, 3)
    waiting = StaleMark.objects.count()

    assert "retention-rollups" in due_jobs
    assert run_job("retention-rollups", LATER) == waiting
    assert JobState.objects.get(key="retention-rollups").last_error == ""
    assert not StaleMark.objects.exists()


def test_everything_stale_is_rebuilt_by_the_reader_of_a_small_shop(world: World) -> None:
    CustomerDay.objects.all().delete()
    announce(PurchasesChanged(everything=True))

    assert bring_up_to_date(now=LATER).current
    assert differences(now=LATER) == []


@pytest.mark.usefixtures("few")
def test_everything_stale_of_a_large_shop_is_the_jobs(world: World) -> None:
    announce(PurchasesChanged(everything=True))

    assert not bring_up_to_date(now=LATER).current
    assert do_some(LATER) == 1
    assert bring_up_to_date(now=LATER).current


def test_most_of_the_shop_stale_is_rebuilt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "MANY", 5)
    rebuilt = []
    monkeypatch.setattr(
        freshness, "rebuild", lambda *, now: rebuilt.append(now) or rebuild(now=now)
    )
    announce(PurchasesChanged(customer_ids=frozenset(world.customers * 2)))
    announce(PurchasesChanged(customer_ids=frozenset(world.customers)))

    work_off(now=LATER)

    assert rebuilt == [LATER]
    assert not StaleMark.objects.exists()


def test_a_lock_held_by_others_shows_the_last_state(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_asked: object) -> int:
        raise OperationalError("database is locked")

    change_world(world, 2)
    monkeypatch.setattr(freshness, "refresh", locked)

    found = bring_up_to_date(now=LATER)

    assert (found.current, found.refreshed_at) == (False, NOW)
    assert DayCount.objects.exists()


def test_marks_that_come_meanwhile_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change_world(world, 2)
    seen = StaleMark.objects.count()

    mark_stale(PurchasesChanged(guest_days=frozenset({1}), customer_ids=frozenset({77})))

    assert StaleMark.objects.count() == seen + 2
    assert list(StaleMark.objects.order_by("pk").values_list("customer_id", "day"))[-2:] == [
        (77, None),
        (None, 1),
    ]


def test_an_announcement_names_days_or_whole_customers() -> None:
    mark_stale(
        PurchasesChanged(
            customer_ids=frozenset({5, 6}),
            customer_days=frozenset({(5, 100), (5, 101)}),
            guest_days=frozenset({100}),
        )
    )

    marks = set(StaleMark.objects.values_list("customer_id", "day"))
    assert marks == {(5, 100), (5, 101), (6, None), (None, 100)}

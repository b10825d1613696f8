from datetime import UTC, datetime, timedelta

from core.jobs import due_jobs
from core.models import RateLimit
from core.services.limits import LIMITS_JOB, is_allowed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def tries(key: str, count: int, now: datetime = NOW) -> list[bool]:
    return [is_allowed(key=key, limit=3, seconds=60, now=now) for _ in range(count)]


def test_the_try_after_the_limit_is_refused(db: None) -> None:
    assert tries("a", 5) == [True, True, True, False, False]


def test_keys_are_counted_apart(db: None) -> None:
    tries("a", 4)

    assert tries("b", 1) == [True]


def test_a_new_window_begins_afresh_and_drops_the_old(db: None) -> None:
    tries("a", 4)

    assert tries("a", 1, NOW + timedelta(seconds=60)) == [True]
    assert RateLimit.objects.count() == 1


def test_addresses_are_not_kept_in_the_clear(db: None) -> None:
    tries("sign-in:account:anna", 1)

    assert "anna" not in RateLimit.objects.get().key


def test_windows_of_keys_that_never_return_are_deleted_when_they_are_over(db: None) -> None:
    tries("once", 1)
    is_allowed(key="a day long", limit=3, seconds=86_400, now=NOW)

    assert LIMITS_JOB.run(NOW + timedelta(seconds=59)) == 0
    assert LIMITS_JOB.run(NOW + timedelta(seconds=60)) == 1
    assert LIMITS_JOB.run(NOW + timedelta(hours=12)) == 1
    assert not RateLimit.objects.exists()


def test_the_job_loop_does_it() -> None:
    assert LIMITS_JOB in [job for _key, job in due_jobs.items()]

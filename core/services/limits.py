"""Rate limits kept in the database, so that they hold over all processes and machines."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from core.jobs import DueJob
from core.models import RateLimit


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def is_allowed(*, key: str, limit: int, seconds: int, now: datetime) -> bool:
    """Count one try of the key in the present window; False from the try after the limit on.

    Windows are fixed stretches of `seconds`. Those that are over are deleted: the key's own at
    its next try, all others by a due job.
    """
    window, hashed = int(now.timestamp()) // seconds, _hashed(key)
    ends_at = datetime.fromtimestamp((window + 1) * seconds, UTC)
    with transaction.atomic():
        RateLimit.objects.filter(key=hashed, window__lt=window).delete()
        RateLimit.objects.get_or_create(key=hashed, window=window, defaults={"ends_at": ends_at})
        RateLimit.objects.filter(key=hashed, window=window).update(count=F("count") + 1)
        return RateLimit.objects.get(key=hashed, window=window).count <= limit


def give_back(*, key: str, seconds: int, now: datetime) -> None:
    """Take a counted try of the present window back: it turned out to be none."""
    window = int(now.timestamp()) // seconds
    counted = RateLimit.objects.filter(key=_hashed(key), window=window, count__gt=0)
    counted.update(count=F("count") - 1)


def forget_windows(now: datetime) -> int:
    """Delete the windows that are over, of keys that never came back too; returns how many."""
    return RateLimit.objects.filter(ends_at__lte=now).delete()[0]


LIMITS_JOB = DueJob(forget_windows, every=timedelta(hours=1))

"""The roll-up of transfers by month. Nothing depends on when it is done: whoever reads the flows
adds what is not summed yet."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max

from core.jobs import DueJob
from core.services.shop import get_shop
from loyalty.models import FlowMark, MonthFlow, Transfer
from loyalty.moved import by_month

# Longer than any act on the ledger takes: ids are given out before a transaction ends.
SETTLED_AFTER = timedelta(hours=1)


def sum_transfers(now: datetime) -> int:
    """Add to the roll-up what was there an hour ago; returns how many ids were passed. One
    transaction: killed half-way it changed nothing. Starts anew where the shop's zone changed."""
    with transaction.atomic():
        FlowMark.objects.get_or_create(pk=1)
        mark = FlowMark.objects.select_for_update().get(pk=1)
        zone = get_shop().zone
        if mark.zone != str(zone):
            MonthFlow.objects.all().delete()
            mark.summed, mark.zone = 0, str(zone)
        done = 0
        if mark.seen_at is None or now - mark.seen_at >= SETTLED_AFTER:
            done = _add(mark.summed, mark.seen, zone) if mark.seen > mark.summed else 0
            mark.summed = max(mark.summed, mark.seen)
            mark.seen = Transfer.objects.aggregate(newest=Max("pk"))["newest"] or 0
            mark.seen_at = now
        mark.save()
    return done


@transaction.atomic
def rebuild_flows() -> None:
    """Add the roll-up up anew, as far as it had come."""
    FlowMark.objects.get_or_create(pk=1)
    mark = FlowMark.objects.select_for_update().get(pk=1)
    MonthFlow.objects.all().delete()
    if mark.summed:
        _add(0, mark.summed, ZoneInfo(mark.zone))


def _add(after: int, until: int, zone: ZoneInfo) -> int:
    rows = Transfer.objects.filter(pk__gt=after, pk__lte=until)
    for moved in by_month(rows, zone):
        key = {"programme_id": moved.programme_id, "month": moved.month}
        pair = {"source": moved.source, "target": moved.target}
        row, _created = MonthFlow.objects.get_or_create(**key, **pair, defaults={"units": 0})
        MonthFlow.objects.filter(pk=row.pk).update(units=F("units") + moved.units)
    return until - after


SUM_JOB = DueJob(sum_transfers, every=timedelta(hours=1))

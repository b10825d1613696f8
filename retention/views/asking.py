"""What every page of retention begins with: read the address, bring the figures up to date."""

from dataclasses import dataclass
from datetime import date

from accounts.requests import StaffRequest
from core import clock
from retention import reports
from retention.forms.report import ReportForm
from retention.pages.asked import SHOWN, TABS, Asked
from retention.reports import Filters, Query
from retention.rules.periods import Period, month_of
from retention.services.freshness import Freshness, bring_up_to_date

# Shorter than the command's: on a page people ask about this quarter.
USUAL_WINDOW = 90


@dataclass(frozen=True, slots=True)
class Reading:
    """A checked request: what is asked, what was wrong with it, and how fresh figures are.

    `data` are the numbers of the months with purchases. What was wrong is left out of `asked`.
    """

    asked: Asked
    form: ReportForm
    fresh: Freshness
    data: range

    @property
    def problems(self) -> list[str]:
        """What is wrong with the address, for people; each names its field."""
        fields = self.form.fields
        return [
            f"{fields[name].label or name}: {message}"
            for name, messages in self.form.errors.items()
            for message in messages
        ]


def usual_period(data: range, today: date) -> Period:
    """The newest month with purchases; the one before it while that month is the present one,
    since a month that has just begun would look like everybody's leaving."""
    if not data:
        return month_of(clock.month_number(today))
    last = data[-1]
    return month_of(last - (last == clock.month_number(today) and len(data) > 1))


def read(request: StaffRequest) -> Reading:
    """Bring the figures up to date, then read the address against them."""
    now = clock.now()
    fresh = bring_up_to_date(now=now)
    data = reports.data_months()
    form = ReportForm(request.GET)
    form.is_valid()
    found = form.cleaned_data
    filters = Filters(
        branch_id=_pk(found.get("branch")),
        source=found.get("source") or "",
        tag_id=_pk(found.get("tag")),
    )
    today = clock.local_date(now, request.shop.zone)
    query = Query(
        period=found.get("period") or usual_period(data, today),
        window_days=found.get("window") or USUAL_WINDOW,
        currency=request.shop.currency,
        filters=filters,
    )
    asked = Asked(
        query,
        compares=found.get("compare") != "off",
        show=found.get("show") or SHOWN[0],
        tab=found.get("tab") or TABS[0],
    )
    return Reading(asked, form, fresh, data)


def _pk(row: object) -> int | None:
    pk = getattr(row, "pk", None)
    return pk if isinstance(pk, int) else None

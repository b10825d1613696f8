"""The report's figures as files; lists are handed on to their own view."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.http import Http404, HttpResponseBase

from accounts.requests import StaffRequest
from core.downloads import csv_response
from core.views.errors import error_page
from retention import reports
from retention.pages import files, lists
from retention.pages.asked import Asked
from retention.reports import LONGEST_SERIES, Figures
from retention.views.asking import Reading, read
from retention.views.lists import csv_list

# Beyond what any shop has sold, within what a mistyped year makes of it.
MOST_MONTHS = 600
File = tuple[Sequence[str], Iterable[files.Row]]


def _figures(asked: Asked, data: range) -> File:
    """The period and, where compared, the one before."""
    if asked.compares:
        comparison = reports.compare(asked.query)
        pair = [comparison.now, comparison.before]
    else:
        pair = [reports.figures(asked.query)]
    return files.FIGURES_HEADER, [files.figures_row(row) for row in pair if row is not None]


def _months(asked: Asked, data: range) -> File:
    """All months with purchases, the newest fifty years at most."""
    rows = _series(asked, data[-MOST_MONTHS:])
    return files.FIGURES_HEADER, [files.figures_row(row) for row in rows]


def _series(asked: Asked, months: range) -> Iterator[Figures]:
    for begin in range(0, len(months), LONGEST_SERIES):
        part = months[begin : begin + LONGEST_SERIES]
        yield from reports.months(
            part[0],
            part[-1] + 1,
            window_days=asked.query.window_days,
            currency=asked.query.currency,
            filters=asked.query.filters,
        )


def _cohorts(asked: Asked, data: range) -> File:
    """All cohorts over all months, the newest fifty years of them at most."""
    columns = min(max(1, len(data)), MOST_MONTHS)
    table = reports.cohorts(asked.cohort_query(data[-MOST_MONTHS:] or None, columns=columns))
    return files.COHORTS_HEADER, files.cohort_rows(table, asked.query.currency)


def _repeats(asked: Asked, data: range) -> File:
    rates = reports.repeat_rates(asked.query.filters)
    return files.REPEATS_HEADER, files.repeat_rows(rates)


KINDS: dict[str, Callable[[Asked, range], File]] = {
    "figures": _figures,
    "months": _months,
    "cohorts": _cohorts,
    "repeats": _repeats,
}


def csv(request: StaffRequest, kind: str) -> HttpResponseBase:
    """A file of this kind under the address's query; Http404 for a kind that is none."""
    if kind in lists.NAMES:
        return csv_list(request, kind)
    if kind not in KINDS:
        raise Http404
    reading: Reading = read(request)
    if reading.problems:
        return error_page(request, 400, " ".join(reading.problems))
    header, rows = KINDS[kind](reading.asked, reading.data)
    return csv_response(f"retention-{kind}.csv", header, rows)

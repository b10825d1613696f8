"""Figures and cohorts in the form that COMMANDS.md promises to scripts."""

from typing import Any

from core.money import major_text
from retention.reports.cohorts import CohortTable
from retention.reports.figures import Figures


def figures_document(figures: Figures) -> dict[str, Any]:
    """All keys of `retention_report`; rates unrounded, money as decimal strings."""
    query = figures.asked
    average = figures.average_order
    return {
        "from": query.period.start.isoformat(),
        "to": query.period.end.isoformat(),
        "window_days": query.window_days,
        "customers_at_start": figures.customers_at_start,
        "kept": figures.kept,
        "lost": figures.lost,
        "new": figures.new,
        "reactivated": figures.reactivated,
        "customers_at_end": figures.customers_at_end,
        "retention_rate": figures.retention_rate,
        "churn_rate": figures.churn_rate,
        "purchases": figures.purchases,
        "guest_purchases": figures.guest_purchases,
        "repeat_purchases": figures.repeat_purchases,
        "repurchase_index": figures.repurchase_index,
        "buyers": figures.buyers,
        "new_buyers": figures.new_buyers,
        "returning_buyers": figures.returning_buyers,
        "gross": major_text(figures.gross_minor, query.currency),
        "refunds": major_text(figures.refunds_minor, query.currency),
        "net": major_text(figures.net_minor, query.currency),
        "aov": None if average is None else f"{average:f}",
        "frequency": figures.frequency,
        "currency": query.currency,
    }


def cohorts_document(table: CohortTable) -> list[dict[str, Any]]:
    """A list of cohorts; months that have not happened are null."""
    return [
        {
            "cohort": f"{row.month // 12:04d}-{row.month % 12 + 1:02d}",
            "size": row.size,
            "active": [None if cell is None else cell.active for cell in row.cells],
        }
        for row in table.rows
    ]

from support.models.calendar import BusinessCalendar, CalendarDay, CalendarWindow, LegalRule
from support.models.case import (
    Case,
    CaseContact,
    CaseEntry,
    CaseKind,
    CaseNumber,
    CaseState,
    Category,
    Decision,
    Remedy,
    ServiceTarget,
    Severity,
)

__all__ = [
    "BusinessCalendar",
    "CalendarDay",
    "CalendarWindow",
    "Case",
    "CaseContact",
    "CaseEntry",
    "CaseKind",
    "CaseNumber",
    "CaseState",
    "Category",
    "Decision",
    "LegalRule",
    "Remedy",
    "ServiceTarget",
    "Severity",
]

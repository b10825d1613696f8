from support.models.calendar import BusinessCalendar, CalendarDay, CalendarWindow, LegalRule

__all__ = ["BusinessCalendar", "CalendarDay", "CalendarWindow", "LegalRule"]

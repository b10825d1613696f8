from retention.models.counts import (
    CohortCell,
    CohortMoney,
    DayCount,
    DayMoney,
    FirstCount,
    GapCount,
    GuestDay,
    MonthNet,
    MonthSet,
    VisitCount,
)
from retention.models.rows import NEVER, CustomerDay, CustomerFirst, CustomerMoney
from retention.models.state import RollupState, StaleMark

__all__ = [
    "NEVER",
    "CohortCell",
    "CohortMoney",
    "CustomerDay",
    "CustomerFirst",
    "CustomerMoney",
    "DayCount",
    "DayMoney",
    "FirstCount",
    "GapCount",
    "GuestDay",
    "MonthNet",
    "MonthSet",
    "RollupState",
    "StaleMark",
    "VisitCount",
]

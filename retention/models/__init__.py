from retention.models.counts import (
    CohortCell,
    CohortMoney,
    DayCount,
    DayMoney,
    FirstCount,
    GapCount,
    GuestDay,
    GuestSlice,
    MonthNet,
    MonthSet,
    SliceMonth,
    VisitCount,
)
from retention.models.rows import NEVER, CustomerDay, CustomerFirst, CustomerMoney, Slice
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
    "GuestSlice",
    "MonthNet",
    "MonthSet",
    "RollupState",
    "Slice",
    "SliceMonth",
    "StaleMark",
    "VisitCount",
]

from loyalty.models.account import Account, Operation, OperationNote
from loyalty.models.award import Award
from loyalty.models.ledger import Hold, HoldPart, HoldState, Lot, Transfer
from loyalty.models.mark import AwardMark
from loyalty.models.programme import POINTS, DebtPolicy, Programme, ProgrammeKind, one_major_unit

__all__ = [
    "POINTS",
    "Account",
    "Award",
    "AwardMark",
    "DebtPolicy",
    "Hold",
    "HoldPart",
    "HoldState",
    "Lot",
    "Operation",
    "OperationNote",
    "Programme",
    "ProgrammeKind",
    "Transfer",
    "one_major_unit",
]

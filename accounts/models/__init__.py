from accounts.models.approval import DECIDED, Approval, ApprovalState
from accounts.models.branch import Branch
from accounts.models.user import Role, User

__all__ = ["DECIDED", "Approval", "ApprovalState", "Branch", "Role", "User"]

from accounts.models.branch import Branch
from accounts.models.user import Role, User

__all__ = ["Branch", "Role", "User"]

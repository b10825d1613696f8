"""The policy table: which role may read or write at which address.

Each app registers its routes here; the middleware enforces the table, and a route that nobody
registered is closed to all. The permission sweep in the tests reads the same table and tries
every address as every role.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Role
from core.registry import Registry

EVERYONE = frozenset(Role)
SUPPORT_UP = frozenset({Role.SUPPORT, Role.MANAGER, Role.ADMIN})
MARKETING_UP = frozenset({Role.MARKETER, Role.MANAGER, Role.ADMIN})
MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may GET (`read`) and who may POST (`write`); empty means the method does not exist.

    `public` routes are open to people who are not signed in.
    """

    read: frozenset[Role] = NOBODY
    write: frozenset[Role] = NOBODY
    public: bool = False

    def methods(self) -> set[str]:
        """The HTTP methods that exist at the address."""
        return ({"GET", "HEAD"} if self.read else set()) | ({"POST"} if self.write else set())

    def allows(self, role: str, method: str) -> bool:
        """Whether the role may use the method."""
        return role in (self.write if method == "POST" else self.read)


routes: Registry[Rule] = Registry("policy")


def register(
    *names: str,
    read: Iterable[Role] = NOBODY,
    write: Iterable[Role] = NOBODY,
    public: bool = False,
) -> None:
    """Give each named route its rule."""
    for name in names:
        routes.register(name, Rule(frozenset(read), frozenset(write), public))


def may(role: str, route: str, method: str = "GET") -> bool:
    """Whether the role may use the route: what the frame shows follows from this."""
    return route in routes and routes.get(route).allows(role, method)

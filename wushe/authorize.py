"""Who may call a route: declared on the route, enforced before anything is read."""

from dataclasses import dataclass

from wushe.errors import NotAuthenticated, RoleNotAllowed
from wushe.identity import Caller

GATEWAY = "gateway"


@dataclass(frozen=True)
class Access:
    """The roles a route admits; ``public`` admits anyone, ``service`` only another process of ours."""

    roles: frozenset[str] = frozenset()
    public: bool = False
    service: bool = False

    def admit(self, caller: Caller) -> None:
        """Refuse a caller this route is not for."""
        if self.public:
            return
        if not caller.issuer:
            raise NotAuthenticated
        if self.service:
            admitted = caller.issuer != GATEWAY or caller.role == "service"
        else:
            admitted = caller.issuer == GATEWAY and caller.role in self.roles
        if not admitted:
            raise RoleNotAllowed(role=caller.role)

    def __str__(self) -> str:
        return "public" if self.public else "service" if self.service else " ".join(sorted(self.roles))


def Roles(*roles: str) -> Access:  # noqa: N802 -- reads as the type of caller it declares
    """A route for callers acting in one of these roles."""
    return Access(roles=frozenset(roles))


PUBLIC = Access(public=True)
SERVICE = Access(service=True)

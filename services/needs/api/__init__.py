"""Routes of the needs service, a module per collection: translate and delegate."""

from services.needs.api import concerns, internal, needs, residents
from services.needs.schemas.rules import SHAPES
from wushe.authorize import Roles
from wushe.rules import rule_router

RULE_READERS = Roles(*needs.ASKERS.roles, *needs.READERS.roles, *concerns.READERS.roles)
RULE_EDITORS = Roles("civil_affairs")

routers = [
    needs.router,
    concerns.router,
    residents.router,
    rule_router("needs", readers=RULE_READERS, editors=RULE_EDITORS, shapes=SHAPES),
    internal.router,
]

"""Routes of the needs service, a module per collection: translate and delegate."""

from services.needs.api import concerns, internal, needs, residents

routers = [needs.router, concerns.router, residents.router, internal.router]

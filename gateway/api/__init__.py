"""The gateway's own routes."""

from gateway.api import (
    accounts,
    clients,
    clocks,
    development,
    divisions,
    feed,
    files,
    inbox,
    lifecycle,
    moderation,
    paging,
    personal,
    policies,
    pushes,
    tokens,
    webhooks,
    wechat,
)
from gateway.codes import ROLES
from gateway.schemas.rules import SHAPES
from wushe.authorize import Roles
from wushe.routes import Router
from wushe.rules import rule_router

SAFE = (
    tokens,
    wechat,
    accounts,
    inbox,
    clients,
    feed,
    files,
    divisions,
    lifecycle,
    paging,
    personal,
    policies,
    pushes,
    moderation,
    webhooks,
)
SANDBOX = (development, clocks)
"""What production must not have."""
RULE_READERS = Roles(*(role for role in ROLES if role != "operator"))
RULE_EDITORS = Roles("civil_affairs", "society_work_dept")


def routers(profile: str) -> list[Router]:
    """The routes of one profile."""
    rules = rule_router("gateway", readers=RULE_READERS, editors=RULE_EDITORS, shapes=SHAPES)
    found = SAFE if profile == "production" else (*SAFE, *SANDBOX)
    return [*(each.router for each in found), rules]

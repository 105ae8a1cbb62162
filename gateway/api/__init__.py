"""The gateway's own routes."""

from gateway.api import (
    accounts,
    clients,
    clocks,
    development,
    divisions,
    feed,
    inbox,
    lifecycle,
    paging,
    tokens,
    wechat,
)
from wushe.routes import Router

SAFE = (tokens, wechat, accounts, inbox, clients, feed, divisions, lifecycle, paging)
SANDBOX = (development, clocks)
"""What production must not have."""


def routers(profile: str) -> list[Router]:
    """The routes of one profile."""
    found = SAFE if profile == "production" else (*SAFE, *SANDBOX)
    return [each.router for each in found]

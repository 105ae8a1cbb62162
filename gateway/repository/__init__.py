"""Every query of the gateway: what belongs to an account or person names its owner, the rest is limited by division."""

from gateway.repository.channels import TelephonePages, Wechat
from gateway.repository.files import Files
from gateway.repository.pushes import Pushes
from gateway.repository.registry import Accounts, Clocks, Divisions, Everywhere, Feed, Inbox
from gateway.repository.webhooks import Receivers

__all__ = [
    "Accounts",
    "Clocks",
    "Divisions",
    "Everywhere",
    "Feed",
    "Files",
    "Inbox",
    "Pushes",
    "Receivers",
    "TelephonePages",
    "Wechat",
]

"""Tables of the gateway."""

from gateway.models.channels import PageKind, PageState, TelephonePage, WechatIdentity
from gateway.models.files import File, FileKind, StoredObject
from gateway.models.kit import Base, kit
from gateway.models.registry import (
    Account,
    Client,
    CountyClock,
    Division,
    DivisionImport,
    FeedEntry,
    Grant,
    InboxMessage,
    Residency,
)

__all__ = [
    "Account",
    "Base",
    "Client",
    "CountyClock",
    "Division",
    "DivisionImport",
    "FeedEntry",
    "File",
    "FileKind",
    "Grant",
    "InboxMessage",
    "PageKind",
    "PageState",
    "Residency",
    "StoredObject",
    "TelephonePage",
    "WechatIdentity",
    "kit",
]

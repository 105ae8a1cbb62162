"""Tables of the gateway."""

from gateway.models.channels import PageKind, PageState, TelephonePage, WechatIdentity
from gateway.models.files import File, FileKind, StoredObject
from gateway.models.kit import Base, kit
from gateway.models.linking import LinkRequest
from gateway.models.persons import HELD, OF_ACCOUNT, TOLD, ForgottenPerson
from gateway.models.pushes import Push, PushChannel, PushChoice, PushState, Subscription
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
from gateway.models.webhooks import SentState, Webhook, WebhookDelivery, WebhookState

__all__ = [
    "HELD",
    "OF_ACCOUNT",
    "TOLD",
    "Account",
    "Base",
    "Client",
    "CountyClock",
    "Division",
    "DivisionImport",
    "FeedEntry",
    "File",
    "FileKind",
    "ForgottenPerson",
    "Grant",
    "InboxMessage",
    "LinkRequest",
    "PageKind",
    "PageState",
    "Push",
    "PushChannel",
    "PushChoice",
    "PushState",
    "Residency",
    "SentState",
    "StoredObject",
    "Subscription",
    "TelephonePage",
    "Webhook",
    "WebhookDelivery",
    "WebhookState",
    "WechatIdentity",
    "kit",
]

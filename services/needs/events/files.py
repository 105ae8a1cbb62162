"""What the gateway, which keeps the files, must know of them."""

from uuid import UUID

from wushe.outbox import Event


class FileAttached(Event):
    """An object of ours has a file: it is kept as long as we do not give it back; not public."""

    type = "cn.wushe.needs.file.attached.v1"
    subscribers = ("gateway",)

    file_id: UUID

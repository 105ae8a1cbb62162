"""What is announced of divisions."""

from typing import ClassVar

from wushe.outbox import Event


class DivisionMerged(Event):
    """What was open under some codes now stands under another."""

    type = "cn.wushe.needs.division.merged.v1"
    public: ClassVar[bool] = True

    from_codes: list[str]
    to_code: str


class DivisionRemapped(Event):
    """The same, for the gateway: what people may do there goes on under the new code; not public."""

    type = "cn.wushe.needs.division.remapped.v1"
    subscribers = ("gateway",)

    from_codes: list[str]
    to_code: str

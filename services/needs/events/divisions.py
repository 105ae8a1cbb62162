"""What is announced of divisions."""

from typing import ClassVar

from wushe.outbox import Event


class DivisionMerged(Event):
    """What was open under some codes now stands under another."""

    type = "cn.wushe.needs.division.merged.v1"
    public: ClassVar[bool] = True

    from_codes: list[str]
    to_code: str

"""The resources part of a project's chain on the wire."""

from services.resources.schemas.linking import DeliveryOut, RequestOut, ReservationOut
from services.resources.schemas.money import DisbursementOut
from wushe.routes import Out


class LinkedOut(Out):
    """What was asked for, reserved and delivered."""

    requests: list[RequestOut]
    reservations: list[ReservationOut]
    deliveries: list[DeliveryOut]


class MoneyOut(Out):
    """What was promised and paid; null where the project's design is not known yet."""

    budget_fen: int | None
    allocated_fen: int
    paid_fen: int
    disbursements: list[DisbursementOut]


class ChainOut(Out):
    """Resources and money of one project."""

    resources: LinkedOut
    money: MoneyOut

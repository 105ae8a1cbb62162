"""Shapes of orders of the 12345 hotline, on the wire and as rows of its lists."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from services.needs.domain import identifiers
from services.needs.domain.codes import Outcome
from services.needs.domain.lifecycle import WorkOrderState
from services.needs.domain.work_orders import EXPORTED, Mapping12345
from services.needs.models import WorkOrder
from services.needs.repository import WorkOrders
from services.needs.usecases import work_orders as cases
from services.needs.usecases.imports import Column, Values, shaped
from services.needs.usecases.work_orders import Told
from wushe.errors import CHINA
from wushe.routes import DivisionCode, Out, ShortText, Text
from wushe.sheets import Table
from wushe.work import Work

LABELS = {
    "number": "工单编号",
    "statement": "诉求内容",
    "division": "区划代码",
    "place": "诉求地址",
    "category": "诉求分类",
    "unit": "承办单位",
    "status": "工单状态",
    "dispatched_at": "派单时间",
    "due_at": "办理时限",
    "completed_at": "办结时间",
    "reply": "办理结果",
    "result": "回访结果",
    "satisfaction": "满意度",
    "phone": "联系电话",
}


def _in_china(value: Any) -> Any:
    """Lists are written by the clock on the wall: without a zone it is China's."""
    moment = datetime.fromisoformat(value.strip().replace("/", "-")) if isinstance(value, str) else value
    return moment.replace(tzinfo=CHINA) if isinstance(moment, datetime) and moment.tzinfo is None else moment


Moment = Annotated[datetime, BeforeValidator(_in_china)]


class OrderRow(BaseModel):
    """One line of the hotline's list; words are its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    number: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    division: DivisionCode
    statement: Text | None = None
    place: ShortText | None = None
    category: ShortText | None = None
    unit: ShortText | None = None
    status: ShortText | None = None
    dispatched_at: Moment | None = None
    due_at: Moment | None = None
    completed_at: Moment | None = None
    reply: Text | None = None
    result: ShortText | None = None
    satisfaction: ShortText | None = None
    phone: ShortText | None = None

    def told(self, spoken: Mapping12345) -> Told:
        """What it says, in our words."""
        plain = self.model_dump(exclude={"status", "result", "phone"})
        phone = identifiers.read_phone(self.phone) if self.phone else None
        return Told(
            **plain,
            state=spoken.state(self.status),
            outcome=spoken.outcome(self.result, self.satisfaction),
            phone=phone if isinstance(phone, str) else None,
        )


class OrderRows:
    """Takes in orders of the hotline; a known number is brought up to date, so a list may be sent again."""

    collection = "work-orders"
    columns = tuple(Column(name, zh, required=name == "number") for name, zh in LABELS.items())

    async def row(self, work: Work, values: Values) -> UUID:
        """Take in one line."""
        orders, said = WorkOrders(work), shaped(OrderRow, values)
        spoken = await cases.mapping(orders=orders, division=said.division)
        return (await cases.take(orders=orders, told=said.told(spoken), spoken=spoken)).id


def ours(table: Table, spoken: Mapping12345) -> Table:
    """The table under our names; columns we have no use for, such as callers' names, are left out."""
    names = spoken.names(table.columns)
    kept = [place for place, name in enumerate(names) if name]
    rows = [(number, _renamed(row, kept, spoken)) for number, row in table.rows]
    return Table([str(names[place]) for place in kept], rows)


def _renamed(row: Any, kept: list[int], spoken: Mapping12345) -> Any:
    if isinstance(row, dict):
        named = zip(spoken.names(list(row)), row.values(), strict=True)
        return {name: value for name, value in named if name}
    if row is None:
        return None
    return [row[place] if place < len(row) else "" for place in kept]


class WorkOrderFilters(BaseModel):
    """What a list of orders may be narrowed by."""

    state: WorkOrderState | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class WorkOrderOut(Out):
    """An order, and the need it became."""

    id: UUID
    division: str
    number: str
    need_id: UUID
    state: WorkOrderState
    category: str | None
    unit: str | None
    dispatched_at: datetime | None
    due_at: datetime | None
    completed_at: datetime | None
    outcome: Outcome | None
    satisfaction: str | None
    version: int
    created_at: datetime


def heads(spoken: Mapping12345) -> list[str]:
    """The columns of an export, as the city calls them."""
    return [spoken.head(name) for name in EXPORTED]


def lines(found: Iterable[tuple[WorkOrder, str | None]], spoken: Mapping12345) -> list[list[str | None]]:
    """The lines of an export, in the city's words; every cell is text."""
    return [[_cell(order, answer, name, spoken) for name in EXPORTED] for order, answer in found]


def _cell(order: WorkOrder, answer: str | None, name: str, spoken: Mapping12345) -> str | None:
    special: Mapping[str, str | None] = {
        "status": spoken.word(spoken.states, order.state),
        "reply": answer,
        "result": spoken.word(spoken.results, order.outcome),
        "satisfaction": order.satisfaction or spoken.word(spoken.satisfaction, order.outcome),
    }
    value = special[name] if name in special else getattr(order, name)
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value

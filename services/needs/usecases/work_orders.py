"""What can be done with an order of the 12345 hotline: it is taken in once, kept up to date, and told back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.needs.domain.authorship import Submission
from services.needs.domain.codes import Channel, InputMode, Outcome
from services.needs.domain.lifecycle import NEED_TRANSITIONS, WORK_ORDER_TRANSITIONS, NeedVerb, WorkOrderState, advance
from services.needs.domain.lifecycle.work_orders import steps_to
from services.needs.domain.work_orders import Mapping12345
from services.needs.models import Need, WorkOrder
from services.needs.repository import Needs, Residents, WorkOrders
from services.needs.usecases import needs as need_cases
from services.needs.usecases.moves import move
from wushe import rules
from wushe.errors import FieldError, InvalidInput
from wushe.identity import county

RULE, SYSTEM = "work_order_mapping", "12345"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one line of the hotline's list says of an order, in our words."""

    number: str
    division: str
    statement: str | None
    place: str | None
    category: str | None
    unit: str | None
    state: WorkOrderState | None
    dispatched_at: datetime | None
    due_at: datetime | None
    completed_at: datetime | None
    reply: str | None
    outcome: Outcome | None
    satisfaction: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class _Named:
    """The hotline's own number, as an external id of the need."""

    system: str
    id: str


async def mapping(*, orders: WorkOrders, division: str) -> Mapping12345:
    """How the hotline of a division speaks."""
    return Mapping12345.read(await rules.value(orders.work, RULE, division))


async def take(*, orders: WorkOrders, told: Told, spoken: Mapping12345) -> WorkOrder:
    """Take an order in: a number not known yet becomes a need, one known is brought up to date."""
    order = await orders.known(told.number, told.division)
    if order is None:
        return await _new(orders, told, spoken)
    await _update(orders, order, told)
    return order


async def _new(orders: WorkOrders, told: Told, spoken: Mapping12345) -> WorkOrder:
    if not told.statement:
        missing = FieldError(
            "/statement", "MISSING", "新工单须写明诉求内容。", "A new order says what is asked.", "row"
        )
        raise InvalidInput(errors=[missing])
    said = Submission(
        statement=told.statement,
        division=told.division,
        channel=Channel.HOTLINE,
        input=InputMode.WORKER_NOTES,
        consent_version=spoken.consent_version,
        resident_id=await _caller(orders, told.phone),
        place=told.place,
        field=spoken.field(told.category),
        named_elsewhere=True,
    )
    named = [_Named(SYSTEM, told.number)]
    need = (await need_cases.submit(needs=Needs(orders.work), said=said, external_ids=named)).need
    await orders.session.flush()  # the order refers to it
    order = orders.add(
        WorkOrder(
            division=told.division,
            tenant=county(told.division),
            number=told.number,
            need_id=need.id,
            state=told.state or WorkOrderState.DISPATCHED,
            category=told.category,
            unit=told.unit,
            dispatched_at=told.dispatched_at,
            due_at=told.due_at,
            completed_at=told.completed_at,
            outcome=told.outcome,
            satisfaction=told.satisfaction,
        )
    )
    orders.work.record(order, "dispatch")
    return order


async def _caller(orders: WorkOrders, phone: str | None) -> UUID | None:
    """The resident with this telephone, where it is one's alone; the number itself is not kept."""
    found = await Residents(orders.work).found_by(phone=phone) if phone else []
    return found[0].id if len(found) == 1 else None


async def _update(orders: WorkOrders, order: WorkOrder, told: Told) -> None:
    """Bring an order up to date; what our need makes of it comes first, and nothing goes back."""
    before = order.version
    changed = _differs(order, told)
    await _tell_need(orders, order, told)
    steps = steps_to(order.state, told.state) if told.state else ()
    for step in steps:
        order.state = advance(WORK_ORDER_TRANSITIONS, order.state, step)
    if order.version == before and (changed or steps):
        orders.work.record(order, steps[-1] if steps else "update")


def _differs(order: WorkOrder, told: Told) -> bool:
    """Write what the hotline knows better than we do; whether anything of it is new."""
    names = ("category", "unit", "dispatched_at", "due_at", "completed_at", "satisfaction")
    new = {name: getattr(told, name) for name in names if getattr(told, name) not in {None, getattr(order, name)}}
    if order.outcome is None and told.outcome is not None:
        new["outcome"] = told.outcome
    for name, value in new.items():
        setattr(order, name, value)
    return bool(new)


async def _tell_need(orders: WorkOrders, order: WorkOrder, told: Told) -> None:
    """A reply given by the hotline answers our need, and a caller's word judges it, where the need is ready for it."""
    needs = Needs(orders.work)
    need = await needs.lock(Need, order.need_id)
    ended = told.state in {WorkOrderState.COMPLETED, WorkOrderState.CALLED_BACK}
    if told.reply and ended and not need.asks and (need.state, NeedVerb.RESPOND) in NEED_TRANSITIONS:
        await need_cases.answered(needs=needs, need=need, answer=told.reply)
        await move(needs, need, NeedVerb.RESPOND)
    if told.outcome and need.outcome is None and (need.state, NeedVerb.OUTCOME) in NEED_TRANSITIONS:
        await need_cases.judged(needs=needs, need=need, outcome=told.outcome)

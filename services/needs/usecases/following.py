"""Orders of the hotline keep up with the needs they became."""

from collections.abc import Collection

from services.needs.domain.lifecycle import WORK_ORDER_TRANSITIONS, NeedVerb, WorkOrderVerb
from services.needs.domain.work_orders import FOLLOWING
from services.needs.models import Need
from services.needs.repository import Needs, WorkOrders


async def follow(*, needs: Needs, rows: Collection[Need], verb: NeedVerb) -> None:
    """Move the orders of some needs that have just moved, and note what their callers said of the answer."""
    step = FOLLOWING.get(verb)
    if step is None:
        return
    words = {need.id: need.outcome for need in rows}
    for order in await WorkOrders(needs.work).of_needs(words):
        following = WORK_ORDER_TRANSITIONS.get((order.state, step))
        if following is not None:
            needs.work.note(order)
            order.state = following
            if step is WorkOrderVerb.COMPLETE:
                order.completed_at = needs.work.now
            order.outcome = words.get(order.need_id) or order.outcome
            needs.work.record(order, step)

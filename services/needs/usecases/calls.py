"""The worker's call list: whoever no message reached is told by a person."""

from uuid import UUID

from services.needs.domain.codes import CallResult
from services.needs.domain.lifecycle import CALL_TRANSITIONS, CallState, CallVerb, advance
from services.needs.models import PersonCall
from services.needs.repository import Calls


async def missed(*, calls: Calls, need_id: UUID, person_id: UUID, code: str, reason: str) -> None:
    """Put somebody on the list, once however many notices they missed; strangers and danger are not on it."""
    need = await calls.missed(need_id, person_id)
    if need is None:
        return
    call, verb = await calls.waiting(need.id, person_id), "list"
    if call is None:
        row = PersonCall(division=need.division, need_id=need.id, person_id=person_id, tries=0)
        call, row.state = calls.add(row), CallState.WAITING
    else:
        call.state, verb = advance(CALL_TRANSITIONS, call.state, CallVerb.RENEW), CallVerb.RENEW
    call.code, call.reason = code, reason
    calls.work.record(call, verb)


async def done(*, calls: Calls, call_id: UUID, result: CallResult) -> PersonCall:
    """Note what came of a call; nobody answering leaves it on the list."""
    call = await calls.take(call_id)
    verb = CallVerb.TRY if result is CallResult.NO_ANSWER else CallVerb.DONE
    call.state = advance(CALL_TRANSITIONS, call.state, verb)
    call.result, call.tries = result, call.tries + 1
    call.done_at = calls.work.now if call.state is CallState.DONE else None
    calls.work.record(call, verb, reason=result)
    return call

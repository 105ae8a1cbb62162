"""Which verb leads an order of the 12345 hotline from which state to which."""

from enum import StrEnum


class WorkOrderState(StrEnum):
    """Where an order stands, in the hotline's own steps."""

    DISPATCHED = "dispatched"
    HANDLING = "handling"
    COMPLETED = "completed"
    CALLED_BACK = "called_back"
    RETURNED = "returned"


class WorkOrderVerb(StrEnum):
    """What can happen to an order."""

    HANDLE = "handle"
    COMPLETE = "complete"
    CALL_BACK = "call_back"
    RETURN = "return"
    REDISPATCH = "redispatch"


_State, _Verb = WorkOrderState, WorkOrderVerb
WORK_ORDER_TRANSITIONS: dict[tuple[WorkOrderState, WorkOrderVerb], WorkOrderState] = {
    (_State.DISPATCHED, _Verb.HANDLE): _State.HANDLING,
    (_State.DISPATCHED, _Verb.COMPLETE): _State.COMPLETED,
    (_State.DISPATCHED, _Verb.RETURN): _State.RETURNED,
    (_State.HANDLING, _Verb.COMPLETE): _State.COMPLETED,
    (_State.HANDLING, _Verb.RETURN): _State.RETURNED,
    (_State.COMPLETED, _Verb.CALL_BACK): _State.CALLED_BACK,
    (_State.COMPLETED, _Verb.REDISPATCH): _State.HANDLING,
    (_State.CALLED_BACK, _Verb.REDISPATCH): _State.HANDLING,
    (_State.RETURNED, _Verb.REDISPATCH): _State.HANDLING,
}
_STEPS = (_Verb.HANDLE, _Verb.COMPLETE, _Verb.CALL_BACK)
_ORDER = (_State.DISPATCHED, _State.HANDLING, _State.COMPLETED, _State.CALLED_BACK)


def steps_to(state: WorkOrderState, told: WorkOrderState) -> tuple[WorkOrderVerb, ...]:
    """The steps from a state to the one the hotline tells; none back, for a list may be older than what we know."""
    if told is _State.RETURNED:
        return (_Verb.RETURN,) if (state, _Verb.RETURN) in WORK_ORDER_TRANSITIONS else ()
    if state is _State.RETURNED:
        return ()
    return _STEPS[_ORDER.index(state) : _ORDER.index(told)]

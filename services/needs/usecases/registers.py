"""What can be done with a needs register: drafted by the community, shown, objected to, published once and for good."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.needs.domain import registers as rules_of
from services.needs.domain.lifecycle import (
    OBJECTION_TRANSITIONS,
    REGISTER_TRANSITIONS,
    ObjectionState,
    ObjectionVerb,
    RegisterState,
    RegisterVerb,
    advance,
)
from services.needs.events import RegisterMoved, RegisterPublicised, RegisterPublished, RegisterSuperseded
from services.needs.models import NeedRegister, RegisterObjection
from services.needs.repository import Registers
from wushe import rules


async def draft(*, registers: Registers, division: str, title: str) -> NeedRegister:
    """Count what a division needs now and put it into lines everybody may read."""
    work = registers.work
    work.claim(division)
    found = await _counted(registers, division)
    register = registers.add(NeedRegister(division=division, state=RegisterState.DRAFT, title=title, content=found))
    work.record(register, "draft")
    return register


async def _counted(registers: Registers, division: str) -> dict[str, Any]:
    work = registers.work
    k = await rules.value(work, "smallest_cell", division)
    classes = await rules.value(work, "field_classes", division)
    rows = rules_of.lines(await registers.said(division), division=division, k=k, classes=classes)
    return rules_of.content(division=division, as_of=work.now, k=k, rows=rows, classes=classes)


async def recount(*, registers: Registers, register_id: UUID) -> NeedRegister:
    """Count a draft again."""
    register = await registers.lock(NeedRegister, register_id)
    _advance(register, RegisterVerb.RECOUNT)
    register.content = await _counted(registers, register.division)
    registers.work.record(register, RegisterVerb.RECOUNT)
    return register


async def publicise(*, registers: Registers, register_id: UUID) -> NeedRegister:
    """Show a draft for its days (rule ``register_publicity_days``); everybody may object."""
    register = await registers.lock(NeedRegister, register_id)
    days = await rules.value(registers.work, "register_publicity_days", register.division)
    _advance(register, RegisterVerb.PUBLICISE)
    register.publicity_ends_at = registers.work.now + timedelta(days=days)
    _record(registers, register, RegisterVerb.PUBLICISE, RegisterPublicised)
    return register


async def object_to(*, registers: Registers, register_id: UUID, reason: str) -> RegisterObjection:
    """Say what is wrong with a register in publicity."""
    work = registers.work
    await registers.find(register_id)
    register = await registers.lock(NeedRegister, register_id)  # it is not published before this is seen
    rules_of.require_objectionable(state=register.state, until=register.publicity_ends_at, now=work.now)
    work.lead = None
    objection = registers.add(
        RegisterObjection(
            division=register.division,
            register_id=register.id,
            state=ObjectionState.OPEN,
            author_person_id=work.caller.person_id,
            reason=reason,
        )
    )
    work.record(objection, "object")
    return objection


async def settle(
    *, registers: Registers, register_id: UUID, objection_id: UUID, upheld: bool, answer: str
) -> RegisterObjection:
    """Answer an objection; one that is upheld sends the register back to be counted again."""
    objection = await registers.lock_objection(register_id, objection_id)
    objection.state = advance(OBJECTION_TRANSITIONS, objection.state, ObjectionVerb.SETTLE)
    objection.upheld, objection.answer, objection.settled_at = upheld, answer, registers.work.now
    registers.work.record(objection, ObjectionVerb.SETTLE, reason=answer)
    if upheld:
        await _redraft(registers, register_id)
    return objection


async def _redraft(registers: Registers, register_id: UUID) -> None:
    """Back to a draft, unless another objection did that before."""
    register = await registers.lock(NeedRegister, register_id)
    if register.state is RegisterState.PUBLICITY:
        _advance(register, RegisterVerb.REDRAFT)
        register.content, register.publicity_ends_at = await _counted(registers, register.division), None
        registers.work.record(register, RegisterVerb.REDRAFT)


async def publish(*, registers: Registers, register_id: UUID) -> NeedRegister:
    """Number a register and let it be final; the one before it is superseded."""
    work, register = registers.work, await registers.lock(NeedRegister, register_id)
    advance(REGISTER_TRANSITIONS, register.state, RegisterVerb.PUBLISH)
    waiting = await registers.open_objections(register.id)
    rules_of.require_publishable(until=register.publicity_ends_at, now=work.now, open_objections=waiting)
    before, year = await registers.lock_published(register.division), rules_of.local_year(work.now)
    number = 1 + await registers.last_number(register.division, year)
    if before is not None:
        work.note(before)
        _advance(before, RegisterVerb.SUPERSEDE)
        _record(registers, before, RegisterVerb.SUPERSEDE, RegisterSuperseded)
        await registers.session.flush()  # one register in force at a time, and the database says so
    _advance(register, RegisterVerb.PUBLISH)
    register.predecessor_id = before.id if before else None
    register.year, register.number, register.published_at = year, number, work.now
    register.content_hash = rules_of.content_hash(register.content)
    _record(
        registers,
        register,
        RegisterVerb.PUBLISH,
        RegisterPublished,
        year=year,
        number=number,
        content_hash=register.content_hash,
    )
    return register


async def compare(*, registers: Registers, register_id: UUID) -> dict[str, Any]:
    """What a register says otherwise than the one before it: its predecessor, or for a draft the one in force."""
    register = await registers.find(register_id)
    before = await registers.predecessor(register)
    found = rules_of.difference(before.content if before else None, register.content)
    return {"register_id": register.id, "predecessor_id": before.id if before else None, **asdict(found)}


def _advance(register: NeedRegister, verb: RegisterVerb) -> None:
    register.state = advance(REGISTER_TRANSITIONS, register.state, verb)


def _record(
    registers: Registers, register: NeedRegister, verb: RegisterVerb, kind: type[RegisterMoved], **more: Any
) -> None:
    registers.work.record(register, verb, kind(register_id=register.id, state=register.state, **more))

"""What can be done with a need."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.needs.domain import danger as net
from services.needs.domain import intake
from services.needs.domain.authorship import (
    FAMILY,
    GUARDIAN,
    RESIDENT,
    Asked,
    ConsentMissing,
    Submission,
    author_of,
    closes_silently,
    in_charge_of,
    require_author,
    require_consent,
    require_reopenable,
)
from services.needs.domain.codes import UNSOLVED, Outcome, RejectReason, ServiceField, TargetGroup, Urgency
from services.needs.domain.crisis import CrisisOrigin
from services.needs.domain.danger import Danger, HelpLine
from services.needs.domain.lifecycle import NEED_TRANSITIONS, NeedState, NeedVerb, PlaceState, advance
from services.needs.domain.moderation import once_read
from services.needs.domain.outcomes import require_each_answered
from services.needs.domain.places import unknown_place
from services.needs.events import NeedOfferable, NeedSubmitted
from services.needs.models import Cosignature, Need, Proxy
from services.needs.repository import Concerns, Consents, Intake, Merges, Needs, Places, Residents, Terms
from services.needs.usecases import concerns as concern_cases
from services.needs.usecases import crises as crisis_cases
from services.needs.usecases import labels, merging, sla
from services.needs.usecases import moderation as moderation_cases
from services.needs.usecases import outcomes as words
from services.needs.usecases.attachments import attach
from services.needs.usecases.moves import announcements, hearers, move
from services.needs.usecases.proxies import standing_for
from wushe import external, rules
from wushe.errors import FieldError, InvalidInput, Refusal, RoleNotAllowed
from wushe.jobs import each
from wushe.outbox import Event


class AlreadyCosigned(Refusal):
    """One person stands behind a need once: by asking or by co-signing (INV-N1)."""

    zh = "您已经提出或附议过这条需求。"
    en = "You have already raised or co-signed this need."
    toast = "您已附议过"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A need just taken down, and whom to call when it speaks of danger."""

    need: Need
    danger: Danger


async def submit(
    *, needs: Needs, said: Submission, external_ids: Sequence[external.Named], danger: Danger | None = None
) -> Submitted:
    """Take down what a resident asks for; a statement that speaks of danger is answered with help lines at once.

    ``danger`` was seen by whoever read it first, as in the answers to a questionnaire.
    """
    work = needs.work
    proxy, said = await standing_for(work=work, said=said)
    work.claim(said.division)
    danger = danger or await read_danger(needs=needs, statement=said.statement, division=said.division)
    asked = await _asked(needs, said, proxy)
    require_consent(said, asked=asked, danger=bool(danger))
    await _require_not_withdrawn(needs, asked, danger=bool(danger))
    intake.require_recording(said, danger=bool(danger))
    author = author_of(said, role=work.caller.role, person_id=work.caller.person_id, asked=asked)
    came = intake.intake_of(said, author, role=work.caller.role, person_id=work.caller.person_id)
    need = needs.add(
        Need(
            **await spot(needs=needs, said=said, danger=bool(danger)),
            division=said.division,
            state=NeedState.SUBMITTED,
            statement=said.statement,
            channel=said.channel,
            input=said.input,
            place=said.place,
            consent_version=said.consent_version,
            resident_id=author.resident_id,
            author_person_id=author.person_id,
            proxy=author.proxy,
            proxy_id=proxy.id if proxy else None,
            **asdict(came),
            client_ref=said.client_ref,
            said_at=said.said_at,
            danger=bool(danger),
            danger_kinds=list(danger.kinds),
            author_sealed=False,
            field=said.field,
            target_group=said.target_group,
            urgency=Urgency.CRITICAL if danger else said.urgency,
            cosigner_count=0,
            silent=False,
            submitted_at=work.now,
        )
    )
    await sla.begin(work=work, need=need)
    await moderation_cases.begin(needs=needs, need=need)
    await external.register(work, "needs", external_ids, need.id)
    await Terms(work).index(need)
    kept = await attach(intake=Intake(work), need=need, files=said.files)
    work.record(need, "submit", *kept, *([] if danger else [NeedSubmitted(need_id=need.id, state=need.state)]))
    if danger:
        await crisis_cases.of_need(needs=needs, need=need, origin=CrisisOrigin.NEED)
    return Submitted(need, danger)


async def spot(*, needs: Needs, said: Submission, danger: bool) -> dict[str, Any]:
    """Where a need is: the place named, the point told, or else the point of the place or of what it stands in.

    A place not known here is refused, unless somebody is in danger: that need is taken down without it.
    """
    path = await Places(needs.work).path(said.place_id) if said.place_id else []
    if path and (path[0].division != said.division or path[0].state is not PlaceState.ACTIVE):
        path = []
    if said.place_id and not path and not danger:
        raise unknown_place("/place_id")
    told = said.located
    points = [told.point] if told else [place for place in path if place.lat is not None]
    return {
        "place_id": path[0].id if path else None,
        "location": dict(told.original) if told else None,
        "lon": points[0].lon if points else None,
        "lat": points[0].lat if points else None,
    }


async def read_danger(*, needs: Needs, statement: str, division: str) -> Danger:
    """What the crisis net in force in a division catches in a statement."""
    rows = await rules.value(needs.work, "crisis_net", division)
    lines = await rules.value(needs.work, "help_lines", division)
    return net.read(statement, rows, lines)


async def _require_not_withdrawn(needs: Needs, asked: Asked | None, *, danger: bool) -> None:
    """Nobody takes down for a person what that person forbade; danger to life goes first (PIPL 13, 15)."""
    if asked is None or danger or (needs.work.caller.role in FAMILY and not asked.by_proxy):
        return
    resident = await Residents(needs.work).of_person(asked.person_id)
    if resident is not None and await Consents(needs.work).has_stopped(resident):
        raise ConsentMissing


async def all_lines(*, needs: Needs, division: str) -> tuple[HelpLine, ...]:
    """Every line that answers in a division, for danger nobody has described."""
    lines = await rules.value(needs.work, "help_lines", division)
    return tuple(HelpLine(line["number"], line["zh"], line["en"]) for line in lines)


async def _asked(needs: Needs, said: Submission, proxy: Proxy | None) -> Asked | None:
    """The resident spoken for: the caller's own registration, their child's, or the one a worker or proxy names."""
    residents, caller = Residents(needs.work), needs.work.caller
    own = caller.role == RESIDENT and proxy is None
    row = await (residents.of_person(caller.person_id) if own else residents.seen(said.resident_id))
    facts = (row.id, row.person_id, residents.age_band(row), row.guardian_person_id) if row else None
    asked = Asked(*facts, by_proxy=proxy is not None) if facts else None
    if asked and caller.role == GUARDIAN and not in_charge_of(asked, guardian=caller.person_id):
        return None
    return asked


async def triage(
    *,
    needs: Needs,
    need_id: UUID,
    field: ServiceField,
    target_group: TargetGroup,
    urgency: Urgency,
    theme: str | None,
    danger: bool | None,
    asks: list[str] | None,
) -> Need:
    """File a need under field, target group, urgency and theme; the reader also raises or clears the danger mark."""
    need, merged = await Merges(needs.work).take_with_merged(need_id)
    await _require_theme(needs, need, theme)
    if danger is not None and danger is not need.danger:
        need.danger = danger
        await Terms(needs.work).index_again(need)
    if danger:
        await crisis_cases.of_need(needs=needs, need=need, origin=CrisisOrigin.TRIAGE)
    need.field, need.target_group, need.theme = field, target_group, theme
    need.asks = asks
    need.urgency = Urgency.CRITICAL if need.danger else urgency
    need.moderation = once_read(need.moderation)
    await move(needs, need, NeedVerb.TRIAGE)
    await merging.release(merges=Merges(needs.work), merged=merged if need.danger else [])
    await labels.note(needs=needs, need=need)
    return need


async def _require_theme(needs: Needs, need: Need, theme: str | None) -> None:
    known = {row["code"] for row in await rules.value(needs.work, "themes", need.division)}
    if theme is not None and theme not in known:
        unknown = FieldError(pointer="/theme", code="UNKNOWN", zh="没有这个主题。", en="No such theme.")
        raise InvalidInput(errors=[unknown])


async def accept(*, needs: Needs, need_id: UUID) -> Need:
    """Take a need on; where it is, willing providers nearby may be asked."""
    need = await needs.take(need_id)
    await move(needs, need, NeedVerb.ACCEPT, more=await _offerable(needs, need))
    return need


async def _offerable(needs: Needs, need: Need) -> list[NeedOfferable]:
    """What providers nearby may know: nothing of danger or of quiet themes, the place to about 100 m."""
    quiet = await rules.value(needs.work, "quiet_themes", need.division)
    if need.danger or need.theme in quiet or need.lon is None or need.lat is None:
        return []
    spot = {"lon": round(need.lon, 3), "lat": round(need.lat, 3)}
    return [NeedOfferable(need_id=need.id, field=need.field, **spot)]


async def respond(
    *, needs: Needs, need_id: UUID, answer: str, outcome_expected: str | None, asks_answered: list[dict[str, Any]]
) -> Need:
    """Answer a need without a project, each thing it asks; from now on its author is asked what came of it."""
    need = await needs.take(need_id)
    by_number = {each["ask"]: each["answer"] for each in asks_answered}
    require_each_answered(len(need.asks or ()), by_number)
    need.ask_answers = [by_number[number] for number in sorted(by_number)] or None
    await answered(needs=needs, need=need, answer=answer)
    need.outcome_expected = outcome_expected
    await move(needs, need, NeedVerb.RESPOND)
    return need


async def answered(*, needs: Needs, need: Need, answer: str) -> None:
    """Note an answer, and the day on which silence will close the need (rule ``silence_days``)."""
    days = await rules.value(needs.work, "silence_days", need.division)
    need.answer, need.responded_at = answer, needs.work.now
    need.due_at = needs.work.now + timedelta(days=days)
    need.outcome, need.closed_at, need.silent = None, None, False
    need.outcome_at, need.escalated = None, False


async def reject(*, needs: Needs, need_id: UUID, reason_code: RejectReason) -> Need:
    """Decline a need, for a reason its author is told; it stays on record (INV-N5)."""
    need, merged = await Merges(needs.work).take_with_merged(need_id)
    need.reject_reason = reason_code
    await move(needs, need, NeedVerb.REJECT, reason=reason_code)
    await merging.release(merges=Merges(needs.work), merged=merged)
    return need


async def withdraw(*, needs: Needs, need_id: UUID) -> Need:
    """Take one's own need back; the concerns it spoke for are weighed again without it."""
    work, concerns = needs.work, Concerns(needs.work)
    need = await needs.find(need_id)
    require_author(person_id=work.caller.person_id, author=need.author_person_id)
    await work.widen()  # its concern and the other needs there may be of the whole street
    # Before the need: the order in which a concern is moved.
    standing = await concerns.lock_standing_on(need.id, need.merged_into_id or need.id)
    need, merged = await Merges(work).take_with_merged(need.id)
    await move(needs, need, NeedVerb.WITHDRAW)
    await merging.forget(merges=Merges(work), need=need)
    await merging.release(merges=Merges(work), merged=merged)
    await concern_cases.recount(concerns=concerns, standing=standing)
    return need


async def cosign(*, needs: Needs, need_id: UUID) -> Need:
    """Stand behind a neighbour's need, once."""
    need, person_id = await needs.take(need_id), needs.work.caller.person_id
    if person_id is None:
        raise RoleNotAllowed(role=needs.work.caller.role)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.COSIGN)
    if person_id == need.author_person_id or await needs.has_cosigned(need.id, person_id):
        raise AlreadyCosigned
    needs.add(Cosignature(division=need.division, need_id=need.id, person_id=person_id))
    need.cosigner_count += 1
    author = [each for each in (await hearers(needs, [need]))[need.id] if each == need.author_person_id]
    needs.work.record(need, NeedVerb.COSIGN, *announcements(needs.work, need, NeedVerb.COSIGN, author))
    return need


async def outcome(*, needs: Needs, need_id: UUID, outcome: Outcome, asks_solved: list[int] | None) -> Need:
    """The author's word: solved closes a need; "not" or "worse" opens it again and goes to a supervisor."""
    need = await needs.find(need_id)
    require_author(person_id=needs.work.caller.person_id, author=need.author_person_id)
    if need.merged_into_id is not None:
        merges = Merges(needs.work)
        return await merging.judge(merges=merges, need=need, outcome=outcome, asks_solved=asks_solved)
    need = await needs.take(need_id)
    return await judged(needs=needs, need=need, outcome=outcome, asks_solved=asks_solved)


async def judged(*, needs: Needs, need: Need, outcome: Outcome, asks_solved: list[int] | None = None) -> Need:
    """The word on what came of a need, by whoever may give it."""
    now = needs.work.now
    words.require_asks(asks_solved, len(need.asks or ()))
    words.keep(needs=needs, need=need, outcome=outcome, at=now, asks_solved=asks_solved)
    need.outcome, need.outcome_at = outcome, now
    if outcome in UNSOLVED:
        await _open_again(needs, need, reason=outcome, more=words.escalate(need, now))
    else:
        need.closed_at = now
        await move(needs, need, NeedVerb.OUTCOME, reason=outcome)
    return need


async def close(*, needs: Needs, need_id: UUID, reason: str) -> Need:
    """Close an answered need for a stated reason: its author at any time, staff when silence has lasted its days."""
    need, caller, now = await needs.take(need_id), needs.work.caller, needs.work.now
    advance(NEED_TRANSITIONS, need.state, NeedVerb.CLOSE)
    author = need.author_person_id
    need.silent = closes_silently(
        role=caller.role, person_id=caller.person_id, author=author, due_at=need.due_at, now=now
    )
    need.close_reason, need.closed_at = reason, now
    if need.silent:
        words.keep(needs=needs, need=need, outcome=None, at=now)
    await move(needs, need, NeedVerb.CLOSE, reason=_on_record(needs, reason))
    return need


async def reopen(*, needs: Needs, need_id: UUID, reason: str) -> Need:
    """Open a need again within the window (rule ``reopen_days``); a resident only their own."""
    need = await needs.take(need_id)
    if needs.work.caller.role in FAMILY:
        require_author(person_id=needs.work.caller.person_id, author=need.author_person_id)
    await _open_again(needs, need, reason=_on_record(needs, reason))
    return need


def _on_record(needs: Needs, reason: str) -> str | None:
    """Staff's reason goes into the audit log; a resident's own words never, for nothing there can be erased."""
    return None if needs.work.caller.role in FAMILY else reason


async def _open_again(needs: Needs, need: Need, *, reason: str | None, more: Sequence[Event] = ()) -> None:
    days = await rules.value(needs.work, "reopen_days", need.division)
    require_reopenable(closed_at=need.closed_at, now=needs.work.now, days=days)
    need.closed_at, need.silent = None, False
    await move(needs, need, NeedVerb.REOPEN, reason=reason, more=more)


async def close_silent(*, needs: Needs, limit: int) -> int:
    """Close what stayed unanswered by its author past the day; silence is marked, it is not satisfaction."""

    async def close(due: tuple[Need, datetime]) -> None:
        need, now = due
        needs.work.note(need)
        need.silent, need.closed_at = True, now
        words.keep(needs=needs, need=need, outcome=None, at=now)
        await move(needs, need, NeedVerb.CLOSE, reason="silence")

    return await each(needs.work, await needs.silent(limit), close)

"""Which needs may share a concern: found in a job, known again from run to run, named by people."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain.clustering import STREET, Group, Limits, Utterance
from services.needs.domain.codes import ServiceField
from services.needs.domain.drift import drift, recognised
from services.needs.domain.lifecycle import PROPOSAL_RUN_TRANSITIONS, ProposalRunState, ProposalRunVerb, advance
from services.needs.domain.similarity import Reason, shared_terms, shared_words
from services.needs.models import ConcernProposal, Need, ProposalRun
from services.needs.repository import Proposals
from wushe import clock, jobs, rules
from wushe.identity import county
from wushe.work import Work

TASK, SEEN = "propose_concerns", 30
"""Of how many members the shared words are looked for."""
Themes = Mapping[str | None, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal as a person decides on it, with its members that may still join a concern."""

    row: ConcernProposal
    need_ids: tuple[UUID, ...]
    field: ServiceField | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What one run looks at."""

    division: str
    said: list[Utterance]
    limits: Limits


async def start(*, proposals: Proposals, division: str) -> ProposalRun:
    """Begin a run; a job goes on with it."""
    work = proposals.work
    work.claim(division)
    run = proposals.add(
        ProposalRun(
            division=division, state=ProposalRunState.RUNNING, need_count=0, proposal_count=0, state_at=work.now
        )
    )
    work.record(run, "start")
    await jobs.defer(work, TASK, run_id=str(run.id))
    return run


def looked_at(division: str) -> str:
    """What a run asked for in a division covers: its county, or the street it lies in; people of a street share."""
    return division if county(division) == division else division[:STREET].ljust(12, "0")


async def material(*, proposals: Proposals, run_id: UUID) -> Material | None:
    """What a run shall cluster; None when it is done."""
    run = await proposals.get(ProposalRun, run_id)
    if run.state is ProposalRunState.DONE:
        return None
    limits = Limits(**await rules.value(proposals.work, "clustering", run.division))
    division = looked_at(run.division)
    return Material(division, await proposals.utterances(division), limits)


async def keep(*, proposals: Proposals, run_id: UUID, said: Sequence[Utterance], groups: Sequence[Group]) -> None:
    """Take over what was found: known groups keep their ids and the names people gave, the others come and go."""
    run = await proposals.lock(ProposalRun, run_id)
    if run.state is ProposalRunState.DONE:
        return
    await proposals.alone(run.division)
    standing = await proposals.standing(looked_at(run.division))
    before = {ident: frozenset(map(UUID, row.need_ids)) for ident, row in standing.items()}
    idents = recognised(before, [frozenset(group.members) for group in groups])
    found = dict(zip(idents, groups, strict=True))
    await _write(proposals, run, standing, found, {each.need_id: each for each in said})
    for ident in before.keys() - found.keys():
        await proposals.session.delete(standing[ident])
    run.need_count, run.proposal_count = len(said), len(groups)
    run.report = asdict(drift(before, {ident: frozenset(group.members) for ident, group in found.items()}))
    run.state = advance(PROPOSAL_RUN_TRANSITIONS, run.state, ProposalRunVerb.FINISH)
    run.state_at = proposals.work.now
    proposals.work.record(run, ProposalRunVerb.FINISH)


async def _write(
    proposals: Proposals,
    run: ProposalRun,
    standing: Mapping[UUID, ConcernProposal],
    found: Mapping[UUID, Group],
    said: Mapping[UUID, Utterance],
) -> None:
    themes = await _themes(proposals.work, run.division)
    people = await proposals.persons([need for group in found.values() for need in group.members])
    for ident, group in found.items():
        row = standing.get(ident) or proposals.add(
            ConcernProposal(id=ident, division=run.division, named=False, title="")
        )
        members = [said[need] for need in group.members]
        need_ids = [str(need) for need in group.members]
        facts = {
            "division": _common({each.division for each in members}),
            "title": row.title if row.named else _title(group, members, themes),
            "anchor": group.anchor,
            "need_ids": need_ids,
            "person_count": len(frozenset().union(*(people[need] for need in group.members))),
            "likeness": group.likeness,
            "first_at": min(each.at for each in members),
            "last_at": max(each.at for each in members),
        }
        if not row.title or any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            proposals.work.record(row, "propose")


def _common(divisions: set[str]) -> str:
    """The community all members are of, or their street."""
    return divisions.copy().pop() if len(divisions) == 1 else min(divisions)[:STREET].ljust(12, "0")


def _title(group: Group, members: Sequence[Utterance], themes: Themes) -> str:
    if group.anchor in themes:
        return themes[group.anchor]["zh"]
    return "、".join(shared_terms([each.text for each in members[:SEEN]])[:2]) or members[0].text[:20]


async def _themes(work: Work, division: str) -> Themes:
    return {row["code"]: row for row in await rules.value(work, "themes", division)}


async def listed(*, proposals: Proposals, division: str) -> list[Proposed]:
    """What may share a concern in a division, widest first; nothing is linked by asking."""
    proposals.work.claim(division)
    rows = await proposals.shown(division)
    open_ = await proposals.open_needs([UUID(need) for row in rows for need in row.need_ids])
    themes = await _themes(proposals.work, division)
    found = [_proposed(row, [open_[each] for each in map(UUID, row.need_ids) if each in open_], themes) for row in rows]
    return [each for each in found if len(each.need_ids) > 1]


def _proposed(row: ConcernProposal, members: Sequence[Need], themes: Themes) -> Proposed:
    field = ServiceField(themes[row.anchor]["field"]) if row.anchor in themes else None
    words = shared_words([need.statement for need in members[:SEEN]])
    return Proposed(row, tuple(need.id for need in members), field, (_why(row, len(members), themes), *words))


def _why(row: ConcernProposal, count: int, themes: Themes) -> Reason:
    if row.anchor in themes:
        zh = themes[row.anchor]["zh"]
        return Reason("shared_theme", f"{count} 条需求都像在说“{zh}”", f"{count} needs all sound like {row.anchor}")
    return Reason("similar_words", f"{count} 条需求表述相近", f"{count} needs are worded alike")


async def rename(*, proposals: Proposals, proposal_id: UUID, title: str) -> ConcernProposal:
    """Give a proposal the name people use; no run takes it away."""
    row = await proposals.lock(ConcernProposal, proposal_id)
    row.title, row.named = title, True
    proposals.work.record(row, "rename")
    return row


async def start_due(*, proposals: Proposals) -> int:
    """Begin a run over every county whose last is older than rule ``proposal_hours``; how many were begun."""
    begun = 0
    for division in await proposals.counties():
        hours = await rules.value(proposals.work, "proposal_hours", division)
        if await proposals.due(_ago(hours), division):
            await start(proposals=proposals, division=division)
            begun += 1
    return begun


def _ago(hours: int) -> datetime:
    return clock.now() - timedelta(hours=hours)

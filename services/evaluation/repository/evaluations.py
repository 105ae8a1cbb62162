"""Queries over evaluations, their rosters, keys and credentials."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.evaluation.domain.lifecycle import EvaluationState, Phase, SchemeState
from services.evaluation.domain.roster import Conflict, Entry
from services.evaluation.models import (
    AdoptedProject,
    Credential,
    Evaluation,
    IssuingKey,
    Roster,
    RosterEntry,
    Scheme,
)
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

BATCH = 100

# One statement takes every row out and puts it back in random order under new ids, so that neither the place nor the
# id of a row says when it was written.
_SHUFFLE = text(
    "with old as (delete from credentials where evaluation_id = :evaluation"
    " returning division, evaluation_id, entry_id, blinded_hash, notified)"
    " insert into credentials (id, division, evaluation_id, entry_id, blinded_hash, notified)"
    " select gen_random_uuid(), * from old order by random()"
)


class Evaluations(Repository):
    """The evaluations within the caller's divisions."""

    async def now(self, division: str) -> datetime:
        """The business time of a division's county."""
        found: datetime = (await self.session.execute(select(func.business_now(division)))).scalar_one()
        return found

    async def of_project(self, project_id: UUID) -> list[Evaluation]:
        """Every evaluation of a project, oldest first."""
        return await self.all(select(Evaluation).where(Evaluation.project_id == project_id).order_by(Evaluation.id))

    async def latest(self, project_id: UUID, phase: Phase) -> Evaluation | None:
        """The last round of one phase, if there is one."""
        rounds = select(Evaluation).where(Evaluation.project_id == project_id, Evaluation.phase == phase)
        return await self.first(rounds.order_by(Evaluation.round.desc()))

    async def listed(
        self, page: PageRequest, *, project_id: UUID | None, state: EvaluationState | None
    ) -> Page[Evaluation]:
        """One page of evaluations."""
        return await self.page(Evaluation, page, project_id=project_id, state=state)

    async def steady(self, evaluation_id: UUID) -> Evaluation:
        """An evaluation that cannot close before this unit of work ends; any number may hold it so."""
        found = await self.get(Evaluation, evaluation_id)
        await self.session.refresh(found, with_for_update={"read": True})
        return found

    async def pending(self, seen: datetime) -> list[Evaluation]:
        """A few evaluations waiting for their records whose scheme is frozen and plan known, heard before ``seen``."""
        frozen = exists().where(Scheme.project_id == Evaluation.project_id, Scheme.state == SchemeState.FROZEN)
        planned = exists().where(AdoptedProject.id == Evaluation.project_id)
        waiting = select(Evaluation).where(
            Evaluation.state == EvaluationState.PENDING, Evaluation.created_at <= seen, frozen, planned
        )
        return await self.all(waiting.order_by(func.random()).limit(20))

    async def take(self, state: EvaluationState, evaluation_id: UUID | None = None) -> Evaluation | None:
        """One evaluation in a state, locked; those another worker has are passed over."""
        found = select(Evaluation).where(Evaluation.state == state)
        return await self._taken(found if evaluation_id is None else found.where(Evaluation.id == evaluation_id))

    async def take_due(self) -> Evaluation | None:
        """One open evaluation whose ballot window is over, locked."""
        due = func.business_now(Evaluation.division) >= Evaluation.closes_at
        return await self._taken(select(Evaluation).where(Evaluation.state == EvaluationState.OPEN, due))

    async def _taken(self, found: Select[Evaluation]) -> Evaluation | None:
        row = await self.first(found.with_for_update(key_share=True, skip_locked=True))
        if row is not None:
            self.work.note(row)
        return row

    async def roster(self, evaluation_id: UUID) -> Roster | None:
        """The frozen roster, once there is one."""
        return await self.first(select(Roster).where(Roster.evaluation_id == evaluation_id))

    async def entry(self, evaluation_id: UUID, person_id: UUID | None) -> RosterEntry | None:
        """A person's place on the roster."""
        theirs = RosterEntry.evaluation_id == evaluation_id, RosterEntry.person_id == person_id
        return await self.first(select(RosterEntry).where(*theirs))

    def enter(self, evaluation: Evaluation, entries: list[Entry], *, stratum: str) -> None:
        """Write the roster."""
        self.session.add_all(
            RosterEntry(
                division=evaluation.division,
                evaluation_id=evaluation.id,
                person_id=entry.person_id,
                stratum=stratum,
                conflict=entry.conflict,
            )
            for entry in entries
        )

    async def flag(self, evaluation_id: UUID, persons: Sequence[UUID]) -> int:
        """Flag those of some persons who hold no credential yet; answers how many they are."""
        holds = exists().where(Credential.entry_id == RosterEntry.id)
        theirs = RosterEntry.evaluation_id == evaluation_id, RosterEntry.person_id.in_(persons)
        free = update(RosterEntry).where(*theirs, RosterEntry.conflict.is_(None), ~holds)
        flagged = free.values(conflict=Conflict.INTEREST).returning(RosterEntry.id)
        return len((await self.session.execute(flagged)).all())

    async def keys(self, evaluation_id: UUID) -> list[IssuingKey]:
        """The issuing keys of an evaluation."""
        return await self.all(
            select(IssuingKey).where(IssuingKey.evaluation_id == evaluation_id).order_by(IssuingKey.stratum)
        )

    async def issue(self, entry: RosterEntry, blinded_hash: str) -> str:
        """Hand out the one credential of an entry; answers the hash of the request it was handed out for."""
        row = insert(Credential).values(
            division=entry.division, evaluation_id=entry.evaluation_id, entry_id=entry.id, blinded_hash=blinded_hash
        )
        await self.session.execute(row.on_conflict_do_nothing(index_elements=["entry_id"]))
        kept = select(Credential.blinded_hash).where(Credential.entry_id == entry.id)
        return (await self.session.execute(kept)).scalar_one()

    async def credential_count(self, evaluation_id: UUID) -> int:
        """How many credentials were handed out."""
        counted = select(func.count()).where(Credential.evaluation_id == evaluation_id)
        return (await self.session.execute(counted)).scalar_one()

    async def forget(self, evaluation_id: UUID) -> None:
        """Drop the private keys and rewrite the credentials in random order."""
        mine = update(IssuingKey).where(IssuingKey.evaluation_id == evaluation_id)
        await self.session.execute(mine.values(private_wrapped=None))
        await self.session.execute(_SHUFFLE, {"evaluation": evaluation_id})

    async def take_uninvited(self) -> tuple[Roster, list[RosterEntry]] | None:
        """A roster of an open evaluation with some persons who were not yet told, locked."""
        untold = RosterEntry.conflict.is_(None), RosterEntry.invited.is_(False)
        waiting = exists().where(RosterEntry.evaluation_id == Roster.evaluation_id, *untold)
        is_open = exists().where(Evaluation.id == Roster.evaluation_id, Evaluation.state == EvaluationState.OPEN)
        roster = await self._roster(select(Roster).where(is_open, waiting))
        if roster is None:
            return None
        entries = select(RosterEntry).where(RosterEntry.evaluation_id == roster.evaluation_id, *untold)
        return roster, await self.all(entries.limit(BATCH))

    async def take_unnotified(self) -> tuple[Roster, list[UUID]] | None:
        """A roster with persons whose credential was handed out but not yet reported to them, in random order."""
        waiting = exists().where(Credential.evaluation_id == Roster.evaluation_id, Credential.notified.is_(False))
        roster = await self._roster(select(Roster).where(waiting))
        if roster is None:
            return None
        theirs = Credential.evaluation_id == roster.evaluation_id, Credential.notified.is_(False)
        some = select(Credential.id).where(*theirs).order_by(Credential.id).limit(BATCH)
        mark = update(Credential).where(Credential.id.in_(some)).values(notified=True)
        entries = list((await self.session.execute(mark.returning(Credential.entry_id))).scalars())
        persons = select(RosterEntry.person_id).where(RosterEntry.id.in_(entries)).order_by(func.random())
        return roster, list((await self.session.execute(persons)).scalars())

    async def _roster(self, found: Select[Roster]) -> Roster | None:
        row = await self.first(found.with_for_update(key_share=True, skip_locked=True))
        if row is not None:
            self.work.note(row)
        return row

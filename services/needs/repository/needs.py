"""Queries of needs and who stands behind them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from services.needs.domain.authorship import CRISIS_READERS, FAMILY, may_read
from services.needs.domain.codes import AgeBand, Outcome
from services.needs.domain.lifecycle import LINKABLE, SHAREABLE, NeedState
from services.needs.domain.merging import Part, supporters
from services.needs.domain.moderation import WITHHELD
from services.needs.domain.similarity import Statement
from services.needs.domain.unmasking import OVER
from services.needs.models import (
    Cosignature,
    MergeLeaver,
    Need,
    NeedMerge,
    NeedWord,
    Resident,
)
from services.needs.repository.areas import inside
from services.needs.repository.proxies import Proxies
from wushe.errors import NotFound
from wushe.identity import scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

NOBODY: frozenset[UUID] = frozenset()
CANDIDATES = 500
"""How many needs, newest first, similarity looks at."""
SHOWN = and_(*(Need.moderation != each for each in sorted(WITHHELD)))  # one by one: a hot page knows no in_()


class Needs(Repository):
    """Needs, who stands behind them, and the concerns they are evidence of."""

    async def asked_within(self, need: Need) -> bool:
        """Whether the caller asked for what was merged into a need: its answer is theirs too (by merged_into_id)."""
        person = self.work.caller.person_id
        if self.work.caller.role not in FAMILY or person is None or need.answer is None:
            return False
        own = select(Need).where(Need.merged_into_id == need.id, Need.author_person_id == person)
        return bool(await self.work.rows(own, Need))

    async def find(self, need_id: UUID) -> Need:
        """A need the caller may know of; NOT_FOUND otherwise."""
        need = await self.get(Need, need_id)
        caller = self.work.caller
        known = may_read(
            role=caller.role,
            person_id=caller.person_id,
            author=need.author_person_id,
            state=need.state,
            danger=need.danger,
            moderation=need.moderation,
        )
        if not known:
            raise NotFound
        return need

    async def is_anyone_at_work_for(self, resident_id: UUID) -> bool:
        """Whether a need of a resident is under way (index on resident_id)."""
        under_way = select(Need.id).where(Need.resident_id == resident_id, Need.state.not_in(OVER))
        return await self.first(under_way) is not None

    async def take(self, need_id: UUID) -> Need:
        """The same, locked to change it; knowing comes first, so that a stale version tells nothing to a stranger."""
        await self.find(need_id)
        return await self.lock(Need, need_id)

    async def listed(
        self, page: PageRequest, filters: dict[str, Any], division: str | None, marks: Mapping[str, bool] = {}
    ) -> Page[Need]:
        """One page of what the caller may see: staff their divisions, residents what they asked or co-signed."""
        wanted, scope = [self._visible()], scope_range(self.work.caller.scope)
        if division:
            wanted.append(inside(Need.division, division))
        # Said without a value of its own, so that the small index of those marked fits.
        wanted += [getattr(Need, name) if is_set else ~getattr(Need, name) for name, is_set in marks.items()]
        # One community is said aloud: an index by division and id has the page in order. Residents' own few are found
        # by their ids; a community said beside them looks as narrow to the planner, and is not.
        community = scope[0] if scope[0] == scope[1] and self.work.caller.role not in FAMILY else None
        return await self.page(Need, page, *wanted, division=community, **filters)

    def _visible(self) -> ColumnElement[bool]:
        caller = self.work.caller
        mine = Need.author_person_id == caller.person_id if caller.person_id else false()
        if caller.role in CRISIS_READERS:
            return true()
        if caller.role not in FAMILY:
            return or_(Need.danger.is_(False), mine)
        if caller.person_id is None:
            return false()
        # An array of what they asked and co-signed, looked up once: "or" alone would walk over every need.
        own = aliased(Need)
        asked = select(own.id).where(own.author_person_id == caller.person_id)
        signed = select(Cosignature.need_id).where(Cosignature.person_id == caller.person_id)
        # What theirs became by merges, in two halves: each has its index, which "or" between them would lose.
        merged = select(own.merged_into_id).where(own.merged_into_id.is_not(None))
        joined = merged.where(own.author_person_id == caller.person_id)
        followed = merged.join(Cosignature, Cosignature.need_id == own.id).where(
            Cosignature.person_id == caller.person_id
        )
        theirs = Need.id == any_(func.array(asked.union_all(signed, joined, followed).scalar_subquery()))
        shared = and_(*(Need.state != state for state in NeedState if state not in SHAREABLE))
        # Danger is in no list of theirs, their own included: others may look at the same screen.
        return and_(theirs, Need.danger.is_(False), or_(mine, and_(SHOWN, shared)))

    async def has_cosigned(self, need_id: UUID, person_id: UUID) -> bool:
        """Whether a person already stands behind a need."""
        found = select(Cosignature).where(Cosignature.need_id == need_id, Cosignature.person_id == person_id)
        return await self.first(found) is not None

    async def persons_behind(self, needs: Collection[Need]) -> dict[UUID, frozenset[UUID]]:
        """Author and co-signers of each need and of those merged into it, as sets of persons."""
        asked = {need.id for need in needs}
        parts = [Part(need.id, None, need.author_person_id) for need in needs]
        merged = await self.merged_into(asked)
        left = await self._leavers(asked) if merged else {}
        parts += [
            Part(each.id, each.merged_into_id, each.author_person_id, left.get(each.id, NOBODY)) for each in merged
        ]
        behind = Cosignature.need_id.in_({part.need_id for part in parts})
        signed = await self.session.execute(select(Cosignature.need_id, Cosignature.person_id).where(behind))
        return supporters(asked, parts, [(need_id, person_id) for need_id, person_id in signed])

    async def spoken(self, needs: Collection[Need]) -> list[tuple[Need, frozenset[UUID]]]:
        """Each need and each merged into it, with those who stand behind it by itself and did not leave."""
        merged = await self.merged_into([need.id for need in needs])
        left = await self._leavers([need.id for need in needs]) if merged else {}
        every = {need.id: need for need in [*needs, *merged]}
        behind = select(Cosignature.need_id, Cosignature.person_id).where(Cosignature.need_id.in_(every))
        signed = [(need_id, person_id) for need_id, person_id in await self.session.execute(behind)]
        own = supporters(every, [Part(need.id, None, need.author_person_id) for need in every.values()], signed)
        return [(need, own[ident] - left.get(ident, NOBODY)) for ident, need in every.items()]

    async def _leavers(self, into: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Who took their voice out of the merges into some needs, by the need they had signed."""
        present = and_(NeedMerge.into_id.in_(into), NeedMerge.ended_at.is_(None))
        left = select(NeedMerge.need_id, MergeLeaver.person_id).join(MergeLeaver, MergeLeaver.merge_id == NeedMerge.id)
        found: dict[UUID, frozenset[UUID]] = {}
        for need_id, person_id in await self.session.execute(left.where(present)):
            found[need_id] = found.get(need_id, NOBODY) | {person_id}
        return found

    async def people_to_tell(self, needs: Collection[Need]) -> dict[UUID, frozenset[UUID]]:
        """Those behind each need, who asked on their behalf, and the guardian of a child it was asked for.

        Residents are found by primary key; of what was merged into a need, everybody hears as of their own.
        """
        people = await self.persons_behind(needs)
        every = [(need.id, need) for need in needs]
        every += [(need.merged_into_id or need.id, need) for need in await self.merged_into(people)]
        ended = await Proxies(self.work).ended({need.proxy_id for _, need in every if need.proxy_id})
        for need_id, need in every:
            if need.reporter_person_id and need.proxy_id not in ended:
                people[need_id] |= {need.reporter_person_id}
        asked = [(need_id, need.resident_id) for need_id, need in every]
        wanted = {resident_id for _, resident_id in asked if resident_id}
        if wanted:
            found = select(Resident.id, Resident.guardian_person_id).where(Resident.id.in_(wanted), _is_child())
            guardians = dict(iter(await self.session.execute(found)))
            for need_id, resident_id in asked:
                guardian = guardians.get(resident_id) if resident_id else None
                people[need_id] |= {guardian} if guardian else NOBODY
        return people

    async def merged_into(self, need_ids: Iterable[UUID]) -> list[Need]:
        """The needs that go on as part of some others (its partial index finds them)."""
        return await self.all(select(Need).where(Need.merged_into_id.in_(need_ids)))

    async def candidates(self, division: str, states: Iterable[NeedState]) -> list[Statement]:
        """The newest harmless needs of a division, as similarity sees them; danger never enters (INV-N4)."""
        harmless = and_(Need.danger.is_(False), SHOWN, Need.state.in_(states), inside(Need.division, division))
        needs = await self.all(select(Need).where(harmless).order_by(Need.id.desc()).limit(CANDIDATES))
        people = await self.persons_behind(needs)
        return [
            Statement(need.id, need.statement, need.theme, need.field, need.submitted_at, people[need.id])
            for need in needs
        ]

    async def linkable(self, division: str) -> list[Statement]:
        """The needs of a division that may still join a concern."""
        return await self.candidates(division, LINKABLE)

    async def by_ids(self, need_ids: Iterable[UUID]) -> dict[UUID, Need]:
        """The needs among these the caller may see."""
        return {need.id: need for need in await self.all(select(Need).where(Need.id.in_(need_ids)))}

    async def silent(self, limit: int) -> list[tuple[Need, datetime]]:
        """Answered needs whose author stayed silent past the day, with the business time of their county."""
        now = func.business_now(Need.division)
        due = and_(Need.state == NeedState.RESPONDED, Need.danger.is_(False), Need.due_at <= now)
        found = select(Need, now).where(due).order_by(Need.due_at).limit(limit).with_for_update(skip_locked=True)
        return [(need, at) for need, at in await self.session.execute(found)]

    async def fallen_due(self, limit: int) -> list[tuple[Need, datetime]]:
        """Needs whose clock ran out, with the business time of their county (index on next_due_at)."""
        now = func.business_now(Need.division)
        apart = Need.merged_into_id.is_(None)  # merged, it waits with the one it is part of
        due = select(Need, now).where(Need.next_due_at <= now, apart).order_by(Need.next_due_at).limit(limit)
        return [(need, at) for need, at in await self.session.execute(due.with_for_update(skip_locked=True))]

    async def words(
        self, division: str, since: datetime | None, until: datetime | None
    ) -> tuple[dict[Outcome, int], int]:
        """How often each word was said in a period, and how often none (index on division, said_at)."""
        wanted = [inside(NeedWord.division, division), Need.danger.is_(False)]
        wanted += [NeedWord.said_at >= since] if since else []
        wanted += [NeedWord.said_at < until] if until else []
        found = select(NeedWord.outcome, func.count()).join(Need, Need.id == NeedWord.need_id).where(*wanted)
        counts = dict(iter(await self.session.execute(found.group_by(NeedWord.outcome))))
        return {outcome: int(count) for outcome, count in counts.items() if outcome}, int(counts.get(None, 0))


def _is_child() -> ColumnElement[bool]:
    return and_(Resident.age_band == AgeBand.UNDER_14, Resident.guardian_person_id.is_not(None))

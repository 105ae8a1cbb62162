"""Queries of visits, follow-ups and how far a survey is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, false, func, select, true
from sqlalchemy.dialects.postgresql import insert

from services.needs.domain.lifecycle import FollowUpState
from services.needs.domain.visits import FIELD_WORKERS, VisitOutcome, may_read
from services.needs.models import FollowUp, Resident, SurveyCount, SurveyReached, Visit, VisitFile
from wushe import clock
from wushe.db import uuid7
from wushe.errors import CHINA, NotFound
from wushe.pages import Page, PageRequest
from wushe.pii import Sealed
from wushe.repository import Repository

OUTSIDE = -1
COUNTED = ("visits", "reached", "absent", "refused", "persons", "households")


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of something was done: by part of the sample, or by visitor."""

    key: Any
    visits: int
    reached: int
    absent: int
    refused: int
    persons: int
    households: int
    last_day: date | None


class Visits(Repository):
    """Visits, their sealed answers, and what comes after them."""

    async def find(self, visit_id: UUID) -> Visit:
        """A visit in scope; whoever only goes out finds their own and no other's."""
        found: Visit = await self.get(Visit, visit_id)
        caller = self.work.caller
        if not may_read(role=caller.role, person_id=caller.person_id, visitor=found.visitor_person_id):
            raise NotFound
        return found

    async def having(self, file_id: UUID) -> Visit | None:
        """The visit a file belongs to, if it is of one (unique)."""
        return await self.first(select(Visit).join(VisitFile).where(VisitFile.file_id == file_id))

    async def listed(self, page: PageRequest, *, resident_id: UUID | None, **equal: Any) -> Page[Visit]:
        """One page of visits (ix by division, plan or visitor; GIN on residents)."""
        wanted = [self._own(Visit.visitor_person_id)]
        if resident_id:
            wanted.append(Visit.resident_ids.contains([resident_id]))
        return await self.page(Visit, page, *wanted, **equal)

    def _own(self, column: Any) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role not in FIELD_WORKERS:
            return true()
        return column == caller.person_id if caller.person_id else false()

    def seal(self, visit: Visit, said: dict[str, Any]) -> None:
        """Put what was answered and noted under a seal of this row."""
        if said:
            sealed = self.work.vault.seal(said, place=_place(visit))
            visit.key_version, visit.data_key, visit.sealed = sealed.version, sealed.data_key, sealed.content

    def opened(self, visit: Visit) -> dict[str, Any]:
        """What was answered and noted; empty when nothing was, or it is erased."""
        if visit.key_version is None:
            return {}
        return self.work.vault.open(_sealed(visit), place=_place(visit))

    async def rewrap(self, limit: int) -> int:
        """Wrap the data keys of some visits under the current key (ix key_version)."""
        vault = self.work.vault
        old = select(Visit).where(Visit.key_version < vault.current).order_by(Visit.key_version)
        rows = await self.all(old.limit(limit).with_for_update(key_share=True, skip_locked=True))
        for row in rows:
            sealed = vault.rewrap(_sealed(row), place=_place(row))
            row.key_version, row.data_key = sealed.version, sealed.data_key
        return len(rows)

    async def residents(self, idents: Collection[UUID]) -> dict[UUID, Resident]:
        """The residents among these the caller may know of."""
        return {each.id: each for each in await self.all(select(Resident).where(Resident.id.in_(idents)))}

    # How far a survey is

    async def reach(self, plan_id: UUID, division: str, subjects: Iterable[UUID]) -> int:
        """Note whom a survey reached; how many of them for the first time."""
        values = [
            {"id": uuid7(), "division": division, "plan_id": plan_id, "subject_id": each, "created_at": clock.now()}
            for each in sorted(set(subjects))
        ]
        if not values:
            return 0
        first = insert(SurveyReached).values(values).on_conflict_do_nothing().returning(SurveyReached.id)
        return len((await self.session.execute(first)).all())

    async def count(self, visit: Visit, *, persons: int, households: int) -> None:
        """Add one visit to the counts of its visitor and day (uq of survey_counts)."""
        added = {"visits": 1, "persons": persons, "households": households}
        added |= {outcome.value: int(visit.outcome is outcome) for outcome in VisitOutcome}
        key = {
            "plan_id": visit.plan_id,
            "cell": OUTSIDE if visit.cell is None else visit.cell,
            "visitor_person_id": visit.visitor_person_id,
            "day": visit.started_at.astimezone(CHINA).date(),
            "division": visit.division,
        }
        row = insert(SurveyCount).values(id=uuid7(), created_at=clock.now(), **key, **added)
        more = {name: getattr(SurveyCount, name) + row.excluded[name] for name in COUNTED}
        await self.session.execute(row.on_conflict_do_update(index_elements=list(key), set_=more))

    async def progress(self, plan_id: UUID, by: str) -> list[Tally]:
        """What was done for a survey by ``cell`` or ``visitor_person_id``: a row per visitor and day is read."""
        column, counts = getattr(SurveyCount, by), [func.sum(getattr(SurveyCount, name)) for name in COUNTED]
        wanted = select(column, *counts, func.max(SurveyCount.day)).where(SurveyCount.plan_id == plan_id)
        found = await self.session.execute(wanted.group_by(column).order_by(column))
        return [
            Tally(key=key, last_day=last, **dict(zip(COUNTED, map(int, sums), strict=True)))
            for key, *sums, last in found
        ]

    # Follow-ups

    async def follow_up(self, ident: UUID) -> FollowUp:
        """A follow-up in scope; whoever only goes out finds those given to them."""
        found: FollowUp = await self.get(FollowUp, ident)
        caller = self.work.caller
        if caller.role in FIELD_WORKERS and found.assignee_person_id != caller.person_id:
            raise NotFound
        return found

    async def follow_ups(self, page: PageRequest, *, overdue: bool, **equal: Any) -> Page[FollowUp]:
        """One page of follow-ups; overdue are those whose day has passed by the business clock (ix due_on)."""
        wanted = [self._own(FollowUp.assignee_person_id)]
        if overdue:
            today = cast(func.timezone("Asia/Shanghai", func.business_now(FollowUp.division)), Date)
            wanted.append(and_(FollowUp.state == FollowUpState.OPEN, FollowUp.due_on < today))
        return await self.page(FollowUp, page, *wanted, **equal)


def _place(visit: Visit) -> str:
    return f"visits|sealed|{visit.id}"


def _sealed(visit: Visit) -> Sealed:
    return Sealed(visit.key_version or 0, visit.data_key or b"", visit.sealed or b"")

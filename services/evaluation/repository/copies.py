"""Our own copies of what projects announced."""

from uuid import UUID

from sqlalchemy import delete, select

from services.evaluation.domain.roster import Conflict, Record, RecordState, stakeholders
from services.evaluation.models import AdoptedProject, AdoptedRecord
from wushe.errors import NotFound
from wushe.repository import Repository


class Copies(Repository):
    """Adopted projects and service records."""

    async def project(self, project_id: UUID) -> AdoptedProject | None:
        """Our copy of a project, if we have heard of it."""
        return await self.session.get(AdoptedProject, project_id)

    async def steady(self, project_id: UUID) -> AdoptedProject | None:
        """Our copy of a project, held so that what happens once per project happens once."""
        return await self.session.get(AdoptedProject, project_id, with_for_update=True)

    async def known(self, project_id: UUID) -> AdoptedProject:
        """Our copy of a project; NOT_FOUND while we have not heard of it."""
        found = await self.project(project_id)
        if found is None:
            raise NotFound
        return found

    async def records(self, project_id: UUID) -> list[Record]:
        """The service records of a project as announced so far."""
        columns = select(AdoptedRecord.id, AdoptedRecord.person_id, AdoptedRecord.state)
        rows = await self.session.execute(columns.where(AdoptedRecord.project_id == project_id))
        return [Record(ident, person, RecordState(state)) for ident, person, state in rows]

    async def put_record(self, record: Record, *, project_id: UUID, division: str, sequence: int) -> None:
        """Keep the newest state of a record."""
        row = await self.session.get(AdoptedRecord, record.record_id)
        if row is None:
            row = AdoptedRecord(id=record.record_id, division=division, project_id=project_id, sequence=0)
            self.session.add(row)
        elif sequence <= row.sequence:
            return
        row.person_id, row.state, row.sequence = record.person_id, record.state, sequence

    async def drop_records(self, project_id: UUID) -> None:
        """Keep no copy of who was served."""
        await self.session.execute(delete(AdoptedRecord).where(AdoptedRecord.project_id == project_id))


def conflicts_of(project: AdoptedProject) -> dict[UUID, Conflict]:
    """Who has a part in a project (E2)."""
    return stakeholders(
        author=project.author_person_id,
        team=[UUID(each) for each in project.team],
        approvers=[UUID(each) for each in project.approvers],
        interested=[UUID(each) for each in project.interested],
    )


def orgs_of(project: AdoptedProject) -> set[UUID]:
    """The organisations that undertake a project or were declared to have an interest in it."""
    undertaker = {project.undertaker_org_id} if project.undertaker_org_id else set()
    return undertaker | {UUID(each) for each in project.interested_orgs}

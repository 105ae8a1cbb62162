"""Every query of the projects service, limited by the database to the caller's divisions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, false, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.projects.domain.approval import Person
from services.projects.domain.attendance import TimeOverlap, Window
from services.projects.domain.lifecycle import (
    ActivityState,
    ContractState,
    DeliberationState,
    ProjectKind,
    ProjectState,
    ProjectVerb,
    RecordState,
    SagaState,
)
from services.projects.domain.persons import Reader
from services.projects.models import (
    Activity,
    AdoptedConcern,
    Base,
    Contract,
    Deliberation,
    FinalReport,
    FrozenScheme,
    Payment,
    Project,
    ProjectBudgetLine,
    ProjectGoal,
    ServiceRecord,
    Signup,
    StartSaga,
    Step,
    TeamMember,
    Tranche,
)
from wushe.errors import NotFound
from wushe.identity import county, scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository, Row

COUNTED = (RecordState.RECORDED, RecordState.CONFIRMED)


class Collection(Repository):
    """What every collection of this service needs from its project."""

    def create(self, row: Row) -> Row:
        """Add the new row the answer is about."""
        self.add(row)
        self.work.lead = row
        return row

    async def written(self, row: Row) -> Row:
        """The row with everything the database gives it."""
        await self.session.flush()
        return row

    async def share_project(self, project_id: UUID) -> Project:
        """The project, held in its state to the end of the transaction; others may hold it too."""
        statement = select(Project).where(Project.id == project_id).with_for_update(read=True)
        project = (await self.session.scalars(statement.execution_options(populate_existing=True))).one_or_none()
        if project is None:
            raise NotFound
        return project

    async def saga(self, saga_id: UUID) -> StartSaga | None:
        """One attempt to start."""
        return await self.session.get(StartSaga, saga_id, with_for_update=True, populate_existing=True)

    async def open_saga(self, project_id: UUID) -> StartSaga | None:
        """The attempt that still waits for its answer, if there is one."""
        return await self.first(
            select(StartSaga)
            .where(StartSaga.project_id == project_id, StartSaga.state == SagaState.OPEN)
            .with_for_update()
        )

    async def payees(self, project_id: UUID) -> list[UUID]:
        """The organisations paid by the project's contracts."""
        found = await self.session.scalars(
            select(Contract.payee_org_id).where(
                Contract.project_id == project_id, Contract.state != ContractState.WITHDRAWN
            )
        )
        return list(found.all())

    async def team(self, project_id: UUID) -> list[TeamMember]:
        """The team, in the plan's order."""
        return await self.all(
            select(TeamMember).where(TeamMember.project_id == project_id).order_by(TeamMember.position)
        )

    async def moved_at(self, project_id: UUID, verb: ProjectVerb) -> datetime:
        """When a verb last moved the project, in business time; the project's state says that it did."""
        statement = select(func.max(Step.at)).where(Step.project_id == project_id, Step.verb == verb)
        moment: datetime = (await self.session.execute(statement)).scalar_one()
        return moment

    async def business_time(self, division: str) -> datetime:
        """The business time of the division's county, whatever county the caller sits in."""
        if county(division) == county(self.work.caller.lo):
            return self.work.now
        moment: datetime = (await self.session.execute(select(func.business_now(division)))).scalar_one()
        return moment


class Projects(Collection):
    """Projects with their plans."""

    async def replace_plan(self, project_id: UUID, rows: Sequence[Base]) -> None:
        """Put the goals, lines and team of a new plan in the place of the old ones."""
        for model in (ProjectGoal, ProjectBudgetLine, TeamMember):
            await self.session.execute(delete(model).where(model.project_id == project_id))
        self.session.add_all(rows)

    async def goals(self, project_id: UUID) -> list[ProjectGoal]:
        """The goals, in the plan's order."""
        return await self.all(
            select(ProjectGoal).where(ProjectGoal.project_id == project_id).order_by(ProjectGoal.position)
        )

    async def lines(self, project_id: UUID) -> list[ProjectBudgetLine]:
        """The budget lines, in the plan's order."""
        return await self.all(
            select(ProjectBudgetLine)
            .where(ProjectBudgetLine.project_id == project_id)
            .order_by(ProjectBudgetLine.position)
        )

    async def steps(self, project_id: UUID) -> list[Step]:
        """How the project came to its state, oldest first."""
        return await self.all(select(Step).where(Step.project_id == project_id).order_by(Step.id))

    async def confirmed_concerns(self, concern_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the concerns that are confirmed and not retired, as far as we have heard.

        A community's project may answer a concern of its street, so this one question is asked of the whole county.
        """
        caller = self.work.caller
        await self.work.widen()
        found = await self.session.scalars(
            select(AdoptedConcern.id).where(AdoptedConcern.id.in_(concern_ids), AdoptedConcern.retired.is_(False))
        )
        if self.work.caller is not caller:
            self.work.caller = caller
            await self.work.open()
        return set(found.all())

    async def frozen_scheme(self, project_id: UUID) -> FrozenScheme | None:
        """The newest frozen evaluation scheme of the project."""
        return await self.first(select(FrozenScheme).where(FrozenScheme.project_id == project_id))

    async def final_report(self, project_id: UUID, phase: str) -> FinalReport | None:
        """The final report of one phase."""
        return await self.first(
            select(FinalReport).where(FinalReport.project_id == project_id, FinalReport.phase == phase)
        )

    async def search(
        self,
        page: PageRequest,
        *,
        state: ProjectState | None,
        kind: ProjectKind | None,
        division: str | None,
        concern_id: UUID | None,
    ) -> Page[Project]:
        """Projects, newest first."""
        wanted: list[ColumnElement[bool]] = []
        if division is not None:
            wanted.append(Project.division.between(*scope_range(division)))
        if concern_id is not None:
            wanted.append(Project.concern_ids.contains([str(concern_id)]))
        return await self.page(Project, page, *wanted, state=state, kind=kind)

    async def expired_sagas(self, now: datetime, limit: int) -> list[StartSaga]:
        """Attempts to start whose deadline has passed, oldest first."""
        return await self.all(
            select(StartSaga)
            .where(StartSaga.state == SagaState.OPEN, StartSaga.deadline <= now)
            .order_by(StartSaga.deadline)
            .limit(limit)
        )

    async def adopt(self, row: Base, *, key: str) -> None:
        """Store our copy of another service's fact, in the place of an older one with the same key columns."""
        names = [column.key for column in row.__table__.columns if column.key != "created_at"]
        columns = {name: getattr(row, name) for name in names}
        statement = insert(type(row)).values({**columns, "created_at": self.work.now})
        kept = {name: value for name, value in columns.items() if name not in {"id", *key.split()}}
        await self.session.execute(statement.on_conflict_do_update(index_elements=key.split(), set_=kept))


class Deliberations(Collection):
    """Recorded decisions of the residents."""

    async def search(self, page: PageRequest, *, project_id: UUID | None) -> Page[Deliberation]:
        """Decisions, newest first."""
        return await self.page(Deliberation, page, project_id=project_id)

    async def latest(self, project_id: UUID) -> Deliberation | None:
        """The last decision about a project."""
        return await self.first(
            select(Deliberation).where(Deliberation.project_id == project_id).order_by(Deliberation.id.desc())
        )

    async def due(self, limit: int) -> list[Deliberation]:
        """Publicised decisions whose window is over by their county's business time, locked."""
        return await self.all(
            select(Deliberation)
            .where(
                Deliberation.state == DeliberationState.PUBLICISED,
                Deliberation.publicity_ends_at <= func.business_now(Deliberation.division),
            )
            .order_by(Deliberation.publicity_ends_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )


class Contracts(Collection):
    """Contracts with their tranches."""

    async def committed(self, project_id: UUID) -> int:
        """What the project's contracts promise together, in fen."""
        statement = select(func.coalesce(func.sum(Contract.amount_fen), 0)).where(
            Contract.project_id == project_id, Contract.state != ContractState.WITHDRAWN
        )
        return int((await self.session.execute(statement)).scalar_one())

    async def tranches(self, contract_ids: Sequence[UUID]) -> list[Tranche]:
        """The tranches of contracts, in their order."""
        return await self.all(
            select(Tranche).where(Tranche.contract_id.in_(contract_ids)).order_by(Tranche.contract_id, Tranche.position)
        )

    async def of_project(self, project_id: UUID) -> list[Contract]:
        """The contracts of one project, oldest first."""
        return await self.all(select(Contract).where(Contract.project_id == project_id).order_by(Contract.id))

    async def paid(self, project_ids: Sequence[UUID]) -> dict[UUID, int]:
        """What was paid of each tranche of some projects, in fen."""
        found = await self.all(select(Payment).where(Payment.project_id.in_(project_ids)))
        return {payment.tranche_id: payment.amount_fen for payment in found}

    async def search(self, page: PageRequest, *, project_id: UUID | None) -> Page[Contract]:
        """Contracts, newest first."""
        return await self.page(Contract, page, project_id=project_id)


class Activities(Collection):
    """Activities with the places taken at them."""

    async def taken(self, activity_id: UUID) -> int:
        """How many places are taken."""
        statement = select(func.count()).where(Signup.activity_id == activity_id, Signup.withdrawn_at.is_(None))
        return int((await self.session.execute(statement)).scalar_one())

    async def taken_at(self, activity_ids: Sequence[UUID]) -> dict[UUID, int]:
        """How many places are taken at each of several activities."""
        statement = (
            select(Signup.activity_id, func.count())
            .where(Signup.activity_id.in_(activity_ids), Signup.withdrawn_at.is_(None))
            .group_by(Signup.activity_id)
        )
        return {row[0]: row[1] for row in (await self.session.execute(statement)).all()}

    async def signup(self, activity_id: UUID, person_id: UUID) -> Signup | None:
        """The place of one person, also one given back."""
        return await self.first(select(Signup).where(Signup.activity_id == activity_id, Signup.person_id == person_id))

    async def signed_up(self, activity_id: UUID) -> list[Signup]:
        """The places taken."""
        return await self.all(
            select(Signup).where(Signup.activity_id == activity_id, Signup.withdrawn_at.is_(None)).order_by(Signup.id)
        )

    async def of_project(self, project_id: UUID) -> list[Activity]:
        """The activities of one project, oldest first."""
        return await self.all(select(Activity).where(Activity.project_id == project_id).order_by(Activity.starts_at))

    async def count(self, project_id: UUID, state: ActivityState) -> int:
        """How many activities of a project are in a state."""
        statement = select(func.count()).where(Activity.project_id == project_id, Activity.state == state)
        return int((await self.session.execute(statement)).scalar_one())

    async def search(
        self, page: PageRequest, *, project_id: UUID | None, state: ActivityState | None
    ) -> Page[Activity]:
        """Activities, newest first."""
        return await self.page(Activity, page, project_id=project_id, state=state)


class Records(Collection):
    """Service records: what the organiser says and what the person says."""

    async def of_activity(self, activity_id: UUID, *, reader: Reader) -> list[ServiceRecord]:
        """The records of one activity that a reader may see, oldest first."""
        statement = select(ServiceRecord).where(ServiceRecord.activity_id == activity_id, *_readable(reader))
        return await self.all(statement.order_by(ServiceRecord.id))

    async def find(self, record_id: UUID, *, reader: Reader) -> ServiceRecord:
        """One record, or NOT_FOUND when it does not exist for this reader."""
        record = await self.first(select(ServiceRecord).where(ServiceRecord.id == record_id, *_readable(reader)))
        if record is None:
            raise NotFound
        self.work.lead = record
        return record

    async def of_project(self, project_id: UUID) -> list[ServiceRecord]:
        """Every record of one project, oldest first."""
        return await self.all(
            select(ServiceRecord).where(ServiceRecord.project_id == project_id).order_by(ServiceRecord.id)
        )

    async def require_free(self, person_ids: Sequence[UUID], window: Window, *, apart_from: UUID) -> None:
        """Refuse persons who are recorded elsewhere at the same time, as far as the caller may see."""
        statement = select(func.count(ServiceRecord.person_id.distinct())).where(
            ServiceRecord.person_id.in_(person_ids),
            ServiceRecord.activity_id != apart_from,
            ServiceRecord.state.in_(COUNTED),
            ServiceRecord.starts_at < window.ends_at,
            ServiceRecord.ends_at > window.starts_at,
        )
        count = int((await self.session.execute(statement)).scalar_one())
        if count:
            raise TimeOverlap(count=count)

    async def written_once(self) -> None:
        """Write the records; the database itself keeps one person's time from overlapping in any division."""
        try:
            await self.session.flush()
        except IntegrityError as fault:
            if "ex_service_records_person_time" in str(fault.orig):
                raise TimeOverlap(count=1) from fault
            raise

    async def search(
        self, page: PageRequest, *, project_id: UUID | None, state: RecordState | None, reader: Reader
    ) -> Page[ServiceRecord]:
        """Records a reader may see, newest first."""
        return await self.page(ServiceRecord, page, *_readable(reader), project_id=project_id, state=state)


def _readable(reader: Reader) -> list[ColumnElement[bool]]:
    if reader.own is not None:
        return [ServiceRecord.person_id == reader.own]
    if reader.maker is not None:
        return [ServiceRecord.project_id.in_(_made_by(reader.maker))]
    return []


def _made_by(who: Person) -> Select[UUID]:
    """The projects somebody or their organisation wrote, undertakes or is on the team of."""
    parts: list[ColumnElement[bool]] = [false()]
    if who.person_id is not None:
        teams = select(TeamMember.project_id).where(TeamMember.person_id == who.person_id)
        parts += [Project.writer_person_ids.contains([str(who.person_id)]), Project.id.in_(teams)]
    if who.org_id is not None:
        parts += [Project.writer_org_ids.contains([str(who.org_id)]), Project.undertaker_org_id == who.org_id]
    return select(Project.id).where(or_(*parts))

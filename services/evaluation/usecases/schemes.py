"""Writing and freezing the scheme by which a project will be judged."""

from uuid import UUID

from services.evaluation.domain import scheme as schemes
from services.evaluation.domain.lifecycle import SCHEME_TRANSITIONS, SchemeState, SchemeVerb, advance
from services.evaluation.domain.roster import OwnProject, keep_out
from services.evaluation.events import SchemeFrozen
from services.evaluation.models import AdoptedProject, Scheme
from services.evaluation.repository import Copies, Schemes
from services.evaluation.repository.copies import conflicts_of, orgs_of
from wushe import rules
from wushe.errors import FieldError, InvalidInput, Refusal
from wushe.identity import Caller
from wushe.pages import Page, PageRequest
from wushe.work import Work


class ProjectNotDesigned(Refusal):
    """A scheme is frozen for a plan we know, so that its authors can be kept out."""

    status = 409
    zh = "还没有收到该项目的方案，请稍后再试。"
    en = "The plan of this project has not arrived yet; retry shortly."
    toast = "方案未到达"
    retryable = True


class SchemeAlreadyFrozen(Refusal):
    """A project is judged by one scheme; goalposts do not move."""

    status = 409
    zh = "该项目的评价方案已经锁定，不能再更换。"
    en = "This project already has a frozen scheme."
    toast = "方案已锁定"


class ProjectStarted(Refusal):
    """Goalposts stand before the first session (E5)."""

    status = 409
    zh = "项目已经开始实施，不能再锁定评价方案。"
    en = "The project has started; a scheme is frozen before the first session."
    toast = "项目已开始"


class NotYourScheme(Refusal):
    """A draft is changed by who wrote it, by the project's own people, or by those who watch over it."""

    status = 403
    zh = "该评价方案不是您起草的，您也没有参与该项目，不能修改。"
    en = "You neither drafted this scheme nor take part in its project, so you cannot change it."
    toast = "不是您的方案"


OVERSEERS = frozenset({"committee", "third_party"})
"""Roles that may change any draft in their division."""


async def create(work: Work, *, project_id: UUID, division: str, title: str, content: schemes.Scheme) -> Scheme:
    """Draft a scheme; 422 names what is missing."""
    work.claim(division)
    await _check(work, content, division)
    _same_division(await Copies(work).project(project_id), division)
    repository = Schemes(work)
    scheme = repository.add(
        Scheme(
            division=division,
            project_id=project_id,
            title=title,
            content=schemes.as_json(content),
            author_subject=work.caller.subject,
            author_person_id=work.caller.person_id,
        )
    )
    work.record(scheme, "create")
    await repository.session.flush()
    return scheme


async def replace(work: Work, *, scheme_id: UUID, title: str, content: schemes.Scheme) -> Scheme:
    """Replace the content of a draft; strangers to it and to its project may not."""
    scheme = await Schemes(work).lock(Scheme, scheme_id)
    _refuse_strangers(work.caller, scheme, await Copies(work).project(scheme.project_id))
    scheme.state = advance(SCHEME_TRANSITIONS, scheme.state, SchemeVerb.REPLACE)
    await _check(work, content, scheme.division)
    scheme.title, scheme.content = title, schemes.as_json(content)
    work.record(scheme, "replace")
    return scheme


async def freeze(work: Work, *, scheme_id: UUID) -> Scheme:
    """Fix the goalposts by their hash; whoever has a part in the plan may not."""
    repository = Schemes(work)
    scheme = await repository.lock(Scheme, scheme_id)
    state = advance(SCHEME_TRANSITIONS, scheme.state, SchemeVerb.FREEZE)
    project = await Copies(work).steady(scheme.project_id)
    if project is None:
        raise ProjectNotDesigned(retry_after=1)
    if project.started:
        raise ProjectStarted
    refuse_own(work.caller, project)
    _same_division(project, scheme.division)
    if await repository.frozen_for(scheme.project_id):
        raise SchemeAlreadyFrozen
    scheme.state, scheme.frozen_at = state, work.now
    scheme.scheme_hash = schemes.fingerprint(scheme.content)
    frozen = SchemeFrozen(project_id=scheme.project_id, scheme_id=scheme.id, scheme_hash=scheme.scheme_hash)
    work.record(scheme, "freeze", frozen)
    return scheme


async def read(work: Work, *, scheme_id: UUID) -> Scheme:
    """One scheme."""
    return await Schemes(work).get(Scheme, scheme_id)


async def listed(work: Work, page: PageRequest, *, project_id: UUID | None, state: SchemeState | None) -> Page[Scheme]:
    """One page of schemes."""
    return await Schemes(work).listed(page, project_id=project_id, state=state)


def refuse_own(caller: Caller, project: AdoptedProject) -> None:
    """OWN_PROJECT for anyone with a part or a stake in the project, PERSON_UNKNOWN for who may be anyone."""
    keep_out(caller.person_id, conflicts_of(project))
    if caller.org in orgs_of(project):
        raise OwnProject


def _refuse_strangers(caller: Caller, scheme: Scheme, project: AdoptedProject | None) -> None:
    if caller.role in OVERSEERS or caller.subject == scheme.author_subject:
        return
    people = {scheme.author_person_id} | (_people(project) if project else set())
    undertaker = project.undertaker_org_id if project else None
    is_known = caller.person_id is not None and caller.person_id in people
    if not is_known and (caller.org is None or caller.org != undertaker):
        raise NotYourScheme


def _people(project: AdoptedProject) -> set[UUID | None]:
    return {project.author_person_id, *map(UUID, project.team)}


async def _check(work: Work, content: schemes.Scheme, division: str) -> None:
    floor = await rules.value(work, "resident_weight_percent", division)
    schemes.check(content, resident_floor=floor)


def _same_division(project: AdoptedProject | None, division: str) -> None:
    if project is not None and project.division != division:
        zh, en = "评价方案须与项目同属一个地区。", "A scheme belongs to the division of its project."
        raise InvalidInput(errors=[FieldError("/division", "OTHER_DIVISION", zh, en)])

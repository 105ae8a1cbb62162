"""The files of needs and visits: whose they are, and who may be shown them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.needs.domain.authorship import Attached, may_read, may_read_statement
from services.needs.domain.intake import FILE_READERS, Handed
from services.needs.domain.visits import may_read as may_read_visit
from services.needs.events import FileAttached
from services.needs.models import Need, NeedFile, Visit, VisitFile
from services.needs.repository import Intake, Needs, Visits
from wushe.errors import NotFound, Refusal


class FileTaken(Refusal):
    """A file belongs to one need or visit; naming it elsewhere would open it to others."""

    status = 422
    zh = "文件 {file_id} 已属于另一条需求或走访，请重新上传。"
    en = "File {file_id} belongs to another need or visit already; upload it again."
    toast = "请重新上传文件"


async def attach(*, intake: Intake, need: Need, files: Sequence[Attached]) -> list[FileAttached]:
    """Keep the files of a need."""
    named = {f"/files/{number}/file_id": file for number, file in enumerate(files)}
    kept = await usable(intake=intake, named=named, danger=need.danger)
    if kept:
        await intake.session.flush()  # its files refer to it
    for file in kept:
        intake.add(NeedFile(division=need.division, need_id=need.id, file_id=file.file_id, kind=file.kind))
    return [FileAttached(file_id=file.file_id) for file in kept]


async def attach_to_visit(*, intake: Intake, visit: Visit, files: Mapping[str, Attached]) -> list[FileAttached]:
    """Keep the files among the answers of a visit, by where each was named."""
    kept = await usable(intake=intake, named=files, danger=visit.danger)
    for file in kept:
        intake.add(VisitFile(division=visit.division, visit_id=visit.id, file_id=file.file_id))
    return [FileAttached(file_id=file.file_id) for file in kept]


async def usable(*, intake: Intake, named: Mapping[str, Attached], danger: bool) -> list[Attached]:
    """The files the caller names and has handed in; FILE_TAKEN for one that belongs to something already."""
    handed: Handed = intake.work.ahead
    kept = handed.usable(named, danger=danger) if named else []
    taken = await intake.files_taken(file.file_id for file in kept)
    if taken and not danger:
        raise FileTaken(file_id=taken[0])
    return [file for file in kept if file.file_id not in taken]


async def files_of(*, needs: Needs, need_id: UUID) -> list[NeedFile]:
    """The files of a need whose words the caller may read; NOT_FOUND otherwise."""
    need = _legible(needs, await needs.find(need_id), needs.work.caller.role)
    return await Intake(needs.work).files_of(need.id)


async def require_file(*, needs: Needs, file_id: UUID, role: str) -> Need | Visit:
    """What a file belongs to, when the caller may read it in a role; NOT_FOUND otherwise."""
    visit = await Visits(needs.work).having(file_id)
    return _shown(needs, visit, role) if visit else await _need_with(needs, file_id, role)


def _shown(needs: Needs, visit: Visit, role: str) -> Visit:
    """A picture is what was answered; the look is on record like any other at a visit."""
    if not may_read_visit(role=role, person_id=needs.work.caller.person_id, visitor=visit.visitor_person_id):
        raise NotFound
    needs.work.witness("read", subject=f"visits/{visit.id}", division=visit.division, reason=None)
    return visit


async def _need_with(needs: Needs, file_id: UUID, role: str) -> Need:
    need, caller = await Intake(needs.work).having(file_id), needs.work.caller
    may = may_read(
        role=role, person_id=caller.person_id, author=need.author_person_id, state=need.state, danger=need.danger
    )
    if not may or role not in FILE_READERS:
        raise NotFound
    return _legible(needs, need, role)


def _legible(needs: Needs, need: Need, role: str) -> Need:
    """A picture or a voice says as much as the words do."""
    if not may_read_statement(role=role, person_id=needs.work.caller.person_id, author=need.author_person_id):
        raise NotFound
    return need

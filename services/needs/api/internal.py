"""What the other services and the gateway ask of this one."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.domain.authorship import RESIDENT
from services.needs.models import Place
from services.needs.repository import Crises, Needs, Places, Projects, Residents
from services.needs.schemas.crises import SignalIn, SignalOut
from services.needs.schemas.erasures import CorrectionOfPersonIn, CorrectionOut, ErasureOfPersonIn, ErasureOut
from services.needs.schemas.identities import ContactOut
from services.needs.schemas.intake import FileOut
from services.needs.schemas.lifecycle import SliceOut
from services.needs.schemas.places import UnitOut
from services.needs.schemas.residents import PersonIn, PersonOut, ResidencyIn, ResidencyOut
from services.needs.usecases import attachments, crises, erasures, identities, lifecycle
from services.needs.usecases import residents as cases
from wushe.authorize import SERVICE
from wushe.erasing import PersonDataOut
from wushe.errors import NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="internal", about="只供服务之间调用 · Between services only")


@router.create(
    "/internal/persons",
    access=SERVICE,
    operation="mintPerson",
    summary="生成人员编号 · Mint a person id",
    refusals=[OutOfScope],
)
async def mint(body: PersonIn, work: Working) -> PersonOut:
    """An id for a volunteer, a worker or an expert; the same again for the same label."""
    division = body.division or work.caller.scope
    person = await cases.mint(residents=Residents(work), division=division, label=body.label)
    return PersonOut(person_id=person.id)


@router.read(
    "/internal/persons",
    access=SERVICE,
    operation="findPerson",
    summary="查找人员编号 · Find a person id",
    refusals=[NotFound, cases.ExternalIdAmbiguous],
)
async def find(
    work: Working,
    external: Annotated[str, Query(min_length=1, max_length=128)],
    system: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
    client: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
) -> PersonOut:
    """The one person called by this id, by the named system and client or by any."""
    residents = Residents(work)
    person_id = await cases.person_called(residents=residents, external=external, system=system, client=client)
    return PersonOut(person_id=person_id)


@router.create(
    "/internal/erasures",
    access=SERVICE,
    operation="erasePerson",
    summary="本人请求注销 · Erase the person who asks",
)
async def erase(body: ErasureOfPersonIn, work: Working) -> ErasureOut:
    """Erase the person an account belongs to, as they asked."""
    found = await erasures.erase_person(residents=Residents(work), **body.model_dump())
    return ErasureOut.model_validate(found)


@router.create(
    "/internal/corrections",
    access=SERVICE,
    operation="takeCorrection",
    summary="本人请求更正 · Take down a correction",
    refusals=[NotFound],
)
async def correct(body: CorrectionOfPersonIn, work: Working) -> CorrectionOut:
    """Take down what a person says is wrong about them."""
    found = await erasures.ask_correction(residents=Residents(work), **body.model_dump())
    return CorrectionOut.model_validate(found)


@router.read(
    "/internal/persons/{person_id}/data",
    access=SERVICE,
    operation="getNeedsPersonData",
    summary="某人的数据 · What is held of a person",
)
async def data(person_id: UUID, work: Working) -> PersonDataOut:
    """Every row that names a person, and who they are as it lies under the seal."""
    return PersonDataOut(service="needs", held=await identities.told(residents=Residents(work), person_id=person_id))


@router.read(
    "/internal/contacts/{person_id}",
    access=SERVICE,
    operation="findContact",
    summary="可用的联系方式 · How a person may be reached now",
)
async def contact(
    person_id: UUID, work: Working, purpose: Annotated[str, Query(min_length=1, max_length=64)] = "contact"
) -> ContactOut:
    """The telephone of a person as far as they allow it at this moment; nobody else keeps it."""
    found = await identities.contact(residents=Residents(work), person_id=person_id, purpose=purpose)
    return ContactOut.model_validate(found)


@router.verb(
    "/internal/residency",
    access=SERVICE,
    operation="redeemLinkCode",
    summary="使用关联码 · Redeem a link code",
    refusals=[cases.LinkCodeInvalid],
)
async def redeem(body: ResidencyIn, work: Working) -> ResidencyOut:
    """Use a slip once: the account that presents it speaks for the resident."""
    resident = await cases.redeem(residents=Residents(work), code=body.code)
    return ResidencyOut(resident_id=resident.id, person_id=resident.person_id, division=resident.division)


@router.create(
    "/internal/crisis-tickets",
    access=SERVICE,
    operation="tellOfDanger",
    summary="报告危险信号 · Tell of a sign of danger",
    refusals=[OutOfScope],
)
async def tell_of_danger(body: SignalIn, work: Working) -> SignalOut:
    """Another service saw a sign of danger in something somebody told it; a person on duty is paged."""
    ticket_id = await crises.told_by_service(
        crises=Crises(work),
        division=body.division,
        subject=body.subject,
        kinds=tuple(body.kinds),
        resident_id=body.resident_id,
    )
    return SignalOut(ticket_id=ticket_id)


@router.read(
    "/internal/lifecycle/{project_id}",
    access=SERVICE,
    operation="getLifecycleOfNeeds",
    summary="生命周期（需求） · This service's slice of a lifecycle",
)
async def lifecycle_of(project_id: UUID, work: Working) -> SliceOut:
    """The concerns a project answers and the needs behind them."""
    found = await lifecycle.slice_of(projects=Projects(work), project_id=project_id)
    return SliceOut.model_validate(found)


@router.read(
    "/internal/files/{file_id}",
    access=SERVICE,
    operation="admitToNeedFile",
    summary="可否查看附件 · Whether the caller may read a file",
)
async def file_of(file_id: UUID, work: Working, role: Annotated[str, Query(max_length=64)] = RESIDENT) -> FileOut:
    """The need or visit a file belongs to, when the caller may read it in this role."""
    found = await attachments.require_file(needs=Needs(work), file_id=file_id, role=role)
    return FileOut(file_id=file_id, belongs_to=f"{found.__tablename__}/{found.id}")


@router.read(
    "/internal/places/{place_id}/units",
    access=SERVICE,
    operation="listUnitsOfPlace",
    summary="地点下的户 · The units of a place",
)
async def units(place_id: UUID, page: Paging, work: Working) -> Page[UnitOut]:
    """The units in use under a place or in the buildings of a grid, with areas and households: an electorate's axes."""
    places = Places(work)
    found, living = await places.units(await places.get(Place, place_id), page)
    shown = [UnitOut.of(unit, living[unit.id]) for unit in found.items]
    return Page[UnitOut](items=shown, next_cursor=found.next_cursor)

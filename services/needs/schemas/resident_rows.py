"""Residents as rows of a table."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.domain.codes import AgeBand, GuardianRelation, TargetGroup
from services.needs.domain.identity import Identity
from services.needs.repository import Residents
from services.needs.schemas.identities import Number
from services.needs.schemas.shared import Day
from services.needs.usecases import residents as cases
from services.needs.usecases.imports import Column, Values, shaped
from services.needs.usecases.residents import Particulars
from wushe.errors import NotFound
from wushe.routes import DivisionCode, ExternalId, In, ShortText
from wushe.settings import given
from wushe.work import Work

COLUMNS = (
    Column("id", "人员编号", ("外部编号", "external_id")),
    Column("community_code", "社区代码", ("区划代码", "division"), required=True),
    Column("target_group", "对象类别", ("target_groups",)),
    Column("age_band", "年龄段"),
    Column("name", "姓名"),
    Column("phone", "电话", ("手机号", "联系电话")),
    Column("id_number", "身份证号", ("公民身份号码",)),
    Column("address", "住址", ("地址",)),
    Column("birth_date", "出生日期"),
    Column("guardian_id", "监护人编号"),
    Column("guardian_relation", "监护关系"),
    Column("synthetic", "合成数据"),
    Column("external_system", "外部系统"),
)
Key = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class ResidentRow(In):
    """A resident as a row says it; several groups are separated by spaces."""

    id: Key | None = None
    community_code: DivisionCode
    division: DivisionCode | None = None
    """What the upload says of every row; a row's own community goes before it."""
    target_group: str = ""
    age_band: AgeBand | None = None
    name: ShortText | None = None
    phone: Number | None = None
    id_number: Number | None = None
    address: ShortText | None = None
    birth_date: Day | None = None
    guardian_id: Key | None = None
    guardian_relation: GuardianRelation | None = None
    synthetic: bool = Field(default=False)
    external_system: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "import"

    def particulars(self, guardian: UUID | None) -> Particulars:
        """As the use case takes it."""
        identity = Identity(
            name=self.name,
            phone=self.phone,
            id_number=self.id_number,
            address=self.address,
            birth_date=self.birth_date,
        )
        return Particulars(
            age_band=self.age_band,
            target_groups=[TargetGroup(each) for each in self.target_group.split()],
            guardian_person_id=guardian,
            guardian_relation=self.guardian_relation,
            identity=identity if identity.sealed() else None,
        )

    def keys(self) -> list[ExternalId]:
        """The sender's own key for the resident."""
        return [ExternalId(system=self.external_system, id=self.id)] if self.id else []


class ResidentRows:
    """Takes in residents; one whose ID or key is known already is refused with its code, so nobody counts twice."""

    collection = "residents"
    columns = COLUMNS

    async def row(self, work: Work, values: Values) -> UUID:
        """Enter what one row says."""
        said, residents = shaped(ResidentRow, values), Residents(work)
        guardian = await _guardian(residents, said) if said.guardian_id else None
        seen = await cases.register(
            residents=residents,
            division=said.community_code,
            entered=said.particulars(guardian),
            synthetic=said.synthetic,
            external_ids=said.keys(),
            test_region_allowed=given("WUSHE_PROFILE") != "production",
        )
        return seen.resident.id


async def _guardian(residents: Residents, said: ResidentRow) -> UUID:
    """Whom the table calls the guardian; a person of that name where nobody is called so yet."""
    assert said.guardian_id is not None
    try:
        return await cases.person_called(residents=residents, external=said.guardian_id, system=None, client=None)
    except NotFound:
        minted = await cases.mint(residents=residents, division=said.community_code, label=said.guardian_id)
        await residents.session.flush()
        return minted.id

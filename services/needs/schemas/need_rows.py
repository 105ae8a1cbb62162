"""Needs as rows of a table."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.domain.codes import Channel, InputMode
from services.needs.repository import Needs
from services.needs.schemas.needs import AttachedIn, NeedIn
from services.needs.schemas.place_rows import POINT, PointRow
from services.needs.usecases import needs as cases
from services.needs.usecases.imports import Column, Values, shaped
from wushe.routes import ExternalId
from wushe.work import Work

COLUMNS = (
    Column("statement", "诉求原文", ("诉求", "诉求内容", "需求内容"), required=True),
    Column("division", "区划代码", ("社区代码",)),
    Column("channel", "渠道"),
    Column("input", "录入方式"),
    Column("consent_version", "同意版本"),
    Column("resident_id", "居民编号"),
    Column("place", "地点"),
    Column("place_id", "地点编号"),
    *POINT,
    Column("field", "服务领域"),
    Column("target_group", "服务人群"),
    Column("urgency", "紧急程度"),
    Column("proxy_relation", "代办关系", ("与本人关系",)),
    Column("consent_given", "同意方式"),
    Column("external_system", "外部系统"),
    Column("external_id", "外部编号"),
)


class NeedRow(NeedIn, PointRow):
    """A need as a row says it; paper and worker's notes unless it says otherwise."""

    channel: Channel = Channel.PAPER
    input: InputMode = InputMode.WORKER_NOTES
    files: Annotated[list[AttachedIn], Field(default_factory=list, max_length=0)]
    """None: whoever imports handed none in one by one."""
    external_system: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "import"
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None

    def need(self) -> NeedIn:
        """The need without what only a row says."""
        return NeedIn(**{name: getattr(self, name) for name in NeedIn.model_fields})

    def keys(self) -> list[ExternalId]:
        """The sender's own keys for it."""
        own = [ExternalId(system=self.external_system, id=self.external_id)] if self.external_id else []
        return [*own, *self.external_ids]


class NeedRows:
    """Takes in needs; a row with an external id that is known already is refused, so no file counts twice."""

    collection = "needs"
    columns = COLUMNS

    async def row(self, work: Work, values: Values) -> UUID:
        """Take down what one row says."""
        said = shaped(NeedRow, values)
        told = said.need().submission()
        if point := said.pointed():
            told = replace(told, located=point)
        found = await cases.submit(needs=Needs(work), said=told, external_ids=said.keys())
        return found.need.id

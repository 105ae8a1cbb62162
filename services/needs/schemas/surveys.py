"""Shapes of questionnaires and survey plans."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.codes import TargetGroup
from services.needs.domain.lifecycle import SurveyPlanState
from services.needs.domain.surveys import SampleMethod, TeamRole
from services.needs.models import SurveyForm, SurveyFormVersion
from services.needs.schemas.shared import Day
from wushe.routes import DivisionCode, In, Out, ShortText, Whole

Words = dict[str, str]


class FormUpload(In):
    """Where a questionnaire belongs."""

    division: DivisionCode


class FormChoiceOut(Out):
    """One answer to choose; ``crisis`` means that whoever chooses it is in danger."""

    name: str
    label: Words
    crisis: bool


class FormItemOut(Out):
    """A question, a group of them, or a repeat; expressions are XPath as the form has it."""

    kind: Literal["question", "group", "repeat"]
    name: str
    label: Words
    relevant: str | None
    items: list["FormItemOut"] = Field(default_factory=list)
    type: str | None = None
    hint: Words = Field(default_factory=dict)
    required: bool = False
    required_when: str | None = None
    constraint: str | None = None
    constraint_message: Words = Field(default_factory=dict)
    read_only: bool = False
    default: str | None = None
    calculation: str | None = None
    appearance: str | None = None
    choices: list[FormChoiceOut] = Field(default_factory=list)


class FormDefinitionOut(Out):
    """A questionnaire as a mini-program shows it."""

    form_id: str
    title: str
    label: str
    default_language: str
    languages: list[str]
    items: list[FormItemOut]


class FormVersionOut(Out):
    """One version of a questionnaire, which never changes."""

    id: UUID
    form_id: UUID
    number: int
    sha256: str
    warnings: list[str]
    created_at: datetime
    definition: FormDefinitionOut


class FormOut(Out):
    """A questionnaire; ``name`` is the form_id of its XLSForm."""

    id: UUID
    division: str
    name: str
    title: str
    latest: int
    version: int
    created_at: datetime


class FormDetail(FormOut):
    """A questionnaire with its latest version."""

    latest_version: FormVersionOut

    @classmethod
    def of(cls, form: SurveyForm, latest: SurveyFormVersion) -> Self:
        """The form and what is asked now."""
        shown = FormVersionOut.model_validate(latest)
        return cls(**FormOut.model_validate(form).model_dump(), latest_version=shown)


class TeamMemberIn(In):
    """Somebody who goes out, and as what."""

    person_id: UUID
    role: TeamRole


class CellIn(In):
    """A part of the sample with its target."""

    name: ShortText = Field(examples=["三区独居老人"])
    target: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    division: DivisionCode | None = None
    target_group: TargetGroup | None = None
    place_id: UUID | None = None


class PlanIn(In):
    """A survey to plan."""

    title: ShortText = Field(examples=["2026 年社区需求调研"])
    division: DivisionCode
    form_version_id: UUID
    starts_on: Day
    ends_on: Day
    team: Annotated[list[TeamMemberIn], Field(max_length=200)]
    method: SampleMethod = SampleMethod.CENSUS
    cells: Annotated[list[CellIn], Field(default_factory=list, max_length=200)]
    frame: Annotated[list[UUID], Field(default_factory=list, max_length=5000)]
    size: Whole | None = None
    seed: ShortText | None = None

    def columns(self) -> dict[str, Any]:
        """What the row keeps as it was given."""
        lists = self.model_dump(mode="json", include={"team", "cells", "frame"})
        plain = {"title", "division", "form_version_id", "starts_on", "ends_on", "method", "size", "seed"}
        return self.model_dump(include=plain) | lists


class PlanFilters(BaseModel):
    """What a list of surveys may be narrowed by."""

    state: SurveyPlanState | None = None


class TeamMemberOut(Out):
    """Somebody on the team."""

    person_id: UUID
    role: TeamRole


class CellOut(Out):
    """A part of the sample."""

    name: str
    target: int
    division: str | None
    target_group: TargetGroup | None
    place_id: UUID | None


class PlanOut(Out):
    """A survey plan; ``seed`` and ``selected`` let anybody repeat the draw."""

    id: UUID
    division: str
    state: SurveyPlanState
    title: str
    form_version_id: UUID
    starts_on: date
    ends_on: date
    method: SampleMethod
    cells: list[CellOut]
    size: int | None
    seed: str | None
    team: list[TeamMemberOut]
    started_at: datetime | None
    closed_at: datetime | None
    cancel_reason: str | None
    version: int
    created_at: datetime


class PlanDetail(PlanOut):
    """A survey plan with whom the sample holds."""

    selected: list[UUID]

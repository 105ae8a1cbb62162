"""Questionnaires with their versions, and the plans that send people out with them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import SurveyPlanState
from services.needs.domain.surveys import SampleMethod
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class SurveyForm(Base, Aggregate):
    """A questionnaire, known by the id its XLSForm gives it."""

    __tablename__ = "survey_forms"

    name: Mapped[str]
    """The form_id of its settings sheet."""
    title: Mapped[str]
    latest: Mapped[int]

    __table_args__ = (
        UniqueConstraint("division", "name"),
        Index("ix_survey_forms_division_id", "division", "id"),
    )


class SurveyFormVersion(Base, Scoped):
    """One version of a questionnaire as it was uploaded; a trigger refuses every change, for answers name it."""

    __tablename__ = "survey_form_versions"

    form_id: Mapped[UUID] = mapped_column(ForeignKey("survey_forms.id"))
    number: Mapped[int]
    sha256: Mapped[str]
    """Of the definition: the same table saved again is the same version."""
    definition: Mapped[dict[str, Any]]
    warnings: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("form_id", "number"),)


class SurveyPlan(Base, Aggregate):
    """A survey of a division: with which questionnaire, by whom, of whom, and how far it is."""

    __tablename__ = "survey_plans"

    state: Mapped[SurveyPlanState]
    title: Mapped[str]
    form_version_id: Mapped[UUID] = mapped_column(ForeignKey("survey_form_versions.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    method: Mapped[SampleMethod]
    cells: Mapped[list[Any]]
    seed: Mapped[str | None]
    """What the random sample was drawn with, so that anybody can draw it again."""
    frame: Mapped[list[Any]]
    """The residents or households the sample was drawn from."""
    size: Mapped[int | None]
    selected: Mapped[list[Any]]
    team: Mapped[list[Any]]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_survey_plans_division_id", "division", "id"),
        Index("ix_survey_plans_team", "team", postgresql_using="gin", postgresql_ops={"team": "jsonb_path_ops"}),
    )

"""Versions of triage help, and the labels people confirmed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import ServiceField, TargetGroup, Urgency
from services.needs.domain.lifecycle import TriageModelState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class TriageModel(Base, Aggregate):
    """One version of a county's triage help, and how good it was on statements it had not seen."""

    __tablename__ = "triage_models"

    state: Mapped[TriageModelState]
    number: Mapped[int]
    label_count: Mapped[int]
    """How many confirmed labels it learned from, beside the cards."""
    sha256: Mapped[str | None]
    figures: Mapped[dict[str, Any] | None]
    state_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("division", "number"),
        Index("uq_triage_models_active", "division", unique=True, postgresql_where="state = 'active'"),
    )


class TriageParameters(Base, Scoped):
    """What a version knows, as bytes; apart, so that no list reads it."""

    __tablename__ = "triage_parameters"

    model_id: Mapped[UUID] = mapped_column(ForeignKey("triage_models.id"), unique=True)
    parameters: Mapped[bytes]


class NeedLabel(Base, Scoped):
    """How a person filed a need, and at which place the version in use then had proposed the theme."""

    __tablename__ = "need_labels"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), unique=True)
    theme: Mapped[str | None]
    field: Mapped[ServiceField]
    target_group: Mapped[TargetGroup]
    urgency: Mapped[Urgency]
    model_id: Mapped[UUID | None]
    """None for the model the product comes with."""
    rank: Mapped[int | None]
    """From one; None when it was not among the proposals."""
    learned: Mapped[bool]

    __table_args__ = (Index("ix_need_labels_unlearned", "division", postgresql_where="not learned"),)

"""Needs registers and the objections to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import ObjectionState, RegisterState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class NeedRegister(Base, Aggregate):
    """What a division needs, as it is shown to everybody; a published one never changes again."""

    __tablename__ = "need_registers"

    state: Mapped[RegisterState]
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    year: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[int | None] = mapped_column(Integer)
    content_hash: Mapped[str | None]
    publicity_ends_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("need_registers.id"))

    __table_args__ = (
        Index("ix_need_registers_division_id", "division", "id"),
        Index("uq_need_registers_number", "division", "year", "number", unique=True),
        Index("uq_need_registers_published", "division", unique=True, postgresql_where="state = 'published'"),
    )


class RegisterObjection(Base, Aggregate):
    """What somebody says against a register in publicity, and the answer."""

    __tablename__ = "register_objections"

    register_id: Mapped[UUID] = mapped_column(ForeignKey("need_registers.id"))
    state: Mapped[ObjectionState]
    author_person_id: Mapped[UUID | None] = mapped_column(index=True)
    reason: Mapped[str]
    upheld: Mapped[bool | None]
    answer: Mapped[str | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_register_objections_register_id_id", "register_id", "id"),)

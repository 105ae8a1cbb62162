"""What needs are about, as an index of their words."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.models.kit import Base
from wushe.db import Scoped
from wushe.tables import Division


class NeedTerm(Base):
    """A pair of characters of a harmless statement; the unique index finds the newest needs that share it."""

    __tablename__ = "need_terms"

    term: Mapped[int] = mapped_column(Integer)
    division: Mapped[str] = mapped_column(Division)
    need_id: Mapped[UUID] = mapped_column("id", index=True)

    __table_args__ = (Index("uq_need_terms_term", "term", "division", "id", unique=True),)
    __mapper_args__: dict[str, Any] = {"primary_key": [term, division, need_id]}  # noqa: RUF012 -- SQLAlchemy's way


class NeedTermWalk(Base, Scoped):
    """How far needs from before this index have been taken into it; the one row there is goes when all are."""

    __tablename__ = "need_term_walks"

    after: Mapped[UUID | None]
    """The last need that has been looked at; none at the beginning."""

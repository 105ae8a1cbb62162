"""Our copies of what other services own."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.needs.models.kit import Base
from wushe.db import Aggregate


class AdoptedProject(Base, Aggregate):
    """Our copy of a project: what it is called and which concerns it answers; its id is the project's."""

    __tablename__ = "adopted_projects"

    title: Mapped[str]
    concern_ids: Mapped[list[Any]]
    approved: Mapped[bool]
    """Whether it answers them: from its approval until it is cancelled or terminated."""

    __table_args__ = (Index("ix_adopted_projects_approved", "division", postgresql_where="approved"),)

"""The textbook route we compare with: FastAPI, SQLAlchemy's ORM, PyJWT, as the tutorials of each put them together.

The same table, answer and server as ours; no scope, row level security, idempotency, audit or events.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException  # noqa: TID251 -- as the tutorials do
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime

from wushe.db import uuid7

SECRET = "a-secret-of-at-least-thirty-two-bytes"  # noqa: S105 -- nobody's
engine = create_async_engine(os.environ.get("BENCH_DATABASE_URL", "postgresql+asyncpg://"), pool_size=8, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
bearer = OAuth2PasswordBearer(tokenUrl="token")
app = FastAPI()


class Base(DeclarativeBase):
    """Tables of the tutorial."""

    type_annotation_map = {datetime: DateTime(timezone=True), list[str]: JSONB}  # noqa: RUF012 -- SQLAlchemy's way


class Need(Base):
    """The table of ours, mapped by hand."""

    __tablename__ = "needs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    division: Mapped[str]
    state: Mapped[str]
    statement: Mapped[str]
    channel: Mapped[str]
    input: Mapped[str]
    place: Mapped[str | None]
    consent_version: Mapped[str | None]
    resident_id: Mapped[UUID | None]
    author_person_id: Mapped[UUID | None]
    proxy: Mapped[bool] = mapped_column(default=False)
    danger: Mapped[bool] = mapped_column(default=False)
    danger_kinds: Mapped[list[str]] = mapped_column(default=list)
    field: Mapped[str | None]
    target_group: Mapped[str | None]
    urgency: Mapped[str | None]
    theme: Mapped[str | None]
    cosigner_count: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None]
    outcome_expected: Mapped[str | None]
    reject_reason: Mapped[str | None]
    close_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    silent: Mapped[bool] = mapped_column(default=False)
    project_id: Mapped[UUID | None]
    submitted_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    event_seq: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class NeedIn(BaseModel):
    """What is sent."""

    statement: str
    division: str
    channel: str
    input: str
    consent_version: str | None = None


class NeedOut(BaseModel):
    """What is answered, the fields of our own answer."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    division: str
    state: str
    statement: str | None
    channel: str
    input: str
    place: str | None
    resident_id: UUID | None
    author_person_id: UUID | None
    proxy: bool
    danger: bool
    field: str | None
    target_group: str | None
    urgency: str | None
    theme: str | None
    cosigner_count: int
    answer: str | None
    outcome_expected: str | None
    reject_reason: str | None
    close_reason: str | None
    outcome: str | None
    silent: bool
    project_id: UUID | None
    submitted_at: datetime
    responded_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    version: int
    created_at: datetime


async def session() -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with sessions() as opened:
        yield opened


async def current_user(token: Annotated[str, Depends(bearer)]) -> dict[str, Any]:
    """Whoever the token names."""
    try:
        return jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError as fault:
        raise HTTPException(401, "Could not validate credentials") from fault


Session = Annotated[AsyncSession, Depends(session)]
User = Annotated[dict[str, Any], Depends(current_user)]


@app.get("/v1/needs/{need_id}")
async def get(need_id: UUID, database: Session, user: User) -> NeedOut:  # noqa: ARG001 -- asked for to be checked
    """One need."""
    need = await database.get(Need, need_id)
    if need is None:
        raise HTTPException(404, "Need not found")
    return NeedOut.model_validate(need)


@app.get("/v1/needs")
async def needs(database: Session, user: User, limit: int = 20, offset: int = 0) -> list[NeedOut]:
    """A page of the needs of the user's division."""
    wanted = select(Need).where(Need.division == user["division"]).order_by(Need.id.desc()).limit(limit).offset(offset)
    return [NeedOut.model_validate(need) for need in await database.scalars(wanted)]


@app.post("/v1/needs", status_code=201)
async def create(body: NeedIn, database: Session, user: User) -> NeedOut:
    """A new need."""
    now = datetime.now(UTC)  # noqa: TID251 -- as the tutorials do
    given = body.model_dump() | {"state": "submitted", "author_person_id": UUID(user["sub"])}
    need = Need(**given, submitted_at=now, created_at=now, updated_at=now)
    database.add(need)
    await database.commit()
    await database.refresh(need)
    return NeedOut.model_validate(need)

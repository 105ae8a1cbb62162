"""What a service holds of one person: told to that person, and let go of when they ask for it, with a receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from sqlalchemy import LargeBinary, delete, inspect, select, update
from sqlalchemy.orm import Mapped

from wushe import idempotency
from wushe.authorize import SERVICE
from wushe.db import Aggregate
from wushe.identity import WHOLE
from wushe.outbox import Event
from wushe.routes import Out, Router, Working
from wushe.work import Work

ERASED_WORDS = "（已按本人要求删除 · erased on request）"
"""What stands where words stood that may not be missing."""
MOST = 1000
"""Rows of one table that are told; whoever has more asks staff."""


class Forgotten(Aggregate):
    """That this service let go of a person, under the id of the request; the person id stays as a pseudonym."""

    __tablename__ = "forgotten_persons"

    person_id: Mapped[UUID]
    removed: Mapped[int]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The columns that name a person: rows that go, rows that lose words, rows that stay under the pseudonym."""

    deleted: tuple[Any, ...] = ()
    redacted: tuple[tuple[Any, dict[str, Any]], ...] = ()
    kept: tuple[Any, ...] = ()

    @property
    def columns(self) -> list[Any]:
        """Every one of them."""
        return [*self.deleted, *(column for column, _ in self.redacted), *self.kept]


async def tell(work: Work, holdings: Holdings, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rows that name a person, by table and column, wherever in the country they are."""
    await reach_everywhere(work)
    found = {}
    for column in holdings.columns:
        rows = await work.session.scalars(select(column.class_).where(column == person_id).limit(MOST))
        found[f"{column.class_.__tablename__}.{column.key}"] = [_told(row) for row in rows]
    return found


def _told(row: Any) -> dict[str, Any]:
    columns = [each for each in inspect(type(row)).column_attrs if not isinstance(each.columns[0].type, LargeBinary)]
    return {each.key: getattr(row, each.key) for each in columns}


async def let_go(work: Work, holdings: Holdings, person_id: UUID) -> int:
    """Delete and redact what names a person, and the kept answers that do; how many rows changed."""
    await reach_everywhere(work)
    changes: list[Any] = [delete(column.class_).where(column == person_id) for column in holdings.deleted]
    changes += [update(column.class_).where(column == person_id).values(words) for column, words in holdings.redacted]
    done = [await work.session.execute(each.execution_options(synchronize_session=False)) for each in changes]
    answers = await idempotency.forget(work, person_id, [])
    return answers + count(done)


def count(done: Sequence[Any]) -> int:
    """How many rows some changes changed."""
    return sum(int(each.rowcount) for each in done)


async def forget(
    work: Work,
    kind: Callable[..., Forgotten],
    *,
    erasure_id: UUID,
    person_id: UUID,
    division: str,
    removed: int,
    announce: Callable[[int], Event],
) -> None:
    """Note that a person was let go of, and send the receipt."""
    row = kind(id=erasure_id, division=division, person_id=person_id, removed=removed)
    work.session.add(row)
    work.record(row, "forget", announce(removed))


async def reach_everywhere(work: Work) -> None:
    """Lift the limit by division: the rows name the person, wherever they were served."""
    await work.within(replace(work.caller, scope=WHOLE))


class PersonDataOut(Out):
    """What one service holds of a person, by table and column."""

    service: str
    held: dict[str, list[dict[str, Any]]]


def personal_router(name: str, holdings: Holdings) -> Router:
    """The address at which a service tells the gateway what it holds of a person, for that person alone."""
    router = Router(tag="internal")

    @router.read(
        "/internal/persons/{person_id}/data",
        access=SERVICE,
        operation=f"get{name.title()}PersonData",
        summary="某人的数据 · What is held of a person",
    )
    async def data(person_id: Annotated[UUID, Path()], work: Working) -> PersonDataOut:
        """The rows that name a person."""
        division = work.caller.scope
        found = await tell(work, holdings, person_id)
        work.witness("export", subject=f"persons/{person_id}", division=division, reason=None)
        return PersonDataOut(service=name, held=found)

    return router

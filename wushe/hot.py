"""Hot reads: one row by its identifier, scope and all, in one statement on the pool's own connection.

A unit of work costs four round trips (BEGIN, scope, select, COMMIT), a hot read one. Row level security holds all the
same: the statement sets the scope of its own transaction before it looks at the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, inspect, literal_column, select, true
from sqlalchemy.dialects import registry
from sqlalchemy.ext.asyncio import AsyncEngine

_DIALECT = registry.load("postgresql.asyncpg")()


@dataclass(frozen=True)
class HotRead:
    """A statement that takes lower bound, upper bound and identifier, and how its columns become a row."""

    statement: str
    model: type[Any]
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def row(self, record: Any) -> Any:
        """The row as the mapper would have read it, known to no session."""
        pairs = zip(self.columns, record, strict=True)
        return self.model(**{name: read(value) if read else value for (name, read), value in pairs})


@cache
def hot_read(model: Any) -> HotRead:
    """The hot read of one model, compiled once per process."""
    scope = select(_set("lo"), _set("hi")).subquery("scope")
    table = inspect(model).local_table
    within = (table.c.division >= scope.c.lo, table.c.division <= scope.c.hi)
    # Lateral, so that the scope is set before the policy of the table is asked.
    found = select(table).where(table.c.id == bindparam("id"), *within).lateral("found")
    compiled = select(found).select_from(scope.join(found, true())).compile(dialect=_DIALECT)
    assert compiled.positiontup == ["lo", "hi", "id"]
    names = [inspect(model).get_property_by_column(column).key for column in table.c]
    readers = [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in table.c]
    return HotRead(str(compiled), model, tuple(zip(names, readers, strict=True)))


def _set(bound: str) -> Any:
    return func.set_config(literal_column(f"'wushe.{bound}'"), bindparam(bound), literal_column("true")).label(bound)


async def fetch(engine: AsyncEngine, statement: str, *values: Any) -> Any:
    """One record in a transaction of its own, or None; a connection that failed is not used again."""
    pooled, connection = await _connection(engine)
    while connection.is_closed():  # the server left while it was idle
        pooled.invalidate()
        pooled, connection = await _connection(engine)
    try:
        record = await connection.fetchrow(statement, *values)
    except BaseException:
        pooled.invalidate()
        raise
    pooled.close()
    return record


async def _connection(engine: AsyncEngine) -> tuple[Any, Any]:
    """A pooled connection, and asyncpg's own inside it."""
    pooled = await engine.raw_connection()
    return pooled, pooled.driver_connection

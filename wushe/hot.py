"""Hot reads: one row by its identifier or one page, scope and all, in one statement on the pool's own connection.

A unit of work costs four round trips (BEGIN, scope, select, COMMIT), a hot read one. Row level security holds all the
same: the statement sets the scope of its own transaction before it looks at the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Enum, Float, Select, bindparam, inspect, select, text
from sqlalchemy.dialects import registry
from sqlalchemy.util import LRUCache

_DIALECT = registry.load("postgresql.asyncpg")()
# Of no table, so the planner asks it once and first. Were it asked later, the policy would admit no row.
_SCOPE = text(
    "(select set_config('wushe.lo', :lo, true) is not null and set_config('wushe.hi', :hi, true) is not null)"
)
_SHAPES: LRUCache[Any, Any] = LRUCache(500)
"""Compiled statements by their shape; what they are asked with is no part of it."""


@dataclass(frozen=True)
class Reading:
    """How a model's rows are read without the mapper, and the statement that finds one by its identifier."""

    by_id: str
    """Takes the identifier, then the lowest and the highest division."""
    kind: type[Any]
    readers: tuple[tuple[str, Callable[[Any], Any]], ...]
    """Of the columns that do not come from the driver as they are used."""

    def row(self, record: Any) -> Any:
        """The row as the mapper would have read it, without its watch on every attribute."""
        found = dict(record.items())
        for name, read in self.readers:
            found[name] = read(found[name])
        return self.kind(**found)


@cache
def reading(model: Any) -> Reading:
    """How one model is read, worked out once per process."""
    columns = {prop.key: prop.columns[0] for prop in inspect(model).column_attrs}
    assert all(key == column.name for key, column in columns.items())
    by_id = select(model).where(model.id == bindparam("id"), _SCOPE).compile(dialect=_DIALECT)
    assert by_id.positiontup == ["id", "lo", "hi"]
    readers = ((name, _reader(column)) for name, column in columns.items())
    own = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    kind = type(model.__name__, (SimpleNamespace,), own)
    return Reading(str(by_id), kind, tuple((name, read) for name, read in readers if read))


def _reader(column: Any) -> Any:
    if isinstance(column.type, Enum) and column.type.enum_class:  # its own reader takes five times as long
        return {None: None, **{member.value: member for member in column.type.enum_class}}.__getitem__
    if isinstance(column.type, Float):  # comes as it is used; its own reader asks which kind of number came
        return None
    return column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


def scoped(statement: Select[Any], names: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A select of one model that brings its own scope, and its values; compiled when its shape is first seen.

    ``names`` are ``lo`` and ``hi``, the lowest and highest division, and whatever the statement names itself.
    """
    asked = statement.where(_SCOPE)
    # What SQLAlchemy calls itself to execute a statement; there is no public way to its cache without a connection.
    shape: Any
    shape, extracted, *_ = asked._compile_w_cache(_DIALECT, compiled_cache=_SHAPES, column_keys=[])  # noqa: SLF001
    assert not shape.post_compile_params, "a hot page compares with single values, never with in_()"
    given = shape.construct_params(names, extracted_parameters=extracted, escape_names=False)
    bind = shape._bind_processors  # noqa: SLF001 -- as above
    return shape.string, [bind[name](given[name]) if name in bind else given[name] for name in shape.positiontup]

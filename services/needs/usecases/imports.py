"""Tables taken in row by row: every row is judged alone, a batch is one transaction, and a killed worker resumes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.needs.domain.forgetting import ERASED, Traces
from services.needs.domain.lifecycle import GOING, OPERATION_TRANSITIONS, OperationState, OperationVerb, advance
from services.needs.domain.table_words import Words, in_codes
from services.needs.models import Operation, OperationBatch, OperationRow
from services.needs.repository import Operations
from wushe import jobs, problems, rules
from wushe.db import uuid7
from wushe.errors import FieldError, InvalidInput, Refusal
from wushe.pii import Sealed
from wushe.sheets import Table
from wushe.work import Work

log = logging.getLogger("wushe.imports")
TASK = "take_in_rows"
BATCH = 200
"""Rows of one transaction: what a killed worker does again."""
TAKEN, TRIED = "TAKEN", "WOULD_BE_TAKEN"
Shape = TypeVar("Shape", bound=BaseModel)
Values = dict[str, Any]


class ColumnsNotUnderstood(Refusal):
    """The first row does not name the columns this collection knows."""

    status = 422
    zh = "表头有误，请检查标出的列；可用的列名：{known}。"
    en = "The header row is not understood; see 'errors'. Columns: {known}."
    toast = "表头有误"


class RowErased(Refusal):
    """A row that spoke of somebody who asked to be forgotten before it was read."""

    status = 422
    zh = "这一行涉及的人已要求删除个人信息，不再录入。"
    en = "The person in this row asked to be erased; it is not taken in."
    toast = "这一行已删除"


class RowUnreadable(Refusal):
    """A row that cannot be read as a row of this table."""

    status = 422
    zh = "这一行读不出内容。"
    en = "This row could not be read."
    toast = "这一行有误"


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in code, how people call it, and whether it must be there."""

    name: str
    zh: str
    also: tuple[str, ...] = ()
    required: bool = False

    @property
    def spellings(self) -> set[str]:
        """What its head may say."""
        return {_spelled(each) for each in (self.name, self.zh, *self.also)}


class Importer(Protocol):
    """How one collection takes in a row of a table."""

    @property
    def collection(self) -> str:
        """The name of the collection."""

    @property
    def columns(self) -> Sequence[Column]:
        """Every column it knows."""

    async def row(self, work: Work, values: Values) -> UUID:
        """Take in one row, texts by the names of columns; the object it became, or a refusal."""


@dataclass(frozen=True)
class Sent:
    """A table that arrived, its file's hash, and what its rows hold that do not say otherwise."""

    table: Table
    fingerprint: str
    defaults: Values = field(default_factory=dict)


def _spelled(head: str) -> str:
    return head.strip().strip("* ").replace(" ", "_").casefold()


def shaped(shape: type[Shape], values: Values) -> Shape:
    """A row as its collection reads it: texts become numbers, times and codes; INVALID_INPUT names what does not."""
    try:
        if all(isinstance(value, str) for value in values.values()):
            return shape.model_validate_strings(values)
        return shape.model_validate(values)
    except ValidationError as fault:
        told = fault.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidInput(errors=[problems.named({**each, "loc": ("row", *each["loc"])}) for each in told]) from None


def names_of(columns: Sequence[Column], heads: Sequence[str]) -> list[str]:
    """The column each head names; COLUMNS_NOT_UNDERSTOOD for one unknown, named twice or missing."""
    by_spelling = {spelling: column.name for column in columns for spelling in column.spellings}
    found = [by_spelling.get(_spelled(head), "") for head in heads]
    errors = [_wrong(place, *_UNKNOWN) for place, name in enumerate(found) if not name]
    errors += [_wrong(place, *_TWICE) for place, name in enumerate(found) if name and name in found[:place]]
    missing = [column for column in columns if column.required and column.name not in found]
    errors += [FieldError(f"/{each.name}", "MISSING", f"缺少“{each.zh}”列", "missing", "columns") for each in missing]
    if errors:
        raise ColumnsNotUnderstood(known="、".join(column.zh for column in columns), errors=errors[:50])
    return found


_UNKNOWN = ("UNKNOWN", "不认识这一列", "unknown column")
_TWICE = ("TWICE", "这一列重复", "named twice")
_INEXACT = ("INEXACT", "数字过长已失真，请设为文本格式", "too long for a number; store it as text")


def _wrong(place: int, code: str, zh: str, en: str) -> FieldError:
    return FieldError(f"/{place + 1}", code, zh, en, "columns")


async def begin(*, operations: Operations, importer: Importer, sent: Sent, dry_run: bool) -> Operation:
    """Put a table's rows by, sealed, and let a job take them in; a trial takes each back again."""
    work, caller = operations.work, operations.work.caller
    names = names_of(importer.columns, sent.table.columns) if sent.table.columns else []
    operation = operations.add(
        Operation(
            division=caller.scope,
            collection=importer.collection,
            state=OperationState.QUEUED,
            dry_run=dry_run,
            fingerprint=sent.fingerprint,
            defaults=sent.defaults,
            total=len(sent.table.rows),
            done=0,
            created=0,
            refused=0,
            actor=caller.subject,
            client=caller.client,
            person_id=caller.person_id,
            role=caller.role,
            scope=caller.scope,
            org=caller.org,
            request_id=caller.request_id,
        )
    )
    await operations.session.flush()  # its batches refer to it
    for first in range(0, operation.total, BATCH):
        rows = [(number, _values(names, row)) for number, row in sent.table.rows[first : first + BATCH]]
        operations.add(_sealed(work, operation, first, rows))
        await operations.session.flush()  # written one by one: others have their turn between two of them
    await jobs.defer(work, TASK, operation_id=str(operation.id))
    work.record(operation, "begin")
    return operation


def _values(names: Sequence[str], row: Any) -> Values | None:
    """A row by the names of its columns, empty cells left out; None for one that is no row of this table."""
    if isinstance(row, dict):
        return row
    if row is None or len(row) > len(names):
        return None
    return {name: cell for name, cell in zip(names, row, strict=False) if cell != ""}


def _place(batch_id: UUID) -> str:
    return f"operation_batches|content|{batch_id}"


def _sealed(work: Work, operation: Operation, position: int, rows: Sequence[Any]) -> OperationBatch:
    batch = OperationBatch(id=uuid7(), division=operation.division, operation_id=operation.id, position=position)
    _seal(work, batch, rows)
    return batch


def _seal(work: Work, batch: OperationBatch, rows: Sequence[Any]) -> None:
    sealed = work.vault.seal({"rows": rows}, place=_place(batch.id))
    batch.key_version, batch.data_key, batch.content = sealed.version, sealed.data_key, sealed.content


def _opened(work: Work, batch: OperationBatch) -> Any:
    sealed = Sealed(batch.key_version, batch.data_key, batch.content)
    return work.vault.open(sealed, place=_place(batch.id))["rows"]


async def take_in(*, operations: Operations, importer: Importer, operation_id: UUID) -> bool:
    """Take in the next batch and note what came of each row; whether there is more to do.

    All of it is one transaction, so a worker killed anywhere leaves the batch as it was, and the next one begins there.
    """
    operation = await operations.lock(Operation, operation_id)
    if operation.state not in GOING:
        return False
    batch = await operations.next_batch(operation.id)
    if batch is not None:
        await _take_in(operations, importer, operation, batch)
    operation.started_at = operation.started_at or operations.work.now
    left = operation.done < operation.total
    verb = OperationVerb.ADVANCE if left else OperationVerb.FINISH
    if not left:
        operation.finished_at = operations.work.now
    operation.state = advance(OPERATION_TRANSITIONS, operation.state, verb)
    operations.work.record(operation, verb)
    return left


async def _take_in(operations: Operations, importer: Importer, operation: Operation, batch: OperationBatch) -> None:
    work = operations.work
    words: Words = await rules.value(work, "import_words", operation.scope)
    results = [await _judged(work, importer, operation, words, line) for line in _opened(work, batch)]
    refused = sum(result.refused for result in results)
    for result in results:
        operations.add(result)
    await operations.session.delete(batch)
    operation.done += len(results)
    operation.refused += refused
    operation.created += 0 if operation.dry_run else len(results) - refused


async def _judged(
    work: Work, importer: Importer, operation: Operation, words: Words, line: tuple[int, Values | None]
) -> OperationRow:
    """What comes of one row; a refusal, or a fault of ours, takes back this row and no other."""
    number, values = line
    row = OperationRow(division=operation.division, operation_id=operation.id, number=number, refused=False, errors=[])
    try:
        async with work.attempt(keep=not operation.dry_run):
            made = await importer.row(work, in_codes(words, _readable(operation.defaults, values)))
    except Exception as fault:
        refusal = problems.of_part(fault)
        if refusal.status == 503:
            raise  # not this row's doing: the batch is tried again
        if refusal.status == 500:
            log.exception("import row", extra={"operation": str(operation.id), "row": number})
        return _refused(row, refusal)
    row.code, row.object_id = (TRIED, None) if operation.dry_run else (TAKEN, made)
    return row


def _readable(defaults: Mapping[str, Any], values: Values | None) -> Values:
    if values is None:
        raise RowUnreadable
    if values == ERASED:
        raise RowErased
    inexact = [name for name, value in values.items() if value == {"inexact": True}]
    if inexact:
        raise InvalidInput(errors=[FieldError(f"/{name}", *_INEXACT, location="row") for name in inexact])
    return {**{name: value for name, value in defaults.items() if name not in values}, **values}


def _refused(row: OperationRow, refusal: Refusal) -> OperationRow:
    row.refused, row.code = True, refusal.code
    refusal.facts |= dict.fromkeys(refusal.facts.keys() & {"value"}, "…")  # a key may be somebody's ID
    row.zh, row.en = refusal.sentence("zh"), refusal.sentence("en")
    row.errors = [
        {"pointer": each.pointer, "code": each.code, "zh": each.zh, "en": each.en} for each in refusal.errors[:20]
    ]
    return row


async def forget(*, operations: Operations, traces: Traces) -> int:
    """Take a forgotten person out of every line that waits, wherever it does; how many lines changed."""
    changed = 0
    for ident in await operations.waiting():
        found = await operations.lock_batch(ident)
        if found is None:
            continue  # taken in meanwhile: what came of it is known
        batch, sent = found
        place = sent.defaults.get("division")
        rows = _opened(operations.work, batch)
        left = [(n, traces.left_of(line, client=sent.client, division=place) if line else line) for n, line in rows]
        if lines := sum(new != old for (_, new), (_, old) in zip(left, rows, strict=True)):
            _seal(operations.work, batch, left)
            await operations.session.flush()
        changed += lines
        operations.session.expunge(batch)
    return changed


async def cancel(*, operations: Operations, operation_id: UUID) -> Operation:
    """Stop after the rows already taken in; those stay, the others are forgotten."""
    operation = await operations.take(operation_id)
    operation.state = advance(OPERATION_TRANSITIONS, operation.state, OperationVerb.CANCEL)
    operation.finished_at = operations.work.now
    await operations.forget_batches(operation.id)
    operations.work.record(operation, OperationVerb.CANCEL)
    return operation


async def fail(*, operations: Operations, operation_id: UUID) -> None:
    """Give up on work nobody knows how to go on with."""
    operation = await operations.lock(Operation, operation_id)
    if operation.state in GOING:
        operation.state = advance(OPERATION_TRANSITIONS, operation.state, OperationVerb.FAIL)
        operation.finished_at = operations.work.now
        await operations.forget_batches(operation.id)
        operations.work.record(operation, OperationVerb.FAIL)

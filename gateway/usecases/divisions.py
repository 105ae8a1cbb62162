"""Administrative divisions: read by everybody, imported by operators."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from gateway.models import DivisionImport
from gateway.repository import Divisions
from wushe.identity import Caller, scope_range

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an import."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line; a refused one says why."""

    row: int
    code: str
    result: str
    reason: str | None = None


async def load(*, divisions: Divisions, rows: Sequence[Row]) -> tuple[DivisionImport, list[Outcome]]:
    """Write the lines that can stand, each once; repeating an import changes nothing."""
    caller = divisions.work.caller
    await divisions.open()
    parents = {row.parent for row in rows if row.parent}
    known = await divisions.known(sorted(parents)) | {row.code for row in rows}
    reasons = _reasons(rows, caller, known)
    good = {row.code: row for row, reason in zip(rows, reasons, strict=True) if reason is None}
    values = [{"division": row.code, "name": row.name, "kind": row.kind, "parent": row.parent} for row in good.values()]
    written = await divisions.upsert(values)
    outcomes = [_outcome(at, row.code, reasons[at], written) for at, row in enumerate(rows)]
    return _note(divisions, rows, outcomes), outcomes


def _note(divisions: Divisions, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> DivisionImport:
    content = json.dumps([[row.code, row.name, row.kind, row.parent] for row in rows], ensure_ascii=False)
    results = [outcome.result for outcome in outcomes]
    note = DivisionImport(
        division=divisions.work.caller.scope,
        rows_hash=sha256(content.encode()).hexdigest(),
        created=results.count(CREATED),
        updated=results.count(UPDATED),
        unchanged=results.count(UNCHANGED),
        refused=results.count(REFUSED),
    )
    divisions.work.record(divisions.note_import(note), "import")
    return note


def _reasons(rows: Sequence[Row], caller: Caller, known: set[str]) -> list[str | None]:
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append("DUPLICATE_ROW" if row.code in seen else _reason(row, caller, known))
        seen.add(row.code)
    return found


def _reason(row: Row, caller: Caller, known: set[str]) -> str | None:
    if not caller.covers(row.code):
        return "OUT_OF_SCOPE"
    if row.parent is None:
        return None
    low, high = scope_range(row.parent)
    if row.parent == row.code or not low <= row.code <= high:
        return "NOT_BELOW_PARENT"
    return None if row.parent in known else "PARENT_UNKNOWN"


def _outcome(at: int, code: str, reason: str | None, written: dict[str, bool]) -> Outcome:
    if reason is not None:
        return Outcome(at, code, REFUSED, reason)
    if code not in written:
        return Outcome(at, code, UNCHANGED)
    return Outcome(at, code, CREATED if written[code] else UPDATED)

"""Reads one table in a process of its own, within limits, and tells its rows as JSON lines; started by ``sheets``.

It imports nothing of ours: what a hostile file does to this process it does to nobody else.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

SEPARATORS = ",\t;"
ENDINGS = ("utf-8-sig", "gb18030")
OLE = b"\xd0\xcf\x11\xe0"
CELL, PARTS = 32_767, 1000
"""The longest text a spreadsheet's cell holds, and how many parts its archive may have."""
EXACT = 10**15
"""From here on a spreadsheet's number no longer holds every digit: an identity number typed as one is lost."""
_INEXACT = {"inexact": True}
Numbered = tuple[int, Any]


class Refused(Exception):
    """The file is no table we read, for a reason ``sheets`` knows the sentence of."""


def main() -> None:
    """Read standard input as the media type and limits given, and write what it holds."""
    media, limits = sys.argv[1], json.loads(sys.argv[2])
    _limit(limits)
    try:
        _tell(media, limits)
    except Refused as refused:
        _say({"refused": refused.args[0]})
    except MemoryError:
        _say({"refused": "demanding"})


def _limit(limits: dict[str, int]) -> None:
    memory, seconds = limits["memory"], limits["seconds"]
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _tell(media: str, limits: dict[str, int]) -> None:
    sys.stdin.buffer.seek(0)  # whoever hashed it may have left it anywhere
    rows = _READERS[media](sys.stdin.buffer, limits)
    said = 0
    for number, row in rows:
        if number == 0:
            _say({"columns": row})
            continue
        said += 1
        if said > limits["rows"]:
            raise Refused("rows")
        _say([number, row])
    _say({"end": said})


def _say(line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


def _text(raw: bytes) -> str:
    for encoding in ENDINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Refused("encoding")
        return text
    raise Refused("encoding")


def _csv(file: Any, limits: dict[str, int]) -> Iterator[Numbered]:
    text = _text(file.read())
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    csv.field_size_limit(CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from _table(reader, limits)
    except csv.Error:
        _refuse("broken")


def _refuse(why: str) -> NoReturn:
    raise Refused(why)


def _table(rows: Any, limits: dict[str, int]) -> Iterator[Numbered]:
    """The first line that says something holds the names of the columns; rows keep the numbers of their lines."""
    begun = False
    for number, row in enumerate(rows, start=1):
        cells = [_cell(each) for each in row]
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(cells) > limits["columns"]:
            raise Refused("columns")
        yield (number if begun else 0), cells
        begun = True
    if not begun:
        raise Refused("empty")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()[:CELL]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _number(value: float) -> Any:
    if abs(value) >= EXACT:
        return _INEXACT
    return str(int(value)) if value == int(value) else repr(value)


def _xlsx(file: Any, limits: dict[str, int]) -> Iterator[Numbered]:
    _require_plain_archive(file, limits)
    # Imported when the archive has been looked at, inside the limits.
    import python_calamine  # noqa: PLC0415

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        shown = [each.name for each in book.sheets_metadata if each.visible == python_calamine.SheetVisibleEnum.Visible]
        rows = book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False, nrows=limits["rows"] + 2)
    except (python_calamine.CalamineError, IndexError, OSError, ValueError):
        _refuse("broken")
    yield from _table(rows, limits)


def _require_plain_archive(file: Any, limits: dict[str, int]) -> None:
    """Judge the archive by its own list of contents, before anything in it is unpacked."""
    if file.read(4) == OLE:
        raise Refused("encrypted")  # or a workbook of before 2007, which looks the same from here
    file.seek(0)
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError):
        _refuse("broken")
    file.seek(0)
    names = [part.filename for part in parts]
    lower = [name.lower() for name in names]
    checks = {
        "encrypted": any(part.flag_bits & 1 for part in parts),
        "bomb": sum(part.file_size for part in parts) > limits["inflated"] or len(parts) > PARTS,
        "macros": any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lower),
        "links": any(name.startswith("xl/externallinks/") for name in lower),
        "broken": "xl/workbook.xml" not in names or any(name.startswith("/") or ".." in name for name in names),
    }
    for why, found in checks.items():
        if found:
            raise Refused(why)


def _ndjson(file: Any, _: dict[str, int]) -> Iterator[Numbered]:
    begun = False
    for number, line in enumerate(_text(file.read()).splitlines(), start=1):
        if not line.strip():
            continue
        if not begun:
            yield 0, []
        begun = True
        yield number, _object(line)
    if not begun:
        raise Refused("empty")


def _object(line: str) -> dict[str, Any] | None:
    """The object a line holds, or None where it holds something else."""
    try:
        found = json.loads(line, parse_constant=lambda _: _refuse("broken"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and len(line) <= CELL else None


_READERS = {
    "text/csv": _csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _xlsx,
    "application/x-ndjson": _ndjson,
}

if __name__ == "__main__":
    main()

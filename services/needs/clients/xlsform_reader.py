"""Reads one XLSForm from standard input in a process of its own, and writes what it understood as JSON.

The process holds nothing of ours: it is started with the file alone, takes little memory, time and space.
"""

import io
import json
import re
import resource
import sys
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

MEMORY, SECONDS = 1 << 30, 15
INFLATED, ENTRIES = 20 << 20, 200
ROWS, COLUMNS, CELL = 3000, 60, 4000
SHEETS = ("survey", "choices", "settings")
_ROW = re.compile(r"\[row : (\d+)\]")


class Broken(Exception):
    """The file is no table this process will open."""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (INFLATED, INFLATED))  # pyxform writes its XForm to a temporary file


def _require_small(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
        raise Broken("not_xlsx") from fault
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > INFLATED:
        raise Broken("too_large")


def _cells(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of the sheets that matter, as text, so that a refusal can name one."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name.lower(): book.get_sheet_by_name(name) for name in book.sheet_names}
    if any(sheet.total_height > ROWS or sheet.total_width > COLUMNS for sheet in sheets.values()):
        raise Broken("too_large")
    return {
        name: [[str(cell)[:CELL] for cell in row] for row in sheets[name].to_python(skip_empty_area=False)]
        for name in SHEETS
        if name in sheets
    }


def _understood(content: bytes) -> dict[str, Any]:
    warnings: list[str] = []
    try:
        found = convert(content, warnings=warnings, file_type=".xlsx", validate=False)
    except PyXFormError as fault:
        said = " ".join(str(fault).split())
        row = _ROW.search(said)
        return {"fault": {"row": int(row[1]) if row else None, "said": _ROW.sub("", said).strip()[:300]}}
    return {"form": found._pyxform, "warnings": [" ".join(said.split())[:300] for said in warnings[:20]]}  # noqa: SLF001 -- what the library understood has no public name


def read(content: bytes) -> dict[str, Any]:
    """What the table says, or why it cannot be read."""
    try:
        _require_small(content)
        return {"sheets": _cells(content), **_understood(content)}
    except Broken as fault:
        return {"broken": str(fault)}
    except Exception:
        return {"broken": "not_xlsx"}


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read()), ensure_ascii=True))

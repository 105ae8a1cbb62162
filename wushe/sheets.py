"""Tables that come as files: csv, xlsx or one JSON object a line, read in a limited process of its own."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from wushe.errors import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON = "application/x-ndjson"
KINDS = {"text/csv": (".csv", ".tsv", ".txt"), XLSX: (".xlsx",), NDJSON: (".ndjson", ".jsonl")}
"""The media types read here, with the endings of such files' names."""
_READER = Path(__file__).with_name("sheet_reader.py")
_LINE = 4_194_304
_AT_ONCE = 2
"""Readers that may run at the same time: each may take its whole memory."""
_turns = asyncio.Semaphore(_AT_ONCE)


class TableUnreadable(Refusal):
    """The file is no table this software reads."""

    status = 422
    zh = "这个文件读不出表格：{why[0]}。"
    en = "No table could be read from this file: {why[1]}."
    toast = "文件读不出来"


class TableTooLarge(Refusal):
    """The table is longer, wider or more demanding to read than is accepted."""

    status = 422
    zh = "表格太大：{why[0]}。"
    en = "The table is too large: {why[1]}."
    toast = "表格太大"


REFUSALS = (TableUnreadable, TableTooLarge)

_UNREADABLE = {
    "encoding": ("文字编码不是 UTF-8 或 GB18030", "its text is neither UTF-8 nor GB18030"),
    "broken": ("内容损坏或格式不符", "it is damaged or of another format"),
    "encrypted": ("文件有密码，或是旧版 xls 格式", "it has a password, or is in the format of before 2007"),
    "macros": ("文件带有宏", "it carries macros"),
    "links": (
        "文件引用了别的文件，请粘贴为数值后再传",
        "it refers to other files; paste their values instead",
    ),
    "empty": ("里面没有内容", "it holds nothing"),
}


@dataclass(frozen=True)
class Limits:
    """How much of a table is read, and what reading it may cost."""

    rows: int
    columns: int = 200
    inflated: int = 268_435_456
    """Bytes an xlsx may unpack to, by its own account."""
    memory: int = 1_073_741_824
    seconds: int = 20


@dataclass(frozen=True)
class Table:
    """The names of the columns, and each row with the number of its line: a list of texts, or one JSON object.

    A row that could not be read is None; a number too long to be exact is an object in the place of its text.
    """

    columns: list[str]
    rows: list[tuple[int, Any]]


async def read(content: IO[bytes], media: str, limits: Limits) -> Table:
    """The table a file holds; TABLE_UNREADABLE or TABLE_TOO_LARGE, whatever it does to its reader."""
    async with _turns:
        command = [sys.executable, "-I", str(_READER), media, json.dumps(asdict(limits))]
        reader = await asyncio.create_subprocess_exec(*command, stdin=content, stdout=PIPE, stderr=PIPE, limit=_LINE)
        try:
            async with asyncio.timeout(limits.seconds):
                table = await _heard(reader, limits)
        except TimeoutError:
            table = None
        finally:
            if reader.returncode is None:
                reader.kill()
            await reader.communicate()
    if table is None:
        raise TableTooLarge(why=("读取它需要的内存或时间超过上限", "reading it takes more memory or time than allowed"))
    return table


async def _heard(reader: Process, limits: Limits) -> Table | None:
    """What a reader tells, up to its last word; None where it fell silent before."""
    columns: list[str] = []
    rows: list[tuple[int, Any]] = []
    async for said in _lines(reader):
        if isinstance(said, list):
            rows.append((said[0], said[1]))
        elif "columns" in said:
            columns = [str(name) for name in said["columns"]]
        elif "refused" in said:
            raise _refusal(said["refused"], limits)
        else:
            return Table(columns, rows)
    return None


async def _lines(reader: Process) -> AsyncIterator[Any]:
    assert reader.stdout is not None
    async for line in reader.stdout:
        yield json.loads(line)


def _refusal(why: str, limits: Limits) -> Refusal:
    too_large = {
        "rows": (f"最多 {limits.rows} 行，请分成几个文件", f"at most {limits.rows} rows; split it into several files"),
        "columns": (f"最多 {limits.columns} 列", f"at most {limits.columns} columns"),
        "bomb": ("解压之后过大", "it unpacks to too much"),
        "demanding": ("读取它需要的内存超过上限", "reading it takes more memory than allowed"),
    }
    return TableTooLarge(why=too_large[why]) if why in too_large else TableUnreadable(why=_UNREADABLE[why])

"""Tables from files: every encoding and separator people use, and whatever a file may do to its reader (S07)."""

import io
import json
import tempfile
import zipfile
from functools import cache

import pytest
import xlsxwriter

from wushe import sheets
from wushe.sheets import NDJSON, XLSX, Limits, TableTooLarge, TableUnreadable

pytestmark = pytest.mark.asyncio(loop_scope="session")
LIMITS = Limits(rows=50)
HEAD = "姓名,电话,备注\n"
CSV = "text/csv"


async def read(raw: bytes | str, media: str = CSV, limits: Limits = LIMITS):
    with tempfile.SpooledTemporaryFile() as content:
        content.write(raw.encode() if isinstance(raw, str) else raw)
        content.seek(0)
        return await sheets.read(content, media, limits)


def workbook(*rows, name="表", **options) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, column, value, value="2")
                else:
                    sheet.write(number, column, value)
    return out.getvalue()


def repacked(raw: bytes, more: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


async def test_every_encoding_and_separator_reads_the_same():
    lines = ["姓名,电话,备注", "王,1,a", "", "李,2,"]
    for separator, end, encoding in ((",", "\n", "utf-8"), ("\t", "\r\n", "utf-8-sig"), (";", "\n", "gb18030")):
        found = await read(end.join(lines).replace(",", separator).encode(encoding))
        assert found.columns == ["姓名", "电话", "备注"], encoding
        assert found.rows == [(2, ["王", "1", "a"]), (4, ["李", "2"])]


async def test_text_stays_text():
    rare = '𠮷野,=1+1,"a,b\nc"\n'
    [(number, cells)] = (await read(HEAD + rare)).rows
    assert (number, cells) == (2, ["𠮷野", "=1+1", "a,b\nc"])


async def test_cells_of_a_workbook_are_read_as_they_are_shown():
    raw = workbook(["姓名", "值"], ["王", 3], ["李", 2.5], ["张", True], ["赵", "=1+1"], ["证", 350502199001011234])
    found = await read(raw, XLSX)
    assert found.columns == ["姓名", "值"]
    assert [cells[1] for _, cells in found.rows] == ["3", "2.5", "true", "2", {"inexact": True}]


async def test_one_object_a_line():
    found = await read('{"a": 1}\n\n[1]\nnot json\n{"b": [true]}\n', NDJSON)
    assert found.rows == [(1, {"a": 1}), (3, None), (4, None), (5, {"b": [True]})]


PLAIN = workbook(["a"], ["1"])
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MODEST = repacked(PLAIN, {"xl/media/image1.png": bytes(77_777)})
BOMB = MODEST.replace((77_777).to_bytes(4, "little"), (300_000_000).to_bytes(4, "little"))
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"
t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
FAR = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>b
</t></is></c></row></sheetData></worksheet>"""
ELSEWHERE = ENTITIES.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/passwd"')
LINKED = repacked(
    workbook(["a"], ["='[http://127.0.0.1/b.xlsx]S'!A1"]), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
)
UNREADABLE = {
    "utf-16": (HEAD.encode("utf-16"), CSV, "GB18030"),
    "nul": (b"a,b\n1,\0\n", CSV, "GB18030"),
    "an open quote": (b'a,b\n"1,2\n', CSV, "damaged"),
    "nothing": (b"\n\n", CSV, "nothing"),
    "nothing a line": (b"\n", NDJSON, "nothing"),
    "no archive": (b"a,b\n1,2\n", XLSX, "damaged"),
    "a picture": (b"PK\x03\x04" + b"x" * 99, XLSX, "damaged"),
    "another archive": (repacked(PLAIN, {}).replace(b"xl/workbook.xml", b"xl/workbuch.xml"), XLSX, "damaged"),
    "outside its folder": (repacked(PLAIN, {"../../etc/passwd": b"x"}), XLSX, "damaged"),
    "macros": (repacked(PLAIN, {"xl/vbaProject.bin": b"x"}), XLSX, "macros"),
    "macros by another name": (repacked(PLAIN, {"custom/VBAPROJECT.BIN": b"x"}), XLSX, "macros"),
    "macros of old": (repacked(PLAIN, {"xl/macrosheets/sheet1.xml": b"<x/>"}), XLSX, "macros"),
    "other files": (LINKED, XLSX, "other files"),
    "a password": (b"\xd0\xcf\x11\xe0" + bytes(600), XLSX, "password"),
    "entities": (repacked(PLAIN, {"xl/worksheets/sheet1.xml": ENTITIES}), XLSX, "damaged"),
    "entities from elsewhere": (repacked(PLAIN, {"xl/worksheets/sheet1.xml": ELSEWHERE}), XLSX, "damaged"),
}
TOO_LARGE = {
    "rows": (b"a\n" + b"1\n" * 51, CSV, "at most 50 rows"),
    "rows of a workbook": (workbook(*[["a"]] * 60), XLSX, "at most 50 rows"),
    "columns": (b",".join([b"a"] * 201) + b"\n", CSV, "at most 200 columns"),
    "a bomb": (BOMB, XLSX, "unpacks"),
    "a sheet without end": (repacked(PLAIN, {"xl/worksheets/sheet1.xml": FAR}), XLSX, "memory"),
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_is_no_table(what):
    raw, media, why = UNREADABLE[what]
    with pytest.raises(TableUnreadable) as refused:
        await read(raw, media)
    assert why in refused.value.sentence("en")


@pytest.mark.parametrize("what", TOO_LARGE)
async def test_what_is_too_much(what):
    raw, media, why = TOO_LARGE[what]
    with pytest.raises(TableTooLarge) as refused:
        await read(raw, media)
    assert why in refused.value.sentence("en")


@cache
def million(first: str = "a") -> bytes:
    """A workbook of one column with a million shared strings."""
    strings = f"<si><t>{first}</t></si>".encode() + b"<si><t>aaaaaaaaaa</t></si>" * 1_000_000
    return repacked(PLAIN, {"xl/sharedStrings.xml": b"<sst " + NAMESPACE + b">" + strings + b"</sst>"})


async def test_a_million_shared_strings_meet_the_memory_a_reader_has():
    with pytest.raises(TableTooLarge) as refused:
        await read(million(), XLSX, Limits(rows=50, memory=60_000_000))
    assert "memory" in refused.value.sentence("en")


async def test_an_archive_that_lies_about_its_size_costs_its_reader_and_nobody_else():
    """What is declared small and unpacks large meets the memory a reader has."""
    large = million()
    with zipfile.ZipFile(io.BytesIO(large)) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    lying = large.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises((TableTooLarge, TableUnreadable)):
        await read(lying, XLSX, Limits(rows=50, memory=120_000_000))


async def test_a_reader_that_takes_too_long_is_ended():
    slow = json.dumps({"a": "x" * 1000}) + "\n"
    with pytest.raises(TableTooLarge) as refused:
        await read(slow * 20_000, NDJSON, Limits(rows=99_999, seconds=0))
    assert "time" in refused.value.sentence("en")

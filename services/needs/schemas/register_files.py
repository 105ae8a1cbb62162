"""A needs register as files: the JSON that is hashed, tables for spreadsheets, and a page to print."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from services.needs.domain.registers import canonical
from services.needs.models import NeedRegister
from services.needs.schemas.sheets import CSV, XLSX, Cell, csv_of, xlsx_of

JSON, HTML = "application/vnd.wushe.need-register+json", "text/html"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page for the notice board loads nothing and runs nothing."""
MEDIA = {"json": JSON, "csv": CSV, "xlsx": XLSX}
HEADER = (
    "序号 No.",
    "区划 Division",
    "类别 Class",
    "领域 Field",
    "内容 Subject",
    "需求（不少于） Needs ≥",
    "人数（不少于） Persons ≥",
)


def exported(register: NeedRegister, form: str) -> bytes:
    """The register in one of the forms of ``MEDIA``; the SHA-256 of the JSON of a published one is its hash."""
    if form == "json":
        return canonical(register.content)
    table = _table(register.content)
    return csv_of(HEADER, table) if form == "csv" else xlsx_of(HEADER, table, title="需求清单")


def _table(content: Mapping[str, Any]) -> list[list[Cell]]:
    classes = {each["code"]: each["zh"] for each in content["classes"]}
    return [_cells(place, row, classes) for place, row in enumerate(content["rows"], start=1)]


def _cells(place: int, row: Mapping[str, Any], classes: Mapping[str, str]) -> list[Cell]:
    named = classes.get(row["klass"], row["klass"])
    return [place, row["division"], named, row["field"], _subject(row), row["needs"], row["persons"]]


def _subject(row: Mapping[str, Any]) -> str:
    return str(row["title"] or {"field": "本地区同领域的需求", "class": "本地区同类的需求"}[row["kind"]])


_PAGE = Template(Path(__file__).with_name("need_register.html").read_text(encoding="utf-8"))
_STATES = {
    "draft": "草稿 draft",
    "publicity": "公示中 in publicity",
    "published": "已发布 published",
    "superseded": "已被新清单替代 superseded",
}


def page(register: NeedRegister) -> bytes:
    """The register as a page for the notice board: one file, no network, readable on a phone and on A4."""
    content = register.content
    most = max((each["persons"] for each in content["classes"]), default=0) or 1
    hashed = register.content_hash
    return _PAGE.substitute(
        title=escape(register.title),
        state=_STATES[register.state],
        division=content["division"],
        as_of=escape(content["as_of"]),
        number=f" · 编号 No. {register.year}-{register.number:03d}" if register.number else "",
        k=content["k"],
        classes="".join(_class_row(each, most) for each in content["classes"]),
        header="".join(f'<th scope="col">{escape(name)}</th>' for name in HEADER),
        rows="".join(_line(row) for row in _table(content)),
        hash=f"<br>SHA-256 {hashed}" if hashed else "",
    ).encode()


def _class_row(each: Mapping[str, Any], most: int) -> str:
    name = f'<th scope="row">{escape(each["zh"])} {escape(each["en"])}</th>'
    width = round(100 * each["persons"] / most)
    drawn = f'<td><span class="bar" style="width:{width}%" aria-hidden="true"></span></td>'
    return f"<tr>{name}{_cell(each['rows'])}{_cell(each['persons'])}{drawn}</tr>"


def _line(row: list[Cell]) -> str:
    return "<tr>" + "".join(_cell(cell) for cell in row) + "</tr>"


def _cell(cell: Cell) -> str:
    return f'<td class="n">{cell}</td>' if isinstance(cell, int) else f"<td>{escape(cell or '')}</td>"

"""Tables as files people open: every cell is text or a number, none can be run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
MARK = b"\xef\xbb\xbf"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width ones, which some programs read as well."""
Cell = str | int | None


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV with a byte-order mark, which spreadsheet programs need to read Chinese."""
    return MARK + csv_lines([header, *rows])


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Lines of a CSV that others come before or after."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUNS) else cell


def xlsx_of(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """A table as a workbook of one sheet; the same table gives the same bytes."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    for number, row in enumerate((header, *rows)):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell is not None:
                sheet.write_string(number, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return written.getvalue()

"""The code tables every process and every caller shares."""

import csv
from pathlib import Path

FILE = Path(__file__).parent / "codes.csv"


def _read() -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = {}
    with FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            tables.setdefault(row["table"], []).append({"code": row["code"], "zh": row["zh"], "en": row["en"]})
    return tables


TABLES = _read()
ROLES = tuple(row["code"] for row in TABLES["role"])

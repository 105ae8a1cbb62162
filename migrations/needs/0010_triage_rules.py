"""Insert the rules of triage help: a card per theme, words for target groups and urgency, the floor.

The words were written from an understanding of the themes, many ways of saying each; the examples are the labelled
statements of the sample district.
"""

import csv
import json
from pathlib import Path
from typing import Any

from wushe import migrate

revision = "0010"
down_revision = "0009"

DATA = Path(__file__).parent / "data"


def examples() -> list[dict[str, str]]:
    with (DATA / "needs_dev.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cards() -> list[dict[str, Any]]:
    """A line of the file per theme: code, name, target groups, urgency, words."""
    rows = []
    for line in (DATA / "theme_cards.txt").read_text(encoding="utf-8").splitlines():
        theme, zh, groups, urgency, words = line.split("|")
        known = [
            {"text": row["text"], "target_group": _known(row["target_group"]), "urgency": _known(row["urgency"])}
            for row in examples()
            if row["theme"] == theme
        ]
        usual = {"target_groups": groups.split(), "urgency": urgency or None, "words": words.split()}
        rows.append({"theme": theme, "zh": zh, **usual, "examples": known})
    return rows


def _known(value: str) -> str | None:
    return None if value in ("", "none") else value


def words(kind: str) -> list[dict[str, Any]]:
    lines = [line.split("|") for line in (DATA / "triage_words.txt").read_text(encoding="utf-8").splitlines()]
    return [{"value": value, "words": said.split()} for of, value, said in lines if of == kind]


def upgrade() -> None:
    _add("theme_cards", cards(), "ours: how people say what each theme is about, and the labelled needs")
    _add("group_words", words("target_group"), "ours: words that point to a target group, whatever the theme")
    _add("urgency_words", words("urgency"), "ours: words that point to an urgency, whatever the theme")
    _add("triage_floor", 0.06, "ours: below this share of the best theme nothing is proposed, a person files alone")
    _add("retrain_labels", 50, "ours: so many newly confirmed labels in a county train a new model")


def _add(code: str, value: object, source: str) -> None:
    migrate.add_rule(code, json.dumps(value, ensure_ascii=False), source)

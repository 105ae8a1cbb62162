"""One self-contained page, in Chinese and in English, from the contents of lifecycle.json and nothing else."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from samples.licheng.report import chain, street
from samples.licheng.report.project import Found, Project
from samples.licheng.report.words import LANGUAGES, Words

PAGES = Path(__file__).parent / "pages"
SECTIONS = {
    "glance": "135_1",
    "asked": "135_3b",
    "done": "135_3a",
    "who": "135_5",
    "cost": "135_3c",
    "judged": "135_5",
    "next": "135_1",
    "chain": "135_3b",
    "check": "135_1",
}
"""The sections in their order, each with its label of Licheng's one line, three platforms and five actors."""


def render(found: Found) -> str:
    """The page; every text of the API is escaped, and the browser is told to run and load nothing else."""
    style, script = (_file(name) for name in ("style.css", "switch.js"))
    trees = [_tree(found, language) for language in LANGUAGES]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return _pages().get_template("page.html").render(trees=trees, style=style, script=script, policy=policy)


def _tree(found: Found, language: str) -> dict[str, Any]:
    district = found["district"]
    say = Words(language, district["codes"])
    projects = [Project(code, part, district, say) for code, part in found.items() if code != "district"]
    return {
        "say": say,
        "title": say("title", street=district["street"]["name"]),
        "district": district,
        "projects": projects,
        "sections": SECTIONS,
        "glance": street.glance(district, projects, say),
        "asked": street.asked_plot(district, say),
        "actors": street.actors(district, projects, say),
        "ahead": street.ahead(district, projects, say),
        "chains": [(each, chain.plot(each), chain.events(each)) for each in projects],
        "concerns": [row for each in projects for row in each.concerns()],
        "hours": street.hours,
        "tranches": Project.tranches,
        "refusals": [
            [zh if language == "zh" else en, str(status), code] for zh, en, status, code in district["refusals"]
        ],
    }


def _pages() -> Environment:
    """Templates that escape whatever they are given and refuse a name they do not know."""
    loader = FileSystemLoader(PAGES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _file(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """A source of the content security policy: this very text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

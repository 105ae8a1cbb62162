"""What a page names exists: links, anchors, commands and their options, targets, settings, metrics, routes, files."""

import json
import re
import shlex
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import typer.main

from tests.documents import pages
from wushe.cli import app
from wushe.commands import reference
from wushe.telemetry import Metrics

TEXTS = {str(page.relative_to(pages.HOME)): page.read_text() for page in pages.PAGES}
COMMAND = typer.main.get_command(app)
SLUG = re.compile(r"[^\w\- ]")


def anchors(text: str) -> set[str]:
    """The anchors a forge makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", pages.prose(text), re.MULTILINE)
    return {SLUG.sub("", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere():
    for page, link in found(r"\]\((?!http)([^)\s]+)\)", pages.prose):
        name, _, anchor = link.partition("#")
        target = (pages.HOME / page).parent / name if name else pages.HOME / page
        assert target.exists(), (page, link)
        assert not anchor or anchor in anchors(target.read_text()), (page, link)


def found(pattern: str, part: Callable[[str], str]) -> list[tuple[str, str]]:
    """Every match of a pattern with its page; never none, or the test sees nothing."""
    matches = [(page, match) for page, text in TEXTS.items() for match in re.findall(pattern, part(text), re.MULTILINE)]
    assert matches
    return matches


def code(text: str) -> str:
    """Everything a page sets in code: its blocks, and words in backticks, one a line."""
    return "\n".join([*(block.text for block in pages.blocks(text)), *re.findall(r"`([^`\n]+)`", pages.prose(text))])


def problem(words: list[str], *, complete: bool) -> str | None:
    """What is wrong with a command line; one that is only mentioned may leave its arguments out."""
    command: Any = COMMAND
    rest = list(words)
    while commands := getattr(command, "commands", None):
        if not rest:
            return None if not complete else "no command"
        command = commands.get(rest.pop(0))
    if command is None:
        return "no such command"
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    if not complete:
        return next((f"no option {word}" for word in rest if word.startswith("--") and word not in known), None)
    try:
        command.make_context("wushe", rest)
    except Exception as fault:  # the parser's own kinds of usage errors
        return str(fault)
    return None


def test_commands_are_what_they_are_called():
    for page, said in found(r"python -m wushe ([^)&\n]*)", code):
        words = shlex.split(said, comments=True)
        assert problem(words, complete=len(words) > 1) is None, (page, said)
    for page, said in found(r"^((?:outbox|audit|db) .*)$", code):
        assert problem(said.split(), complete=False) is None, (page, said)


def test_targets_are_in_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (pages.HOME / "Makefile").read_text(), re.MULTILINE))
    assert {target for _, target in found(r"^make ([a-z-]+)", code)} <= targets


def variables() -> set[str]:
    """Every setting of every process, and of the deployment."""
    settings = set(re.findall(r"`(WUSHE_[A-Z_]+)`", _spelled_out(reference.settings_page())))
    return settings | set(re.findall(r"\$\{(WUSHE_[A-Z_]+)", (pages.HOME / "compose.yaml").read_text()))


def _spelled_out(text: str) -> str:
    services = [name.upper() for name in reference.PACKAGES]
    plain = re.sub(
        r".*WUSHE_<.*", lambda line: "\n".join(line[0].replace("<SERVICE>", name) for name in services), text
    )
    return plain.replace("<DATABASE>", "NEEDS")


def test_settings_are_read_by_somebody():
    known = variables()
    for page, name in found(r"\bWUSHE_[A-Z_]+", _spelled_out):
        assert name in known or (name.endswith("_") and any(each.startswith(name) for each in known)), (page, name)


def test_metrics_database_roles_and_secret_files_exist():
    families = list(Metrics().registry.collect())
    metrics = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    roles = {f"wushe_{name}{kind}" for name, kind in product((*reference.PACKAGES, "ballots"), ("", "_owner"))}
    files = {name.lower() for name in variables()}  # a setting's secret file
    client = {"wushe_client"}  # the folder a generated client is written to
    assert {name for _, name in found(r"\bwushe_[a-z_]+", str)} <= metrics | roles | files | client


def test_routes_are_in_the_api():
    paths = [*json.loads((pages.HOME / "openapi" / "merged.json").read_text())["paths"], "/v1/rules/{service}/{code}"]
    known = {re.sub(r"\{[^}]*\}", "*", path) for path in paths} | {"/health/live", "/health/startup", "/health/ready"}
    for page, path in found(r"(?:(?<=[\s\"'`(L])|^)(/(?:v1|health)/[^\s\"`?]*)", _without_names):
        assert any(_alike(path.rstrip(").,"), route) for route in known), (page, path)


def _without_names(text: str) -> str:
    return re.sub(r"\{[^{}\n]*\}|\$NEED", "*", code(text))


def _alike(path: str, route: str) -> bool:
    """Whether a path is this route; the page may name an object where the route has a variable."""
    ours, theirs = path.split("/"), route.split("/")
    return len(ours) == len(theirs) and all(other in {one, "*"} for one, other in zip(ours, theirs, strict=True))


def test_files_are_where_they_are_said_to_be():
    folders = "wushe|services|gateway|tests|docs|migrations|samples|openapi|requirements|bench"
    for page, path in found(rf"(?<![\w/.])((?:{folders})/[\w./-]*\w)", code):
        places = (pages.HOME / path, pages.HOME / "tests" / path)
        assert page == "CHANGELOG.md" or any(map(Path.exists, places)), (page, path)  # history names what is gone

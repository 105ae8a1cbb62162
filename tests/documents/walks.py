"""Pages whose snippets are run against a system that is up: the guide, and the first calls of the README."""

import asyncio
import shlex
from collections.abc import Iterator
from contextlib import closing
from string import Template

import httpx
import pytest
from typer.testing import CliRunner

from samples import guide
from samples.licheng import district
from tests.documents import pages
from wushe.cli import app

FEW = {"divisions.csv": 20, "licheng_persons_in_difficulty_835.csv": 10, "licheng_volunteers_455.csv": 1}


def load_a_little(url: str) -> None:
    """The staff, the agency and the first residents of the sample district, as `make run` loads all of them."""
    rows = district.rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(district, "rows", lambda name: rows(name)[: FEW.get(name, 0)])
        asyncio.run(district.load(url))


def walked(url: str) -> Iterator[str]:
    """Walk the guide; yields where an answer is not the one shown, and what shows none."""
    with closing(guide.walk(url)) as walk:
        for snippet, shown, answer in walk:
            if shown:
                yield from pages.differences(pages.shown(shown), answer, snippet[-60:])
            elif answer is not None:
                yield f"no answer is shown: {snippet}"


def first_calls(url: str) -> Iterator[str]:
    """Type every command of the README's first calls, the need twice; yields where an answer is not the one shown."""
    section = (pages.HOME / "README.md").read_text().split("\n## 第一次调用")[1].split("\n## ")[0]
    names: dict[str, str] = {}
    answers: list[httpx.Response] = []
    for block in pages.blocks(section):
        if block.language == "sh":
            for command in _commands(block.text):
                _type(command, url, names, answers)
        else:
            yield from _compared(block.text, answers[-1])
    yield from ([] if [answer.status_code for answer in answers] == [200, 201, 200, 403] else [str(answers)])


def _commands(text: str) -> Iterator[str]:
    """Whole commands: a line ends one unless it ends in a backslash or inside quotes."""
    command = ""
    for line in text.splitlines():
        command += line
        if command.endswith("\\"):
            command = command[:-1]
        elif command.count("'") % 2 == 0:
            yield command
            command = ""


def _type(line: str, url: str, names: dict[str, str], answers: list[httpx.Response]) -> None:
    """One line at a shell's prompt; what is not a call only names something."""
    words = shlex.split(Template(line.replace("$(", "$$(")).substitute(names), comments=True)
    name, _, value = (words or [""])[0].partition("=")
    if name == "curl":
        answers.append(_call(words[1:]))
    elif name == "NEED":
        names[name] = answers[-1].json()["id"]
    elif value.startswith("$("):
        issued = CliRunner().invoke(app, line.partition("wushe ")[2].rstrip(")").split(), catch_exceptions=False)
        names[name] = issued.output.strip()
    elif value:
        names[name] = value.replace(guide.PUBLISHED, url)
    else:
        assert line in {"", ". .venv/bin/activate"}, line


def _call(words: list[str]) -> httpx.Response:
    headers = {}
    data, url = None, ""
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(rest)
        elif word not in {"-s", "-si"}:
            url = word
    answer = httpx.request("POST" if data else "GET", url, headers=headers, content=data, timeout=20, verify=False)
    if headers.get("Idempotency-Key") == "first-need":
        again = httpx.request("POST", url, headers=headers, content=data, timeout=20, verify=False)
        assert (again.text, again.headers["idempotency-replayed"]) == (answer.text, "true")
    return answer


def _compared(text: str, answer: httpx.Response) -> Iterator[str]:
    """The body, and with ``curl -i`` the status line and the headers shown."""
    if text.startswith("HTTP/"):
        head, _, text = text.partition("\n\n")
        status, *headers = head.split("\n")
        if str(answer.status_code) not in status or any(
            each.partition(":")[0] not in answer.headers for each in headers
        ):
            yield head
    yield from pages.differences(pages.shown(text), answer.json(), text[:60])

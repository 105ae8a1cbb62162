"""The page without a browser: what it says, what it must not say, and that no text of the API can become markup."""

import base64
import copy
import hashlib
import json
import re
import string
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from samples.licheng.client import Gateway
from samples.licheng.report import answers, chain, plots, texts
from samples.licheng.report import page as report
from samples.licheng.report.project import Project
from samples.licheng.report.words import Words, instant

FOUND: dict[str, Any] = json.loads((Path(__file__).parent / "lifecycle.json").read_text())
VOID = {"meta", "input", "br", "line", "circle", "rect"}
EVIL = '<script>alert("1")</script>&'


class Reader(HTMLParser):
    """What a browser would make of the page, as far as the standard library can tell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.said: dict[str, str] = {"zh-CN": "", "en": ""}
        self.languages: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
            self.languages.append(dict(attrs).get("lang") or (self.languages[-1] if self.languages else ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        self.languages.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style", "title"}:
            self.said[self.languages[-1]] += data + "\n"

    def values(self, name: str) -> list[str]:
        return [value for _, known, value in self.attributes if known == name]


@pytest.fixture(scope="module")
def page() -> str:
    return report.render(FOUND)


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    return Reader(page)


def changed(**parts: Any) -> dict[str, Any]:
    """The found answers with the report of the first project changed."""
    found = copy.deepcopy(FOUND)
    found["elder"]["answers"]["report"]["content"] |= parts
    return found


def silenced(figure: dict[str, Any]) -> dict[str, Any]:
    """A part of a report with fewer than k answers, as evaluation answers it."""
    nothing = dict.fromkeys(("score", "interval", "bounds", "method"))
    return figure | nothing | {"standing": "suppressed", "reason": "too_few_answers", "n": 3, "details": []}


def test_it_stands_alone_and_is_light_enough_for_a_phone(page: str, read: Reader) -> None:
    assert len(page.encode()) <= 200_000
    assert "http:" not in page and "https:" not in page and "url(" not in page
    assert read.values("src") == []
    assert {tag for tag, name, _ in read.attributes if name == "href"} == {"a"}
    assert all(value.startswith("#") for value in read.values("href"))


def test_it_is_well_formed_and_every_reference_arrives(read: Reader) -> None:
    assert (read.faults, read.open) == ([], [])
    ids = read.values("id")
    assert len(ids) == len(set(ids)) > 60
    wanted = [value.removeprefix("#") for value in read.values("href")] + read.values("for")
    wanted += [ident for value in read.values("aria-labelledby") for ident in value.split()]
    assert len(wanted) > 60
    assert set(wanted) <= set(ids)


def test_the_browser_may_run_and_load_only_what_the_page_itself_holds(page: str, read: Reader) -> None:
    policy = next(value for value in read.values("content") if "default-src" in value)
    for element in ("style", "script"):
        text = page.partition(f"<{element}>")[2].partition(f"</{element}>")[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert read.values("style") == []


def _evil(value: Any) -> Any:
    """Every text a person wrote, made dangerous; ids, codes and times stay."""
    if isinstance(value, dict):
        return {
            name: EVIL + each if name in {"title", "label", "name", "summary"} and each else _evil(each)
            for name, each in value.items()
        }
    return [_evil(each) for each in value] if isinstance(value, list) else value


def test_no_text_of_the_api_becomes_markup() -> None:
    found = _evil(FOUND)
    found["district"]["refusals"][0][0] = found["district"]["refusals"][0][1] = EVIL
    for table in found["district"]["codes"].values():
        for row in table:
            row["zh"], row["en"] = EVIL + row["zh"], EVIL + row["en"]
    page = report.render(found)
    read = Reader(page)
    assert (read.faults, read.open) == ([], [])
    assert [tag for tag, _, _ in read.attributes].count("script") == 0
    assert page.count("<script") == 1
    assert page.count("&lt;script&gt;alert") > 50
    assert "&amp;lt;" not in page, "escaped twice"
    assert read.said["zh-CN"].count(EVIL) > 20


def test_both_languages_say_everything() -> None:
    for name, (zh, en) in texts.TEXTS.items():
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (zh, en)]
        assert zh.strip() and en.strip(), name
        assert fields[0] == fields[1], name
        assert zh.count("|") == en.count("|"), name
        assert not re.search(r"[\u4e00-\u9fff]", en) or name == "language", name


def test_english_is_english_and_what_is_not_is_marked(read: Reader) -> None:
    rest = read.said["en"]
    assert re.findall(r"[\u4e00-\u9fff]+", rest) == []
    assert len(rest) > 10_000
    assert re.search(r"[a-z]+_[a-z]+", re.sub(r"GET \S+|lifecycle.json", "", rest)) is None, "a code instead of a word"


def test_every_section_carries_a_label_of_the_one_the_three_and_the_five(read: Reader) -> None:
    labels = {texts.TEXTS[name] for name in texts.TEXTS if name.startswith("135_")}
    assert sorted(zh[0] for zh, _ in labels) == ["1", "3", "3", "3", "5"]
    shown = {
        language: [line for line in said.splitlines() if line[1:4] == " · "] for language, said in read.said.items()
    }
    assert len(shown["zh-CN"]) == len(shown["en"]) == len(report.SECTIONS)
    assert set(zip(shown["zh-CN"], shown["en"], strict=True)) == labels


def test_residents_judge_and_nobody_is_named(page: str) -> None:
    assert "投票" not in page
    assert "person_id" not in json.dumps(FOUND)
    assert "SYN-" not in page


def test_what_cannot_be_assessed_is_never_a_zero(read: Reader) -> None:
    assert read.said["zh-CN"].count("不可评：有基线，没有再次测量") >= 4
    outcome = Project("elder", FOUND["elder"], FOUND["district"], words()).score_plot().marks[2]
    assert (outcome.at, outcome.low, outcome.high) == (None, None, None)


def test_results_of_few_are_not_shown() -> None:
    content = FOUND["elder"]["answers"]["report"]["content"]
    few = {name: silenced(figure) for name, figure in content["dimensions"].items() if name == "impact"}
    found = changed(
        n=3, satisfaction=silenced(content["satisfaction"]), dimensions=content["dimensions"] | few,
        composite=None, grade=None, factor=None, weights=None, flags=["suppressed", "low_response"],
    )  # fmt: skip
    project = Project("elder", found["elder"], found["district"], words())
    assert project.item_plot() is None
    assert [row[1] for row in project.score_plot().rows] == [
        "不公布：评价不足 5 份",
        "100.00",
        outcome_text(),
        "不公布：评价不足 5 份",
    ]
    said = Reader(report.render(found)).said
    for language, wanted in (("zh-CN", "不计算综合分，也不评等级。"), ("en", "There is no composite and no grade.")):
        assert wanted in said[language]
    assert "回收率低：结果只供参考，不排名。" in said["zh-CN"]
    assert "73.33" not in said["zh-CN"].partition("海滨街道无障碍")[0]


def outcome_text() -> str:
    return "不可评：有基线，没有再次测量"


def test_a_state_without_a_word_is_shown_by_its_code() -> None:
    found = copy.deepcopy(FOUND)
    found["elder"]["answers"]["project"]["state"] = "archived_twice"
    assert "archived_twice" in Reader(report.render(found)).said["zh-CN"]


def test_a_ledger_that_is_off_is_said_to_be_off() -> None:
    found = copy.deepcopy(FOUND)
    found["elder"]["answers"]["ledger"][0]["amount_fen"] += 1
    assert "相差 0.01 元" in Reader(report.render(found)).said["zh-CN"]


def words(language: str = "zh") -> Words:
    return Words(language, FOUND["district"]["codes"])


def test_money_is_exact_to_the_fen() -> None:
    assert [words().money(fen) for fen in (0, 5, 16464000, -1_05)] == ["0 元", "0.05 元", "164,640 元", "-1.05 元"]
    assert words("en").money(123456) == "¥1,234.56"


def test_times_are_those_of_china() -> None:
    assert words().moment("2026-11-27T18:14:24.188324Z") == "11月28日 02:14"
    assert words("en").day("2026-12-22T08:00:00Z") == "22 Dec"


@pytest.mark.parametrize(("most", "scale", "last"), [(46, 80, "80"), (4, 4, "4"), (60_000, 80_000, "8"), (1, 4, "4")])
def test_scales_end_on_a_round_number(most: int, scale: float, last: str) -> None:
    found, ticks = plots.counts(most, 10_000 if most > 1000 else 1)
    assert (found, ticks[0], ticks[-1]) == (scale, (0.0, "0"), (100.0, last))


def test_every_act_of_a_step_lies_on_its_line() -> None:
    project = Project("elder", FOUND["elder"], FOUND["district"], words())
    plot, listed = chain.plot(project), chain.events(project)
    assert [each.at for each in listed] == sorted(each.at for each in listed)
    assert sum(len(mark.dots) for mark in plot.marks) == len(listed) > 25
    assert all(0 <= dot <= 100 for mark in plot.marks for dot in mark.dots)
    held = [each["starts_at"][:10] for each in FOUND["elder"]["projects"]["activities"]]
    first, last = (instant(listed[end].at).date() for end in (0, -1))
    at = [(date.fromisoformat(day) - first).days + 14 / 24 for day in held]
    assert plot.marks[2].dots[: len(at)] == pytest.approx([100 * each / ((last - first).days + 1) for each in at])


def test_fields_with_few_needs_stand_together() -> None:
    same = {"danger": False, "cosigner_count": 1, "state": "closed", "division": "1", "outcome": "solved"}
    rows = [same | {"field": field} for field in ["elderly"] * 5 + ["women"] * 4 + ["culture", None]]
    found = answers._asked(rows)
    assert (found["fields"], found["few"]) == ({"elderly": 5}, {"fields": 2, "needs": 5, "k": 5})
    assert found["total"] == found["solved"] == found["states"]["closed"] == 11


@pytest.mark.asyncio(loop_scope="session")
async def test_every_page_of_a_collection_is_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/development":
            return httpx.Response(200, json={"access_token": "t"})
        last = request.url.params.get("cursor") == "two"
        return httpx.Response(200, json={"items": [{"id": int(last)}], "next_cursor": None if last else "two"})

    gateway = Gateway("http://gateway", run="r", http=httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    assert await answers._all(gateway.acting("civil_affairs", "1"), "needs") == [{"id": 0}, {"id": 1}]
    await gateway.http.aclose()


def test_what_is_kept_names_no_person() -> None:
    kept = answers._anonymous([{"person_id": "1", "party": "volunteer", "more": {"author_person_id": "2", "n": 3}}])
    assert kept == [{"party": "volunteer", "more": {"n": 3}}]

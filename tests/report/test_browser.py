"""The page as Debian's Chromium draws it: on a phone, a tablet and a desk, in both languages, light, dark and on paper.

The page is made from a lifecycle.json the demo left; a fault put in for every check shows that the check sees it.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from samples.licheng.report import page as report
from tests.browser import chromium
from tests.report import checks

pytestmark = [pytest.mark.debian, pytest.mark.asyncio(loop_scope="session")]

HERE = Path(__file__).parent
SURVEY = (HERE / "survey.js").read_text()
FOUND = json.loads((HERE / "lifecycle.json").read_text())


@dataclass(frozen=True)
class Setting:
    """How somebody looks at the page."""

    width: int = 360
    height: int = 740
    language: str = "zh"
    scheme: Any = "light"
    media: Any = "screen"


SETTINGS = [
    *(
        Setting(width, height, language, scheme)
        for width, height in ((360, 740), (768, 1024), (1280, 900))
        for language in ("zh", "en")
        for scheme in ("light", "dark")
    ),
    Setting(688, 1000, "zh", "dark", "print"),
    Setting(688, 1000, "en", "light", "print"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report.render(FOUND), encoding="utf-8")
    return path.as_uri()


@asynccontextmanager
async def opened(
    browser: Browser, address: str, setting: Setting, **more: Any
) -> AsyncIterator[tuple[Page, list[str]]]:
    """The page in that setting, and everything it said to the console or asked of a network."""
    viewport: Any = {"width": setting.width, "height": setting.height}
    context = await browser.new_context(viewport=viewport, color_scheme=setting.scheme, reduced_motion="reduce", **more)
    page, noise = await context.new_page(), []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url) if request.url != address else None)
    await page.emulate_media(media=setting.media)
    await page.goto(address)
    await page.locator(f"#choose-{setting.language}").check(force=True)
    try:
        yield page, noise
    finally:
        await context.close()


async def surveyed(page: Page, *, unfolded: bool = True) -> checks.Seen:
    """What there is to see, with everything that folds open or as it was."""
    if unfolded:
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    found: checks.Seen = await page.evaluate(SURVEY)
    return found


def wrong(seen: checks.Seen) -> dict[str, list[str]]:
    """By check, what it found."""
    found = {check.__name__: check(seen) for check in checks.ALONE}
    found |= {check.__name__: check(seen, FOUND) for check in checks.COMPARED}
    return {name: listed for name, listed in found.items() if listed}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: "-".join(map(str, vars(each).values())))
async def test_the_page_is_fit_to_be_read(browser: Browser, address: str, setting: Setting) -> None:
    async with opened(browser, address, setting) as (page, noise):
        folded = await surveyed(page, unfolded=False)
        seen = await surveyed(page)
    assert checks.overflow(folded) == []
    assert wrong(seen) == {}
    assert noise == []
    assert len(seen["plots"]) == 9
    assert len(seen["texts"]) > 400


FAULTS = {
    "overflow": "main { width: 130vw }",
    "collisions": "svg .tick { font-size: 60px }",
    "faint": "@media (prefers-color-scheme: dark) { .note { color: #6a6a6a } }",
    "small": ".kind { font-size: 15px }",
    "untouchable": "summary { min-height: 30px }",
    "tongues": "#choose-zh:checked ~ #en { display: block }",
    "misplaced": ".dot { transform: translateX(3px) }",
    "nameless": "document.querySelector('svg desc').textContent = ''",
    "disorder": "document.querySelector('#zh h2').outerHTML = '<h4>标题</h4>'",
    "untold": "document.querySelector('#judged-zh table').innerHTML = ''",
}
STYLES = {"overflow", "collisions", "faint", "small", "untouchable", "tongues", "misplaced"}


async def test_there_is_a_fault_for_every_check() -> None:
    assert sorted(FAULTS) == sorted(check.__name__ for check in (*checks.ALONE, *checks.COMPARED))


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_seen(browser: Browser, address: str, name: str) -> None:
    async with opened(browser, address, Setting(scheme="dark"), bypass_csp=True) as (page, _):
        if name in STYLES:
            await page.add_style_tag(content=FAULTS[name])
        else:
            await page.evaluate(FAULTS[name])
        assert name in wrong(await surveyed(page))


async def test_a_shape_without_contrast_is_seen(browser: Browser, address: str) -> None:
    async with opened(browser, address, Setting(), bypass_csp=True) as (page, _):
        await page.add_style_tag(content=".end { stroke: #bbc }")
        assert checks.faint(await surveyed(page)) == ["shape end"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_the_language_is_chosen_with_a_finger(browser: Browser, address: str, *, scripts: bool) -> None:
    async with opened(browser, address, Setting(), java_script_enabled=scripts) as (page, noise):
        zh, en = page.locator("#zh"), page.locator("#en")
        assert (await zh.is_visible(), await en.is_visible()) == (True, False)
        await page.locator("label[for=choose-en]").click()
        assert (await zh.is_visible(), await en.is_visible()) == (False, True)
        if scripts:
            assert await page.evaluate("document.documentElement.lang") == "en"
            assert (await page.title()).startswith("Five Social Linkage")
        await page.reload()
        assert await zh.is_visible(), "it remembers a choice"
        assert await page.context.cookies() == []
    assert noise == []


async def test_a_keyboard_is_enough(browser: Browser, address: str) -> None:
    async with opened(browser, address, Setting(1280, 900)) as (page, _):
        await page.locator("#choose-zh").focus()
        await page.keyboard.press("ArrowRight")
        assert await page.locator("#en").is_visible()
        await page.keyboard.press("Tab")
        skip = await page.locator("#en .skip").bounding_box()
        assert skip is not None
        assert skip["x"] >= 0, "the skip link is not seen when it has the focus"
        await page.keyboard.press("Enter")
        assert (await page.evaluate("location.hash")) == "#main-en"


async def test_tables_stay_tables_for_those_who_listen(browser: Browser, address: str) -> None:
    async with opened(browser, address, Setting()) as (page, _):
        told = await page.locator("#asked-zh > .pair > article > table").aria_snapshot()
    assert told.count("- row ") == 5
    assert told.count("- columnheader ") == 5
    assert told.count("- cell ") == 16


async def test_on_paper_what_is_folded_is_printed(browser: Browser, address: str) -> None:
    async with opened(browser, address, Setting(688, 1000, media="print", scheme="dark")) as (page, _):
        seen = await surveyed(page, unfolded=False)
        assert wrong(seen) == {}
        assert seen["targets"] == []
        paper = await page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert 8 <= paper.count(b"/Type /Page\n") <= 24


async def test_the_browser_would_refuse_a_script_of_somebody_else(browser: Browser, address: str) -> None:
    async with opened(browser, address, Setting()) as (page, noise):
        await page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.got = 1'}))"
        )
        assert await page.evaluate("window.got") is None
    assert len(noise) == 1
    assert "Content Security Policy" in noise[0]

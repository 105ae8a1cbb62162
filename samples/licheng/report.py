"""What the play leaves behind: both lifecycles as the API tells them, and one page to look at."""

import json
from html import escape
from typing import Any

from samples.licheng.steps_money import FUNDS
from samples.licheng.world import Undertaking, World

COLOURS = {
    "gov_purchase": "#2f6f9f",
    "community_fund": "#4c9f70",
    "charity_donation": "#c98a2b",
    "owners_fund": "#8a6fb0",
}
PARTS = {
    "satisfaction": ("满意度", "Satisfaction"),
    "output": ("量化指标", "Output"),
    "outcome": ("成效提升", "Outcome"),
    "impact": ("社会效益", "Impact"),
}
STYLE = """
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6b7b;--line:#d7dee6;--card:#fff;--page:#f4f6f8}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9fb0c0;--line:#334150;--card:#18212b;--page:#0f151b}}
body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;color:var(--ink);background:var(--page);
max-width:960px;margin:0 auto;padding:24px}h1{font-size:26px;margin:0}h2{font-size:19px;margin:0 0 8px}
small,.soft{color:var(--soft)}section{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:18px;margin:18px 0}table{border-collapse:collapse;width:100%;font-size:14px}
td,th{border-bottom:1px solid var(--line);
padding:5px 8px;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}
svg text{fill:var(--ink);font-size:13px}svg .soft{fill:var(--soft)}
"""


async def write(world: World, undertakings: list[Undertaking]) -> str:
    """lifecycle.json and report.html, from ``GET /v1/lifecycle/{project_id}``."""
    reader = world.acting("civil_affairs")
    for undertaking in undertakings:
        undertaking.lifecycle = await reader.get(f"/v1/lifecycle/{undertaking.project['id']}")
        missing = [name for name, part in undertaking.lifecycle.items() if _is_unavailable(part)]
        if missing:
            raise AssertionError(f"lifecycle without {missing}")
    found = {undertaking.code: undertaking.lifecycle for undertaking in undertakings}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (world.folder / "lifecycle.json").write_text(text, encoding="utf-8")
    (world.folder / "report.html").write_text(page(world, undertakings), encoding="utf-8")
    return f"{world.folder}/lifecycle.json（{len(text) // 1024} KB），report.html"


def _is_unavailable(part: Any) -> bool:
    return isinstance(part, dict) and part.get("status") == "unavailable"


def page(world: World, undertakings: list[Undertaking]) -> str:
    """One self-contained page in Chinese and English."""
    projects = "".join(_project(undertaking) for undertaking in undertakings)
    head = f"<title>五社联动全周期演示</title><style>{STYLE}</style><h1>五社联动项目全周期演示</h1>"
    lead = "<p class=soft>One lifecycle, played through the public API. 样例数据 · synthetic data</p>"
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"{head}{lead}<section><h2>需求漏斗 <small>Funnel of needs</small></h2>{_funnel(world, undertakings)}</section>"
        f"{projects}<section><h2>有意尝试的越规操作 <small>Refused on purpose</small></h2>"
        f"{_refusals(world)}</section></html>"
    )


def _funnel(world: World, undertakings: list[Undertaking]) -> str:
    needs = list(world.needs.values())
    linked = {ident for each in undertakings for concern in each.concerns for ident in concern["need_ids"]}
    closed = [need for need in needs if need["state"] == "closed"]
    bars = [
        ("提出", "submitted", len(needs)),
        ("分类", "triaged", sum(need["state"] != "rejected" for need in needs)),
        ("受理", "accepted", sum(need["state"] != "rejected" and not need["danger"] for need in needs)),
        ("纳入关注点", "in a concern", len(linked)),
        ("办结", "closed", len(closed)),
        ("本人反馈已解决", "solved, says the author", sum(need.get("outcome") == "solved" for need in closed)),
    ]
    widest = max(count for _, _, count in bars) or 1
    drawn = "".join(
        f'<rect x="{(620 - 600 * count / widest) / 2 + 150:.0f}" y="{row * 38}" rx="4" height="28"'
        f' width="{max(2, 600 * count / widest):.0f}" fill="#2f6f9f" opacity="{1 - row * 0.12:.2f}"/>'
        f'<text x="0" y="{row * 38 + 14}">{zh}</text><text class="soft" x="0" y="{row * 38 + 29}">{en}</text>'
        f'<text x="790" y="{row * 38 + 20}">{count}</text>'
        for row, (zh, en, count) in enumerate(bars)
    )
    return f'<svg viewBox="0 0 830 {len(bars) * 38}" role="img" aria-label="需求漏斗">{drawn}</svg>'


def _project(undertaking: Undertaking) -> str:
    money = undertaking.lifecycle.get("resources", {}).get("money", {})
    paid = money.get("paid_fen", 0)
    content = undertaking.report["content"]
    people = f"{len(undertaking.served)} 人受益 served · {undertaking.votes} 张评价票 ballots"
    grade = f"等级 grade {escape(str(content['grade']))} · 综合 composite {content['composite']}"
    return (
        f"<section><h2>{escape(undertaking.title)} <small>{escape(undertaking.kind)}</small></h2>"
        f"<p class=soft>{people} · {grade}</p>"
        f"<h3>预算与拨付 <small>Budget by source, and paid</small></h3>{_budget(undertaking, paid)}"
        f"<h3>评价 <small>Scores with 95 % intervals, n = {content['n']} of N = {content['N']}</small></h3>"
        f"{_scores(content)}</section>"
    )


def _budget(undertaking: Undertaking, paid: int) -> str:
    total, x, drawn = undertaking.budget_fen, 0.0, ""
    for label, fen, source in undertaking.lines:
        width = 800 * fen / total
        drawn += (
            f'<rect x="{x:.1f}" y="0" width="{width - 2:.1f}" height="30" rx="3" fill="{COLOURS[source]}"/>'
            f'<text x="{x + 4:.1f}" y="48">{escape(label)} {fen / 100:,.0f} 元</text>'
            f'<text class="soft" x="{x + 4:.1f}" y="65">{FUNDS[source]}</text>'
        )
        x += width
    drawn += (
        f'<rect x="0" y="80" width="{800 * paid / total:.1f}" height="14" rx="3" fill="#7b8794"/>'
        f'<text x="0" y="112">已付 paid {paid / 100:,.0f} / {total / 100:,.0f} 元 ({paid / total:.0%})</text>'
    )
    return f'<svg viewBox="0 0 830 118" role="img" aria-label="预算与拨付">{drawn}</svg>'


def _scores(content: dict[str, Any]) -> str:
    figures = {"satisfaction": content["satisfaction"], **content["dimensions"]}
    drawn = "".join(_bar(row, name, figure) for row, (name, figure) in enumerate(figures.items()))
    scale = "".join(
        f'<text class="soft" x="{190 + 5.6 * mark:.0f}" y="{len(figures) * 44 + 14}">{mark}</text>' for mark in MARKS
    )
    return f'<svg viewBox="0 0 830 {len(figures) * 44 + 20}" role="img" aria-label="评价得分">{drawn}{scale}</svg>'


MARKS = (0, 25, 50, 75, 100)


def _bar(row: int, name: str, figure: dict[str, Any]) -> str:
    zh, en = PARTS[name]
    y, score = row * 44, figure["score"]
    text = f'<text x="0" y="{y + 14}">{zh}</text><text class="soft" x="0" y="{y + 30}">{en}</text>'
    if score is None:
        reason = escape(str(figure["reason"]))
        return f'{text}<text class="soft" x="190" y="{y + 20}">不可评 not assessable: {reason}</text>'
    bar = f'<rect x="190" y="{y + 4}" width="{5.6 * score:.0f}" height="20" rx="3" fill="#4c9f70"/>'
    label = f"{score:.1f}"
    if figure["interval"]:
        low, high = (100 * each for each in figure["interval"])
        bar += (
            f'<path d="M{190 + 5.6 * low:.0f} {y + 14}H{190 + 5.6 * high:.0f}M{190 + 5.6 * low:.0f} {y + 8}v12'
            f'M{190 + 5.6 * high:.0f} {y + 8}v12" stroke="#c0392b" stroke-width="2" fill="none"/>'
        )
        label += f" [{low:.0f}, {high:.0f}] {figure['method']}"
    return f'{text}{bar}<text x="190" y="{y + 40}" class="soft">{label}</text>'


def _refusals(world: World) -> str:
    lines = "".join(
        f"<tr><td>{escape(zh)}</td><td>{escape(en)}</td><td class=n>{status}</td><td><code>{code}</code></td></tr>"
        for zh, en, status, code in dict.fromkeys(world.refusals)
    )
    return f"<table><tr><th>尝试</th><th>Attempt</th><th></th><th>code</th></tr>{lines}</table>"

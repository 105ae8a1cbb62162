"""What must hold of the page as a browser draws it; each check answers with what is wrong, and none needs a browser."""

import re
from itertools import pairwise
from typing import Any

Seen = dict[str, Any]
SLACK = 0.75
"""Pixels a browser may round by."""


def luminance(colour: str) -> float:
    """The relative luminance of ``rgb(…)`` as WCAG 2.2 defines it."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def overflow(seen: Seen) -> list[str]:
    """Nothing is wider than the screen, and no text leaves its card."""
    wide = [f"page {seen['scroll']} px wide"] if seen["scroll"] > seen["width"] else []
    return wide + [
        each["text"]
        for each in seen["texts"]
        if each["box"]["right"] > each["room"]["right"] + SLACK or each["box"]["left"] < each["room"]["left"] - SLACK
    ]


def collisions(seen: Seen) -> list[str]:
    """The labels of an axis stand apart."""
    ticks = [each for each in seen["texts"] if each["tick"]]
    return [
        f"{one['tick']}: {one['text']} meets {other['text']}"
        for one, other in pairwise(ticks)
        if one["tick"] == other["tick"] and one["box"]["right"] > other["box"]["left"]
    ]


def faint(seen: Seen) -> list[str]:
    """Every text has 4.5 : 1 against what is behind it, large text 3 : 1, and so has every shape (WCAG 2.2 AA)."""
    weak = [each["text"] for each in seen["texts"] if contrast(each["colour"], each["behind"]) < _wanted(each)]
    shapes = {each["what"] for each in seen["shapes"] if max(_strengths(each)) < 3}
    return weak + [f"shape {what}" for what in sorted(shapes)]


def _strengths(shape: Seen) -> list[float]:
    """A shape is seen by its line or by what fills it."""
    return [contrast(colour, shape["behind"]) for colour in shape["colours"] if colour.startswith("rgb(")]


def _wanted(text: Seen) -> float:
    large = text["size"] >= 24 or (text["size"] >= 18.66 and text["weight"] >= 700)
    return 3.0 if large else 4.5


def small(seen: Seen) -> list[str]:
    """Text is 16 pixels or more, 13 on paper, which is nine and three quarters of a point."""
    least = 13 if seen["paper"] else 16
    return [each["text"] for each in seen["texts"] if each["size"] < least]


def untouchable(seen: Seen) -> list[str]:
    """Whatever is pressed is 44 pixels high or more, and wide enough for a thumb."""
    return [each["text"] for each in seen["targets"] if each["box"]["height"] < 44 or each["box"]["width"] < 44]


def nameless(seen: Seen) -> list[str]:
    """Every picture says what it is and what it shows, and has its numbers in a table beside it."""
    return [
        each["name"]
        for each in seen["plots"]
        if each["role"] != "img" or len(each["names"]) != 2 or not all(each["names"]) or not each["table"]
    ]


def disorder(seen: Seen) -> list[str]:
    """One first heading, and none that skips a level."""
    levels = [level for level, _ in seen["headings"]]
    skipped = [
        text for (above, _), (level, text) in pairwise([(0, ""), *map(tuple, seen["headings"])]) if level > above + 1
    ]
    return skipped + ([] if levels.count(1) == 1 else [f"{levels.count(1)} first headings"])


def tongues(seen: Seen) -> list[str]:
    """One language is shown, the document says which, and Chinese inside English is marked."""
    wrong = [] if seen["trees"] == [seen["language"]] else [f"{seen['language']}, but shown: {seen['trees']}"]
    return wrong + ([] if "en" not in seen["chinese"] else ["Chinese not marked as Chinese"])


def misplaced(seen: Seen, found: Seen) -> list[str]:
    """Dots, intervals and bars stand where the numbers of lifecycle.json put them on the scale."""
    plots = {each["name"]: each for each in seen["plots"]}
    wrong = []
    for code in _projects(found):
        report, ledger = found[code]["answers"]["report"]["content"], found[code]["answers"]["ledger"]
        figures = [report["satisfaction"], *(report["dimensions"][name] for name in ("output", "outcome", "impact"))]
        wrong += _off(plots[f"scores-{code}"], figures, [figure["score"] for figure in figures])
        items = [item for figure in figures for item in figure["details"] if "share" in item]
        wrong += _off(plots[f"items-{code}"], items, [100 * item["share"] for item in items])
        wrong += _bars(plots[f"budget-{code}"], ledger, 10_000 if seen["language"] == "zh-CN" else 1_000)
    return wrong


def _off(plot: Seen, figures: list[Seen], scores: list[float | None]) -> list[str]:
    """The dots of what has a score, the ends of what has an interval, a dotted line for the rest."""
    dots = [_share(plot, box) for box in plot["rows"]["dot"]]
    ends = [_share(plot, box) for box in plot["rows"]["end"]]
    wanted = [100 * bound for figure in figures for bound in figure.get("interval") or ()]
    drawn = _differ(plot, dots, [score for score in scores if score is not None]) + _differ(plot, ends, wanted)
    return drawn + ([] if len(plot["rows"]["none"]) == scores.count(None) else [f"{plot['name']}: not assessable"])


def _bars(plot: Seen, ledger: list[Seen], unit: int) -> list[str]:
    scale = float(plot["ticks"][-1].replace(",", "")) * unit * 100
    promised, paid = (_sums(ledger, account, sign) for account, sign in (("fund", 1), ("cash", -1)))
    order = sorted(promised, key=promised.__getitem__, reverse=True)
    widths = [[100 * box["width"] / plot["box"]["width"] for box in plot["rows"][kind]] for kind in ("whole", "done")]
    fen = [[100 * sums.get(fund, 0) / scale for fund in order] for sums in (promised, paid)]
    return [each for drawn, wanted in zip(widths, fen, strict=True) for each in _differ(plot, drawn, wanted)]


def _sums(ledger: list[Seen], account: str, sign: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in ledger:
        if entry["account"] == account:
            sums[entry["fund_id"]] = sums.get(entry["fund_id"], 0) + sign * entry["amount_fen"]
    return sums


def _share(plot: Seen, box: Seen) -> float:
    middle: float = (box["left"] + box["right"]) / 2
    return 100 * (middle - float(plot["box"]["left"])) / float(plot["box"]["width"])


def _differ(plot: Seen, drawn: list[float], wanted: list[float]) -> list[str]:
    slack = 100 * SLACK / plot["box"]["width"]
    near = len(drawn) == len(wanted) and all(abs(one - other) < slack for one, other in zip(drawn, wanted, strict=True))
    return [] if near else [f"{plot['name']}: drawn {drawn}, wanted {wanted}"]


def untold(seen: Seen, found: Seen) -> list[str]:
    """Every number, hash and id of lifecycle.json that the page promises stands in its section, under its project."""
    sections, wrong = seen["sections"], []
    for place, code in enumerate(_projects(found)):
        for name, wanted in _promised(found[code]).items():
            text = sections[name][1][place]
            wrong += [f"{name} of {code} without {each}" for each in wanted if each not in text]
    needs = found["district"]["needs"]
    numbers = [str(needs[name]) for name in ("total", "cosigned", "divisions")] + [
        str(len(found["district"]["refusals"]))
    ]
    places = ["glance", "asked", "asked", "check"]
    return wrong + [
        f"{name} without {each}" for name, each in zip(places, numbers, strict=True) if each not in sections[name][0]
    ]


def _promised(part: Seen) -> dict[str, list[str]]:
    answers, report, money = part["answers"], part["answers"]["report"]["content"], part["resources"]["money"]
    service, log = part["projects"]["service"], answers["log"]
    figures = [report["satisfaction"], *report["dimensions"].values()]
    spans = [figure[name] for figure in figures for name in ("interval", "bounds") if figure[name]]
    arrived = [row for row in part["resources"]["resources"]["deliveries"] if row["state"] == "confirmed"]
    told = (*part["needs"]["needs"], *part["needs"]["concerns"], *money["disbursements"], *arrived)
    evidence = [row["id"] for row in told]
    return {
        "glance": [f"{report['composite']:.2f}", yuan(money["paid_fen"]), yuan(money["budget_fen"])],
        "done": [f"{service['confirmed']} ", f"{answers['served']['minutes'] / 60:.1f}", str(service["disputed"])],
        "cost": [yuan(money["budget_fen"] - money["paid_fen"]), str(len(answers["ledger"]))]
        + [yuan(line["amount_fen"]) for line in answers["budget"]["lines"]]
        + [yuan(row[name]) for row in money["disbursements"] for name in ("tranche_fen", "amount_fen")],
        "judged": [f"{report['n']}/{report['N']}", f"{100 * report['response_rate']:.1f}%"]
        + [f"{figure['score']:.2f}" for figure in figures if figure["score"] is not None]
        + [f"{100 * low:.2f}–{100 * high:.2f}" for low, high in spans],
        "chain": [*evidence, *(each["id"] for each in part["projects"]["activities"]), answers["scheme"]["id"]],
        "check": [
            part["project_id"],
            answers["scheme"]["scheme_hash"],
            log["root"],
            answers["project"]["record_digest"],
        ],
    }


def yuan(fen: int) -> str:
    """As the page writes whole yuan."""
    return f"{fen // 100:,}"


def _projects(found: Seen) -> list[str]:
    return [code for code in found if code != "district"]


ALONE = (overflow, collisions, faint, small, untouchable, nameless, disorder, tongues)
COMPARED = (misplaced, untold)

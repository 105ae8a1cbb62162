"""What the page says of one project, from the API's answers about it."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from samples.licheng.report.plots import PERCENTS, Mark, Plot, counts
from samples.licheng.report.words import Words

PARTS = ("satisfaction", "output", "outcome", "impact")
Found = dict[str, Any]


class Project:
    """One project in one language."""

    def __init__(self, code: str, found: Found, district: Found, say: Words) -> None:
        self.code, self.found, self.district, self.say = code, found, district, say
        self.answers: Found = found["answers"]
        self.title: str = self.answers["project"]["title"]
        self.report: Found = self.answers["report"]["content"]
        self.evaluation: Found = found["evaluation"]["evaluations"][-1]
        self.service: Found = found["projects"]["service"]
        self.money: Found = found["resources"]["money"]

    @cached_property
    def outcomes(self) -> Counter[str]:
        """What the authors of its needs said came of them; ``silent`` where they said nothing in time."""
        needs = self.found["needs"]["needs"]
        return Counter("silent" if each["silent"] else each["outcome"] or "open" for each in needs)

    @property
    def left(self) -> int:
        """Fen of the budget that were not paid out."""
        return int(self.money["budget_fen"]) - int(self.money["paid_fen"])

    @property
    def grade(self) -> Found | None:
        """The band of its composite, as its frozen scheme names it."""
        grades = self.answers["scheme"]["content"]["grades"]
        return next((each for each in grades if each["code"] == self.report["grade"]), None)

    @property
    def weights(self) -> list[tuple[str, str]]:
        """What each assessed part counted for in the composite."""
        weights = self.report["weights"] or {}
        return [(self.part(name), weights[name]) for name in PARTS if name in weights]

    @property
    def parts(self) -> list[tuple[str, Found]]:
        """Satisfaction and the three dimensions, always all of them."""
        return [(name, self.report.get(name) or self.report["dimensions"][name]) for name in PARTS]

    def part(self, name: str) -> str:
        """What a part of the report is called."""
        return self.say("satisfaction") if name == "satisfaction" else self.say.label("eval_dimension", name)

    def missing(self, figure: Found) -> str:
        """Why a part has no figure: never a zero."""
        return self.say.named(figure["standing"], figure["reason"], k=self.answers["log"]["k"])

    def method(self, figure: Found) -> str:
        """How a figure was computed."""
        return self.say.named("method", figure["method"]) if figure["method"] else "–"

    def deliveries(self) -> list[tuple[str, int, str]]:
        """What arrived and was confirmed by the receiving side: its kind, how much of it, and its id."""
        linked = self.found["resources"]["resources"]
        kinds = {each["id"]: each["kind"] for each in linked["requests"]}
        booked = {each["id"]: kinds[each["request_id"]] for each in linked["reservations"]}
        confirmed = [each for each in linked["deliveries"] if each["state"] == "confirmed"]
        return [(booked[each["reservation_id"]], each["quantity"], each["id"]) for each in confirmed]

    def delivered(self) -> Counter[str]:
        """How much of each kind of resource arrived."""
        arrived: Counter[str] = Counter()
        for kind, quantity, _ in self.deliveries():
            arrived[kind] += quantity
        return arrived

    def resource(self, kind: str) -> str:
        """What a kind of resource is called; people's time is one of them."""
        return self.say("actor_volunteer") if kind == "volunteer" else self.say.short("resource_type", kind)

    def purposes(self) -> list[list[str]]:
        """What the budget is for, line by line, and who pays."""
        say = self.say
        return [
            [say.own(each["label"]), say.label("fund_source", each["fund_source"]), say.money(each["amount_fen"])]
            for each in self.answers["budget"]["lines"]
        ]

    def by_fund(self) -> list[tuple[Found, int, int]]:
        """Each fund with what the ledger says it promised to this project, and what of that was paid."""
        promised: Counter[str] = Counter()
        paid: Counter[str] = Counter()
        for entry in self.answers["ledger"]:
            promised[entry["fund_id"]] += entry["amount_fen"] if entry["account"] == "fund" else 0
            paid[entry["fund_id"]] -= entry["amount_fen"] if entry["account"] == "cash" else 0
        funds = {each["id"]: each for each in self.district["funds"]}
        return [(funds[ident], fen, paid[ident]) for ident, fen in promised.most_common()]

    def concerns(self) -> list[list[str]]:
        """The shared concerns it answers: needs, people behind them, communities they live in."""
        return [
            [self.say.own(each["title"]), str(each["need_count"]), str(each["person_count"]),
             str(each["evidence"]["divisions"]), self.say.own(self.title)]
            for each in self.answers["concerns"]
        ]  # fmt: skip

    def tranches(self) -> list[list[str]]:
        """The parts of the payment in the order they were promised, each with what it waited for."""
        say, factors = self.say, {each["id"]: each["factor"] for each in self.answers["disbursements"]}
        return [
            [
                say.own(each["label"]),
                say.label("tranche_gate", each["gate"]),
                say.money(each["tranche_fen"]),
                factors[each["id"]] or "–",
                say.money(each["amount_fen"]),
                say.day(each["paid_at"]) if each["paid_at"] else say.named("tranche", each["state"]),
            ]
            for each in self.money["disbursements"]
        ]

    @property
    def imbalance(self) -> int:
        """What debits and credits differ by, in fen."""
        return sum(entry["amount_fen"] for entry in self.answers["ledger"])

    def budget_plot(self) -> Plot:
        """Budget by source, with what was paid of it."""
        say, funds, total = self.say, self.by_fund(), self.money["budget_fen"]
        scale, ticks = counts(max(fen for _, fen, _ in funds) // 100, int(say("budget_unit")))
        rows = [
            (say.label("fund_source", fund["source"]), say.money(fen), say.share(fen, total), say.money(paid),
             say.money(fen - paid))
            for fund, fen, paid in funds
        ]  # fmt: skip
        marks = [
            Mark(row[0], say("budget_value", fen=row[1], share=row[2], paid=row[3]), fen / scale, high=paid / scale)
            for row, (_, fen, paid) in zip(rows, funds, strict=True)
        ]
        return Plot(
            "bars", f"budget-{self.code}", say("budget_title"), say("budget_story"),
            say("budget_axis"), marks, ticks, say("budget_heads").split("|"), rows,
        )  # fmt: skip

    def score_plot(self) -> Plot:
        """Every part of the report with its interval, or why it has none."""
        say = self.say
        return Plot(
            "dots", f"scores-{self.code}", say("score_title"),
            say("score_story", **self._answered()), say("score_axis"),
            [self._score(name, figure) for name, figure in self.parts], PERCENTS,
            say("score_heads").split("|"), [self._score_row(name, figure) for name, figure in self.parts],
        )  # fmt: skip

    def _score(self, name: str, figure: Found) -> Mark:
        if figure["score"] is None:
            return Mark(self.part(name), self.missing(figure))
        return self._dot(self.part(name), figure["score"], figure["interval"])

    def _dot(self, label: str, score: float, interval: list[float] | None, text: str = "score_value") -> Mark:
        if interval is None:
            return Mark(label, self.say("score_counted", score=self.say.score(score)), score)
        low, high = (100 * each for each in interval)
        shown = {"score": self.say.score(score), "low": self.say.score(low), "high": self.say.score(high)}
        return Mark(label, self.say(text, **shown), score, low, high)

    def _score_row(self, name: str, figure: Found) -> list[str]:
        say = self.say
        if figure["score"] is None:
            return [self.part(name), self.missing(figure), "–", "–", f"{figure['n']}/{figure['N']}", "–"]
        spans = [
            f"{100 * pair[0]:.2f}–{100 * pair[1]:.2f}" if pair else "–"
            for pair in (figure["interval"], figure["bounds"])
        ]
        answered = f"{figure['n']}/{figure['N']} ({say.share(figure['response_rate'])})"
        return [self.part(name), f"{figure['score']:.2f}", *spans, answered, self.method(figure)]

    def item_plot(self) -> Plot | None:
        """The share of good answers to each question, if any may be published."""
        say, items = self.say, list(self._items())
        if not items:
            return None
        return Plot(
            "dots", f"items-{self.code}", say("item_title"),
            say("item_story", **self._answered()), say("item_axis"),
            [self._dot(text, 100 * found["share"], found["interval"], "item_value") for text, found in items], PERCENTS,
            say("item_heads").split("|"),
            [
                [text, f"{found['mean']:.2f}", f"{100 * found['share']:.2f}",
                 f"{100 * found['interval'][0]:.2f}–{100 * found['interval'][1]:.2f}"]
                for text, found in items
            ],
        )  # fmt: skip

    def _items(self) -> Iterator[tuple[str, Found]]:
        asked = {each["code"]: each[self.say.language] for each in self.answers["scheme"]["content"]["ballot_items"]}
        for _, figure in self.parts:
            yield from ((asked[each["code"]], each) for each in figure["details"] if "share" in each)

    def _answered(self) -> dict[str, str]:
        rate = self.say.share(self.report["response_rate"])
        return {"n": str(self.report["n"]), "N": str(self.report["N"]), "rate": rate}

"""Did the residents decide? Exact rationals over any number of weight axes (heads, area, households)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from wushe.errors import FieldError, InvalidInput, Refusal


class Body(StrEnum):
    """The assembly that decided."""

    RESIDENTS_MEETING = "residents_meeting"
    RESIDENTS_REP_MEETING = "residents_rep_meeting"
    RESIDENTS_GROUP = "residents_group"
    VILLAGERS_MEETING = "villagers_meeting"
    VILLAGERS_REP_MEETING = "villagers_rep_meeting"
    VILLAGERS_GROUP = "villagers_group"
    OWNERS_ASSEMBLY = "owners_assembly"
    CONSULTATION_COMMITTEE = "consultation_committee"
    COMPOUND_COUNCIL = "compound_council"


class RuleUnknown(Refusal):
    """No decision rule has this code."""

    status = 422
    zh = "没有名为“{rule}”的表决规则。"
    en = "There is no decision rule '{rule}'."
    toast = "规则不存在"


class RuleNotInForce(Refusal):
    """The rule did not apply on the day of the meeting or of its record, or has not been filled in."""

    status = 422
    zh = "表决规则“{rule}”在 {day} 不适用（已失效、尚未生效或尚未配置）。"
    en = "Decision rule '{rule}' is not in force on {day} (expired, not yet valid, or not filled in)."
    toast = "规则不适用"


class RuleUnreadable(Refusal):
    """A rule was edited into something that cannot be read."""

    zh = "规则“{rule}”的配置有误，请联系管理员。"
    en = "Rule '{rule}' has been configured in a way that cannot be read."
    toast = "规则配置有误"


class BodyNotCompetent(Refusal):
    """The assembly cannot decide under the rule."""

    status = 422
    zh = "该会议形式不适用表决规则“{rule}”。"
    en = "This body cannot decide under rule '{rule}'."
    toast = "规则不适用"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that must be reached, or exceeded when strict (超过 does not include the number, 以上 does)."""

    share: Fraction
    strict: bool

    def short_by(self, part: int, whole: int) -> int:
        """How many more are needed; 0 when the threshold is met, which nobody out of nobody never does."""
        exact = self.share * whole
        least = math.floor(exact) + 1 if self.strict else max(1, math.ceil(exact))
        return max(0, least - part)


@dataclass(frozen=True, slots=True)
class Axis:
    """One weight axis: how much must take part (of all), how much of that must agree."""

    name: str
    quorum: Threshold | None
    passing: Threshold


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """One versioned rule; a rule that is not binding yields advice only."""

    code: str
    axes: tuple[Axis, ...]
    bodies: frozenset[str]
    binding: bool
    enabled: bool
    valid_from: date | None
    valid_to: date | None

    def require_in_force(self, *days: date) -> None:
        """Refuse to decide by this rule when it does not cover every one of these days."""
        for day in days:
            early = self.valid_from is not None and day < self.valid_from
            late = self.valid_to is not None and day > self.valid_to
            if not self.enabled or not self.axes or early or late:
                raise RuleNotInForce(rule=self.code, day=day.isoformat())

    def require_body(self, body: str) -> None:
        """Refuse an assembly this rule does not speak of."""
        if self.bodies and body not in self.bodies:
            raise BodyNotCompetent(rule=self.code)


@dataclass(frozen=True, slots=True)
class Count:
    """The integers of one axis: all who could take part, those who did, those who agreed."""

    total: int
    participating: int
    yes: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What was missing on one axis."""

    axis: str
    test: str
    have: int
    of: int
    share: str
    strict: bool
    short_by: int


@dataclass(frozen=True, slots=True)
class Result:
    """Whether the rule was met, and everything that was missing."""

    quorum_met: bool
    passed: bool
    missing: tuple[Shortfall, ...]


UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError)


def parse_rule(code: str, value: Mapping[str, Any]) -> DecisionRule:
    """Read a rule from its stored row; shares are written as fractions such as ``"2/3"``."""
    try:
        return DecisionRule(
            code=code,
            axes=tuple(_axis(name, tests) for name, tests in value.get("axes", {}).items()),
            bodies=frozenset(value.get("bodies", ())),
            binding=bool(value.get("binding", True)),
            enabled=bool(value.get("enabled", True)),
            valid_from=_day(value.get("valid_from")),
            valid_to=_day(value.get("valid_to")),
        )
    except UNREADABLE as fault:
        raise RuleUnreadable(rule=code) from fault


def _axis(name: str, tests: Mapping[str, Any]) -> Axis:
    quorum = tests.get("quorum")
    return Axis(name=name, quorum=_threshold(quorum) if quorum else None, passing=_threshold(tests["pass"]))


def _threshold(value: Mapping[str, Any]) -> Threshold:
    return Threshold(share=Fraction(value["share"]), strict=bool(value["strict"]))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def require_day(held_on: date, *, designed_on: date, today: date) -> None:
    """Refuse a meeting that has not been held, or was held before there was this plan to decide about."""
    if held_on > today:
        raise InvalidInput(errors=[FieldError("/held_on", "IN_THE_FUTURE", "会议尚未召开。", "Not held yet.")])
    if held_on < designed_on:
        raise InvalidInput(
            errors=[
                FieldError(
                    "/held_on", "BEFORE_DESIGN", "会议早于现行方案的制定日期。", "Held before this plan was made."
                )
            ]
        )


def decide(rule: DecisionRule, counts: Mapping[str, Count]) -> Result:
    """Apply the rule: quorum of all, then agreement among those who took part, on every axis."""
    missing = [*_untaken(rule.axes, counts), *_unpassed(rule.axes, counts)]
    quorum_met = all(shortfall.test != "quorum" for shortfall in missing)
    return Result(quorum_met=quorum_met, passed=not missing, missing=tuple(missing))


def _untaken(axes: Sequence[Axis], counts: Mapping[str, Count]) -> list[Shortfall]:
    tried = [
        _shortfall(axis.name, "quorum", axis.quorum, counts[axis.name].participating, counts[axis.name].total)
        for axis in axes
        if axis.quorum is not None
    ]
    return [shortfall for shortfall in tried if shortfall.short_by]


def _unpassed(axes: Sequence[Axis], counts: Mapping[str, Count]) -> list[Shortfall]:
    tried = [
        _shortfall(axis.name, "pass", axis.passing, counts[axis.name].yes, counts[axis.name].participating)
        for axis in axes
    ]
    return [shortfall for shortfall in tried if shortfall.short_by]


def _shortfall(axis: str, test: str, threshold: Threshold, have: int, whole: int) -> Shortfall:
    return Shortfall(
        axis=axis,
        test=test,
        have=have,
        of=whole,
        share=str(threshold.share),
        strict=threshold.strict,
        short_by=threshold.short_by(have, whole),
    )


def read_counts(
    rule: DecisionRule, *, totals: Mapping[str, int], participating: Mapping[str, int], yes: Mapping[str, int]
) -> dict[str, Count]:
    """The counts on exactly the rule's axes; refuses missing axes and sums that cannot be."""
    errors = [
        error
        for axis in rule.axes
        for error in _count_faults(axis.name, totals.get(axis.name), participating.get(axis.name), yes.get(axis.name))
    ]
    known = {axis.name for axis in rule.axes}
    errors += [
        FieldError(f"/totals/{name}", "UNKNOWN_AXIS", "该规则没有这一计票口径。", "The rule has no such axis.")
        for name in sorted({*totals, *participating, *yes} - known)
    ]
    if errors:
        raise InvalidInput(errors=errors)
    return {axis.name: Count(totals[axis.name], participating[axis.name], yes[axis.name]) for axis in rule.axes}


def _count_faults(axis: str, total: int | None, participating: int | None, yes: int | None) -> list[FieldError]:
    given = {"totals": total, "participating": participating, "yes": yes}
    absent = [name for name, value in given.items() if value is None]
    if total is None or participating is None or yes is None:
        return [
            FieldError(f"/{name}/{axis}", "REQUIRED", "请填写该数值。", "This count is required.") for name in absent
        ]
    if total <= 0:
        return [FieldError(f"/totals/{axis}", "NOT_POSITIVE", "总数必须大于零。", "The total must be positive.")]
    if participating > total:
        return [_too_many(f"/participating/{axis}", "参与数不能超过总数。", "More took part than there are.")]
    if yes > participating:
        return [_too_many(f"/yes/{axis}", "同意数不能超过参与数。", "More agreed than took part.")]
    return []


def _too_many(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, "TOO_MANY", zh, en)

"""Ranking candidates for one request, with a reason for every point and for everybody left out.

A candidate carries only what these rules read. Ethnicity, religion and political status are not among it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from services.resources.domain.booking import Kind, Slot
from wushe.errors import Refusal

DEFAULT_WEIGHTS: Mapping[str, int] = {"proximity": 35, "fit": 20, "coverage": 15, "continuity": 10, "load": 20}
_NEARNESS = ((12, Fraction(1), "同一社区", "same community"), (9, Fraction(3, 4), "同一街道", "same street"))
_FARNESS = ((6, Fraction(1, 2), "同一区县", "same county"), (4, Fraction(1, 4), "同一城市", "same city"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for; ``outstanding`` is what is still missing."""

    kind: Kind
    division: str
    skills: frozenset[str]
    slots: frozenset[Slot]
    outstanding: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One resource or volunteer as the rules see it; ``slots`` and ``left`` are None where they do not apply."""

    id: UUID
    kind: Kind
    division: str
    is_verified: bool
    skills: frozenset[str]
    slots: frozenset[Slot] | None = None
    left: int | None = None
    is_busy: bool = False
    has_declined: bool = False
    served: int = 0
    load: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard condition, applied in order."""

    code: str
    zh: str
    en: str
    passes: Callable[[Wanted, Candidate], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule did: candidates before it, removed by it, and those for whom it is the only obstacle."""

    code: str
    zh: str
    en: str
    before: int
    removed: int
    only_obstacle: int


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: points out of a weight, and why."""

    code: str
    points: int
    weight: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A suitable candidate with its score and the terms that add up to it."""

    id: UUID
    score: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best candidates, and the funnel that tells why there are not more."""

    best: tuple[Scored, ...]
    funnel: tuple[Step, ...]
    considered: int


class NotSuitable(Refusal):
    """The chosen candidate breaks a rule; ``allowed`` is empty because only another candidate helps."""

    zh = "所选对象不符合要求：{why}。"
    en = "The chosen candidate does not qualify: {why}."
    toast = "不符合要求"


RULES: tuple[Rule, ...] = (
    Rule("kind", "类型不符", "another kind", lambda wanted, it: it.kind == wanted.kind),
    Rule("verified", "尚未核实", "not verified", lambda _, it: it.is_verified),
    Rule("skills", "缺少所需技能", "lacks a required skill", lambda wanted, it: wanted.skills <= it.skills),
    Rule("time", "时间不合适", "not available then", lambda wanted, it: it.slots is None or wanted.slots <= it.slots),
    Rule("stock", "没有余量", "nothing left", lambda _, it: it.left is None or it.left > 0),
    Rule("declined", "已谢绝本次邀请", "declined this request", lambda _, it: not it.has_declined),
    Rule("booked", "该时段已被预约", "already booked", lambda _, it: not it.is_busy),
)
LEFT_TO_RESERVING = frozenset({"stock", "booked"})
"""Rules the reservation itself decides under lock, with refusals that say how much or when."""


def rank(wanted: Wanted, candidates: Sequence[Candidate], *, weights: Mapping[str, int], limit: int = 10) -> Ranking:
    """The best ``limit`` candidates, deterministic whatever the order of the input."""
    fit, funnel = sift(wanted, candidates)
    scored = sorted((score(wanted, one, weights) for one in fit), key=lambda one: (-one.score, one.id))
    return Ranking(best=tuple(scored[:limit]), funnel=funnel, considered=len(candidates))


def sift(wanted: Wanted, candidates: Sequence[Candidate]) -> tuple[list[Candidate], tuple[Step, ...]]:
    """Those who pass every rule, and what each rule removed."""
    obstacles = {one.id: [rule.code for rule in RULES if not rule.passes(wanted, one)] for one in candidates}
    left, steps = list(candidates), []
    for rule in RULES:
        kept = [one for one in left if rule.code not in obstacles[one.id]]
        alone = sum(found == [rule.code] for found in obstacles.values())
        steps.append(Step(rule.code, rule.zh, rule.en, len(left), len(left) - len(kept), alone))
        left = kept
    return left, tuple(steps)


def unverified() -> NotSuitable:
    """The refusal of somebody reserved who was suspended, left or is no longer verified."""
    rule = next(rule for rule in RULES if rule.code == "verified")
    return NotSuitable(rule=rule.code, why=f"{rule.zh} · {rule.en}")


def require_suitable(wanted: Wanted, candidate: Candidate) -> None:
    """Refuse a chosen candidate by the first rule it breaks, but for those left to the reservation itself."""
    for rule in RULES:
        if rule.code not in LEFT_TO_RESERVING and not rule.passes(wanted, candidate):
            raise NotSuitable(rule=rule.code, why=f"{rule.zh} · {rule.en}")


def score(wanted: Wanted, candidate: Candidate, weights: Mapping[str, int]) -> Scored:
    """The score of a suitable candidate: whole points, each with its reason."""
    terms = tuple(
        Term(code, int(share * weights.get(code, 0)), weights.get(code, 0), zh, en)
        for code, share, zh, en in (
            _proximity(wanted, candidate),
            _fit(wanted, candidate),
            _coverage(wanted, candidate),
            _continuity(candidate),
            _load(candidate),
        )
    )
    return Scored(id=candidate.id, score=sum(term.points for term in terms), terms=terms)


_Reason = tuple[str, Fraction, str, str]


def _proximity(wanted: Wanted, candidate: Candidate) -> _Reason:
    for digits, share, zh, en in _NEARNESS + _FARNESS:
        if wanted.division[:digits] == candidate.division[:digits]:
            return "proximity", share, zh, en
    return "proximity", Fraction(0), "不在同一城市", "another city"


def _fit(wanted: Wanted, candidate: Candidate) -> _Reason:
    """Specialists first, so that people of many skills stay free for what only they can do."""
    if not wanted.skills:
        return "fit", Fraction(1), "无专长要求", "no skill required"
    share = Fraction(len(wanted.skills), len(candidate.skills))
    named = "、".join(sorted(wanted.skills))
    return "fit", share, f"具备所需技能：{named}", f"has the required skills: {named}"


def _coverage(wanted: Wanted, candidate: Candidate) -> _Reason:
    given = min(1 if candidate.left is None else candidate.left, wanted.outstanding)
    share = Fraction(given, wanted.outstanding) if wanted.outstanding else Fraction(0)
    missing = wanted.outstanding
    return "coverage", share, f"可满足 {given}/{missing}", f"covers {given} of {missing}"


def _continuity(candidate: Candidate) -> _Reason:
    if candidate.served:
        return "continuity", Fraction(1), "曾参与本项目", "has served this project before"
    return "continuity", Fraction(0), "首次参与本项目", "new to this project"


def _load(candidate: Candidate) -> _Reason:
    """Fair load: each reservation already carried lowers the share."""
    carried = candidate.load
    return "load", Fraction(1, 1 + carried), f"现有预约 {carried} 项", f"carries {carried} reservations"

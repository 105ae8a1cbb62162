"""How alike statements are, by the characters they share; deterministic, explained, and never more than a proposal.

Chinese needs no word list for this: pairs of neighbouring characters carry most of the meaning, and rare pairs more
than common ones (tf-idf over the statements compared).
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Characters too common in requests to say what one is about; a pair of two of them is no evidence.
_FAINT = frozenset(
    "的了是在有我你他她们这那个一不能可以希望想请要求都也还就和与吗呢吧啊么什怎样人家里上下来去到说没很太多小区社区居民"
)
_LONGEST_TERM = 6


@dataclass(frozen=True, slots=True)
class Statement:
    """What similarity looks at: the words, what triage made of them, who stands behind them."""

    need_id: UUID
    text: str
    theme: str | None = None
    field: str | None = None
    submitted_at: datetime | None = None
    persons: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two or more needs look alike, for the person who decides."""

    code: str
    zh: str
    en: str


def pairs(text: str) -> Counter[str]:
    """The neighbouring character pairs of a statement, without those that say nothing."""
    found: Counter[str] = Counter()
    for piece in pieces(text):
        found.update(piece[i : i + 2] for i in range(len(piece) - 1) if not _FAINT.issuperset(piece[i : i + 2]))
    return found


def pieces(text: str) -> list[str]:
    """A statement cut at everything that is not a letter or digit, in one width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if c.isalnum() else " " for c in plain).split()


class Likeness:
    """Cosine similarity within one set of statements."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = [pairs(text) for text in texts]
        spread = Counter(pair for counts in counted for pair in counts)
        weights = {pair: math.log((1 + len(counted)) / (1 + seen)) + 1 for pair, seen in spread.items()}
        self._vectors = [_unit({pair: n * weights[pair] for pair, n in counts.items()}) for counts in counted]

    def of(self, first: int, second: int) -> float:
        """How alike two statements are, by their places in the set."""
        a, b = self._vectors[first], self._vectors[second]
        if len(b) < len(a):
            a, b = b, a
        return sum(weight * b[pair] for pair, weight in a.items() if pair in b)


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {pair: weight / length for pair, weight in vector.items()}


def shared_terms(texts: Sequence[str], *, at_least: int = 2, limit: int = 5) -> list[str]:
    """Runs of two to six characters found in several statements: widest shared first, then longest."""
    spread = Counter(term for text in texts for term in _terms(text))
    common = {term: n for term, n in spread.items() if n >= at_least}
    whole = [term for term in common if not _inside_another(term, common)]
    return sorted(whole, key=lambda term: (-common[term] * len(term), term))[:limit]


def _inside_another(term: str, common: dict[str, int]) -> bool:
    return any(term in other and term != other and common[other] >= common[term] for other in common)


def _terms(text: str) -> set[str]:
    return {
        piece[start:end]
        for piece in pieces(text)
        for start in range(len(piece) - 1)
        for end in range(start + 2, min(start + _LONGEST_TERM, len(piece)) + 1)
        if piece[start] not in _FAINT and piece[end - 1] not in _FAINT
    }


def shared_words(texts: Sequence[str]) -> tuple[Reason, ...]:
    """The reason that names the words several statements share; none when they share none."""
    terms = shared_terms(texts)
    if not terms:
        return ()
    return (Reason("shared_terms", "都提到：" + "、".join(terms), "Shared words: " + ", ".join(terms)),)

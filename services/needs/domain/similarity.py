"""How alike statements are, by the characters they share; deterministic, explained, and never more than a proposal.

Chinese needs no word list for this: pairs of neighbouring characters carry most of the meaning, and rare pairs more
than common ones (tf-idf over the statements compared).
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, filterfalse
from operator import add
from uuid import UUID

# Characters too common in requests to say what one is about; a pair of two of them is no evidence.
_FAINT = frozenset(
    "的了是在有我你他她们这那个一不能可以希望想请要求都也还就和与吗呢吧啊么什怎样人家里上下来去到说没很太多小区社区居民"
)
_FAINT_PAIRS = frozenset(one + other for one in _FAINT for other in _FAINT)
_PIECE = re.compile(r"[^\W_]+")
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
    found = chain.from_iterable(map(add, piece, piece[1:]) for piece in pieces(text))
    return Counter(filterfalse(_FAINT_PAIRS.__contains__, found))


def pieces(text: str) -> list[str]:
    """A statement cut at everything that is not a letter or digit, in one width and case."""
    return _PIECE.findall(unicodedata.normalize("NFKC", text).casefold())


class Likeness:
    """Cosine similarity within one set of statements."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counted = [pairs(text) for text in texts]
        spread = Counter(chain.from_iterable(self._counted))
        size = len(self._counted)
        rare = [(math.log((1 + size) / (1 + seen)) + 1) ** 2 for seen in range(size + 1)]
        self._weights = {pair: rare[seen] for pair, seen in spread.items()}
        self._lengths = [math.sqrt(self._product(counts, counts)) for counts in self._counted]

    def of(self, first: int, second: int) -> float:
        """How alike two statements are, by their places in the set."""
        a, b = self._counted[first], self._counted[second]
        lengths = self._lengths[first] * self._lengths[second]
        return self._product(a, b) / lengths if lengths else 0.0

    def _product(self, one: Counter[str], other: Counter[str]) -> float:
        weights = self._weights
        return sum(one[pair] * other[pair] * weights[pair] for pair in one.keys() & other.keys())


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

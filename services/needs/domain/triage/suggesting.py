"""Proposals for one statement, each with the words that led there; below the floor nothing is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.needs.domain.triage.cards import NOT_A_NEED, WordList
from services.needs.domain.triage.model import Array, Model, softmax
from services.needs.domain.triage.text import plain

SHOWN = 5
_WORDS, _STRONG = 5, 0.3
LISTED = 2.0
"""What one listed word for a group or an urgency adds, in the logarithm of its share."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One theme, target group or urgency, its share of all, and the words of the statement that led there."""

    value: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a person may confirm; without themes, a person files the statement unaided."""

    themes: tuple[Suggestion, ...] = ()
    target_groups: tuple[Suggestion, ...] = ()
    urgencies: tuple[Suggestion, ...] = ()


def suggest(
    model: Model,
    text: str,
    *,
    floor: float,
    groups: Sequence[WordList] = (),
    urgencies: Sequence[WordList] = (),
    vector: Sequence[float] | None = None,
) -> Suggestions:
    """The best five themes of a statement and what goes with them; none when the best stays under ``floor``."""
    shares = model.shares(text, vector)
    best = sorted(range(len(shares)), key=lambda place: (-shares[place], place))[:SHOWN]
    if not best or shares[best[0]] < floor or not evidence(model, text):
        return Suggestions()
    themes = tuple(
        Suggestion(model.themes[place], round(float(shares[place]), 3), leading_words(model, text, place))
        for place in best
    )
    return Suggestions(
        themes,
        _companions(model.groups, shares @ model.group_shares, text, groups, themes[0].words),
        _companions(model.urgencies, shares @ model.urgency_shares, text, urgencies, themes[0].words),
    )


def likeliest(model: Model, text: str, *, floor: float) -> str | None:
    """The theme a statement is most likely about; None where nothing is sure enough, or it is no need."""
    shares = model.shares(text)
    best = max(range(len(shares)), key=lambda place: shares[place], default=None)
    if best is None or shares[best] < floor or not evidence(model, text):
        return None
    return None if model.themes[best] == NOT_A_NEED else model.themes[best]


def evidence(model: Model, text: str) -> bool:
    """Whether a statement holds anything the model knows beyond single characters; numbers and letters count whole."""
    known, rows, _ = model.read(text)
    piece = plain(text)
    return bool(len(rows)) and (any(len(term) > 1 for term in known) or len(piece) == 1)


def leading_words(model: Model, text: str, place: int) -> tuple[str, ...]:
    """The words that spoke most for a theme: where its terms overlap, the run they cover."""
    terms, rows, counted = model.read(text)
    above = model.weights[rows]
    gain = counted * (above[:, place] - above.mean(axis=1))
    parts = plain(text)
    weight = np.zeros(len(parts))
    for term, value in zip(terms, gain, strict=True):
        start = parts.find(term)
        while len(term) > 1 and start >= 0:
            weight[start : start + len(term)] += value
            start = parts.find(term, start + 1)
    return _runs(parts, weight)


def _runs(parts: str, weight: Array) -> tuple[str, ...]:
    """The runs of characters that stand out, strongest first."""
    if not len(weight) or weight.max() <= 0:
        return ()
    limit, found, start = weight.max() * _STRONG, [], None
    for place in range(len(parts) + 1):
        strong = place < len(parts) and weight[place] >= limit and parts[place] != " "
        if strong and start is None:
            start = place
        elif not strong and start is not None:
            found.append((float(weight[start:place].max()), parts[start:place]))
            start = None
    ranked = sorted(found, key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(word for _, word in ranked if len(word) > 1))[:_WORDS]


def _companions(
    values: Sequence[str], shares: Array, text: str, listed: Sequence[WordList], fallback: tuple[str, ...]
) -> tuple[Suggestion, ...]:
    """Target groups or urgencies: what usually goes with the themes, moved by the words listed for them."""
    if not len(shares):
        return ()
    said = _said(text, listed)
    raised = np.log(np.maximum(shares, 1e-3)) + [LISTED * bool(said.get(value)) for value in values]
    found = softmax(raised)
    order = sorted(range(len(values)), key=lambda place: (-found[place], values[place]))[:3]
    return tuple(
        Suggestion(values[place], round(float(found[place]), 3), said.get(values[place]) or fallback)
        for place in order
        if found[place] >= 0.05
    )


def _said(text: str, listed: Sequence[WordList]) -> Mapping[str, tuple[str, ...]]:
    parts = plain(text)
    return {each.value: tuple(word for word in each.words if word in parts) for each in listed}

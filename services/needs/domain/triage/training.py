"""How a model is made from cards and confirmed statements: naive Bayes and a fitted regression, added up.

Both are linear in the same terms, so that their sum is one table of weights, each of which can be shown as a reason.
Deterministic: the order of cards and examples changes nothing.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from services.needs.domain.triage.cards import Card, Example
from services.needs.domain.triage.model import Array, Model, unit
from services.needs.domain.triage.text import grams

NAME, EXAMPLE = 2.0, 3.0
"""What the name of a theme and a whole statement count beside one phrase of a card."""
COMPOSED, PHRASES = 20, (2, 6)
"""Statements made up of a theme's phrases, and of how many each: people say more than one thing."""
_SMOOTHING = 0.1
_LENGTHS = {1: 0.5, 2: 1.0, 3: 1.2}
"""What terms of one, two and three characters count."""
USUAL = 4
"""What the usual target group and urgency of a card count, of which an example counts two."""


@dataclass(frozen=True)
class Rows:
    """Statements as rows of terms, in the compressed form every solver of sparse problems takes."""

    starts: Array
    terms: Array
    values: Array
    width: int
    themes: Array
    """The place of each row's theme."""
    weights: Array


Solve: TypeAlias = Callable[[Rows], tuple[Array, Array]]
"""Fits a multinomial regression: coefficients, themes by terms, and a bias for each theme."""


@dataclass(frozen=True)
class _Phrase:
    counts: Counter[str]
    theme: int
    weight: float
    text: str


def fit(cards: Sequence[Card], examples: Sequence[Example], solve: Solve) -> Model:
    """A model of every theme that has a card or an example."""
    known = sorted({*(example for card in cards for example in card.examples), *examples}, key=_order)
    themes = tuple(sorted({card.theme for card in cards} | {example.theme for example in known}))
    phrases = _phrases(sorted(cards, key=lambda card: card.theme), known, themes)
    terms, rarity = _rarity(phrases, len(themes))
    blank = Model(
        themes, terms, rarity, np.zeros((len(terms), 0)), np.zeros(0), (), np.zeros((0, 0)), (),
        np.zeros((0, 0)), np.zeros((len(themes), 0)),
    )  # fmt: skip
    bayes = _bayes(blank, phrases)
    fitted, bias = solve(_rows(blank, phrases))
    texts = [each.text for each in phrases if each.weight == EXAMPLE] or [each.text for each in phrases]
    one, two = _spread(blank, bayes, texts), _spread(blank, fitted.T, texts)
    model = replace(blank, weights=bayes / one + fitted.T / two, bias=bias / two)
    return _with_companions(model, cards, known)


def _order(example: Example) -> tuple[str, ...]:
    return (example.theme, example.text, example.target_group or "", example.urgency or "")


def _phrases(cards: Sequence[Card], known: Sequence[Example], themes: tuple[str, ...]) -> list[_Phrase]:
    place = {theme: number for number, theme in enumerate(themes)}
    said = [(word, card.theme, 1.0) for card in cards for word in sorted(card.words)]
    said += [(card.zh, card.theme, NAME) for card in cards]
    said += [(example.text, example.theme, EXAMPLE) for example in known]
    return [_Phrase(grams(text), place[theme], weight, text) for text, theme, weight in said]


def _rarity(phrases: Sequence[_Phrase], themes: int) -> tuple[tuple[str, ...], Array]:
    spread = Counter(term for term, _ in {(term, each.theme) for each in phrases for term in each.counts})
    terms = tuple(sorted(spread))
    rarity = [_LENGTHS[len(term)] * (math.log((1 + themes) / (1 + spread[term])) + 0.3) for term in terms]
    return terms, np.array(rarity)


def _bayes(blank: Model, phrases: Sequence[_Phrase]) -> Array:
    counted = np.zeros((len(blank.terms), len(blank.themes)))
    for each in phrases:
        for term, n in each.counts.items():
            counted[blank.places[term], each.theme] += each.weight * min(n, 2)
    counted = np.log1p(counted) + _SMOOTHING
    within, over = counted / counted.sum(axis=0), counted.sum(axis=1, keepdims=True)
    found: Array = np.log(within) - np.log(over / over.sum())
    return found


def _rows(blank: Model, phrases: Sequence[_Phrase]) -> Rows:
    said = [(each.text, each.theme, each.weight) for each in phrases] + _composed(phrases, len(blank.themes))
    read = [blank.read(text)[1:] for text, _, _ in said]
    return Rows(
        starts=np.cumsum([0, *(len(rows) for rows, _ in read)]),
        terms=np.concatenate([rows for rows, _ in read]),
        values=np.concatenate([counted for _, counted in read]),
        width=len(blank.terms),
        themes=np.array([theme for _, theme, _ in said]),
        weights=np.array([weight for _, _, weight in said]),
    )


def _composed(phrases: Sequence[_Phrase], themes: int) -> list[tuple[str, int, float]]:
    """Statements put together from phrases, drawn by a fixed seed."""
    draw, made = np.random.default_rng(0), []
    for theme in range(themes):
        own = [each.text for each in phrases if each.theme == theme]
        for _ in range(COMPOSED):
            chosen = draw.integers(0, len(own), size=draw.integers(*PHRASES))
            made.append((" ".join(own[place] for place in chosen), theme, 1.0))
    return made


def _spread(blank: Model, weights: Array, texts: Sequence[str]) -> float:
    """How far the themes lie apart on an average statement: what makes two ways of counting comparable."""
    read = (blank.read(text)[1:] for text in texts)
    return float(np.mean([(counted @ weights[rows]).std() for rows, counted in read])) or 1.0


def _with_companions(model: Model, cards: Sequence[Card], known: Sequence[Example]) -> Model:
    """The model with the target groups and urgencies that went with each theme: the usual ones, and each example's."""
    groups, urgencies = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for card in cards:
        for rank, group in enumerate(card.target_groups):
            groups[card.theme, group] += USUAL // (1 + rank)
        if card.urgency:
            urgencies[card.theme, card.urgency] += USUAL
    for example in known:
        if example.target_group:
            groups[example.theme, example.target_group] += 2
        if example.urgency:
            urgencies[example.theme, example.urgency] += 2
    named, by_group = _shares(model.themes, groups)
    levels, by_urgency = _shares(model.themes, urgencies)
    return replace(model, groups=named, group_shares=by_group, urgencies=levels, urgency_shares=by_urgency)


def _shares(themes: Sequence[str], counted: Counter[tuple[str, str]]) -> tuple[tuple[str, ...], Array]:
    values = tuple(sorted({value for _, value in counted}))
    table = np.array([[counted[theme, value] for value in values] for theme in themes], dtype=float)
    return values, table / np.maximum(table.sum(axis=1, keepdims=True), 1)


def with_embedding(model: Model, vectors: Sequence[Sequence[float]], themes: Sequence[str]) -> Model:
    """The model with the centres of its themes as an outside embedding sees statements of them."""
    if not vectors:
        return model
    seen = np.array(vectors)
    centres = np.zeros((len(model.themes), seen.shape[1]))
    for vector, theme in zip(seen, themes, strict=True):
        centres[model.themes.index(theme)] += unit(vector)
    centres = np.array([unit(each) for each in centres])
    return replace(model, centres=centres, pull=1.0)

"""Triage help: what a statement may be about, with the words that led there; a person confirms."""

from services.needs.domain.triage.cards import NOT_A_NEED, Card, Example, WordList, cards_of, words_of
from services.needs.domain.triage.figures import Figures, wilson
from services.needs.domain.triage.model import Model, pack, unpack
from services.needs.domain.triage.suggesting import Suggestion, Suggestions, likeliest, suggest

__all__ = [
    "NOT_A_NEED",
    "Card",
    "Example",
    "Figures",
    "Model",
    "Suggestion",
    "Suggestions",
    "WordList",
    "cards_of",
    "likeliest",
    "pack",
    "suggest",
    "unpack",
    "wilson",
    "words_of",
]

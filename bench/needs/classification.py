"""Top-1, top-3 and top-5 on unseen statements, beside the plain baselines of the domain pack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bench.needs.sets import Statement, cards, examples, words
from services.needs.clients.learning import solve
from services.needs.domain.triage import Card, Example, Model, suggest, wilson
from services.needs.domain.triage.text import plain
from services.needs.domain.triage.training import fit

Ranker: TypeAlias = Callable[[str], list[str]]
FLOOR = 0.06
FOLDS, ROUNDS = 2, 3


@dataclass(frozen=True)
class Row:
    """One method on one set: how many of n were among the first one, three, five."""

    method: str
    n: int
    hits: tuple[int, int, int]

    def __str__(self) -> str:
        shares = [f"{each / self.n:6.1%} [{low:.0%}, {high:.0%}]" for each, low, high in self._intervals()]
        return f"  {self.method:<58} n={self.n:<4}" + "  ".join(shares)

    def _intervals(self) -> list[tuple[int, float, float]]:
        return [(each, *wilson(each, self.n)) for each in self.hits]


def row(method: str, asked: Sequence[Statement], ranker: Ranker) -> Row:
    """What a method makes of a set."""
    ranked = [ranker(each.text) for each in asked]
    hits = [sum(each.theme in found[:top] for each, found in zip(asked, ranked, strict=True)) for top in (1, 3, 5)]
    return Row(method, len(asked), (hits[0], hits[1], hits[2]))


def product(known: Sequence[Card], taught: Sequence[Example]) -> Model:
    """The model the product would train."""
    return fit(known, taught, solve)


def proposing(model: Model) -> Ranker:
    """What the product proposes; nothing where it abstains."""
    return lambda text: [each.value for each in suggest(model, text, floor=FLOOR).themes]


def ngrams(taught: Sequence[Example]) -> Ranker:
    """The baseline: logistic regression on character n-grams, and nothing but the labelled statements."""
    import warnings  # noqa: PLC0415 -- as below

    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 -- a second, only here
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 -- as above

    read = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = make_pipeline(read, LogisticRegression(C=10, max_iter=500))
        found.fit([each.text for each in taught], [each.theme for each in taught])
    return lambda text: [str(found.classes_[i]) for i in np.argsort(-found.predict_proba([text])[0], kind="stable")]


def lexicon(lists: dict[str, Sequence[str]]) -> Ranker:
    """The baseline: themes by the keywords that stand in a statement, longer ones first; none where none stands."""

    def ranked(text: str) -> list[str]:
        said = plain(text)
        found = {theme: sum(len(word) for word in words if word in said) for theme, words in lists.items()}
        return [theme for theme, n in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])) if n]

    return ranked


def names() -> dict[str, Sequence[str]]:
    """The keywords in the names of the themes, two characters each."""
    said = {card.theme: plain(card.zh).replace(" ", "") for card in cards()}
    return {theme: [zh[i : i + 2] for i in range(len(zh) - 1)] for theme, zh in said.items()}


def without_verbatim(asked: Sequence[Statement], shortest: int = 3) -> list[Card]:
    """The cards without any phrase that stands word for word in a set: what is left is understanding."""
    said = "\n".join(plain(each.text) for each in asked)
    return [
        Card(c.theme, c.zh, c.target_groups, c.urgency, tuple(w for w in c.words if len(w) < shortest or w not in said))
        for c in cards()
    ]


def thinned(share: float, seed: int) -> list[Card]:
    """The cards with only a share of their phrases, drawn by a seed: how much hangs on having thought of a word."""
    draw = np.random.default_rng(seed)
    return [
        Card(c.theme, c.zh, c.target_groups, c.urgency, tuple(w for w in c.words if draw.random() < share))
        for c in cards()
    ]


def compare(title: str, asked: Sequence[Statement], taught: Sequence[Statement]) -> list[str]:
    """The lines for one set: the product, what it hangs on, and the baselines, all trained on the same statements."""
    known = examples(list(taught))
    model = product(cards(), known)
    rows = [
        row("product: cards + needs_dev, floor 0.06", asked, proposing(model)),
        row("  without card phrases found verbatim in this file", asked, _without(asked, known)),
        row("  with a tenth of the card phrases, drawn by a seed", asked, proposing(product(thinned(0.1, 0), known))),
        row("baseline: char n-gram logistic regression on needs_dev", asked, ngrams(known)),
        row("baseline: keywords of the theme names", asked, lexicon(names())),
        row("baseline: card phrases as a plain keyword lexicon", asked, lexicon({c.theme: c.words for c in cards()})),
    ]
    return [f"{title} (top-1, top-3, top-5 with 95 % Wilson intervals)", *map(str, rows), *_companions(model, asked)]


def _without(asked: Sequence[Statement], known: Sequence[Example]) -> Ranker:
    return proposing(product(without_verbatim(asked), known))


def _companions(model: Model, asked: Sequence[Statement]) -> list[str]:
    """Abstentions, and how often the first target group and the first urgency are right."""
    groups, levels = words("target_group"), words("urgency")
    found = [suggest(model, each.text, floor=FLOOR, groups=groups, urgencies=levels) for each in asked]
    silent = sum(not each.themes for each in found)
    lines = [f"  nothing proposed (left to a person): {silent} of {len(asked)}"]
    pairs = list(zip(asked, found, strict=True))
    for name, right, given in (
        ("target group", "target_group", "target_groups"),
        ("urgency", "urgency", "urgencies"),
    ):
        labelled = [(getattr(a, right), getattr(f, given)) for a, f in pairs if getattr(a, right) not in ("", "none")]
        if not labelled:
            continue  # this file does not say
        hits = sum(bool(said) and said[0].value == label for label, said in labelled)
        low, high = wilson(hits, len(labelled))
        share = hits / len(labelled)
        lines.append(f"  {name}, first of its list right: {share:.1%} [{low:.0%}, {high:.0%}] n={len(labelled)}")
    return lines


def cross_validated(dev: Sequence[Statement]) -> list[str]:
    """The labelled statements themselves, each proposed for by a model that has not seen it."""
    ordered = sorted(dev, key=lambda each: (each.theme, each.text))
    kept = [[each for place, each in enumerate(ordered) if place % FOLDS == fold] for fold in range(FOLDS)]
    ours, plain_ = [], []
    for fold in range(FOLDS):
        known = examples([each for place, each in enumerate(ordered) if place % FOLDS != fold])
        ours.append(row("", kept[fold], proposing(product(cards(), known))))
        plain_.append(row("", kept[fold], ngrams(known)))
    rows = [_sum("product", ours), _sum("baseline: char n-gram logistic regression", plain_)]
    return [
        f"needs_dev.csv, {FOLDS}-fold cross-validation (one statement of each theme left to learn from)",
        *map(str, rows),
    ]


def _sum(method: str, rows: Sequence[Row]) -> Row:
    hits = [sum(each.hits[top] for each in rows) for top in range(3)]
    return Row(method, sum(each.n for each in rows), (hits[0], hits[1], hits[2]))

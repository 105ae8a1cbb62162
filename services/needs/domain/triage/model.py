"""A trained model: one weight for each run of characters and theme. Reading a statement with it needs numpy only."""

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from services.needs.domain.triage.text import grams

Array: TypeAlias = npt.NDArray[Any]
PASSING = 6
"""Of which power of two the weights are kept: they are whole 64ths, so that equal data gives equal bytes."""
_SCALE = float(2**PASSING)


@dataclass(frozen=True)
class Model:
    """Weights of terms by themes, and how often each theme went with which target group and urgency."""

    themes: tuple[str, ...]
    terms: tuple[str, ...]
    rarity: Array
    """What a term counts: more the fewer themes it belongs to."""
    weights: Array
    """Terms by themes."""
    bias: Array
    groups: tuple[str, ...]
    group_shares: Array
    """Themes by target groups, each row one in sum."""
    urgencies: tuple[str, ...]
    urgency_shares: Array
    centres: Array
    """Themes by the dimensions of an outside embedding; of no dimension when none was asked."""
    pull: float = 0.0
    """What the outside embedding counts."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each term."""
        return {term: place for place, term in enumerate(self.terms)}

    def read(self, text: str) -> tuple[list[str], Array, Array]:
        """The known terms of a statement, their rows, and what each counts in it; the squares are one in sum."""
        found = [(term, self.places[term], n) for term, n in grams(text).items() if term in self.places]
        rows = np.array([row for _, row, _ in found], dtype=np.intp)
        counted = np.array([1 + math.log(n) for _, _, n in found]) * self.rarity[rows]
        length = float(np.sqrt((counted**2).sum())) or 1.0
        return [term for term, _, _ in found], rows, counted / length

    def scores(self, text: str, vector: Sequence[float] | None = None) -> Array:
        """What speaks for each theme; ``vector`` is the statement as an outside embedding sees it, if any does."""
        _, rows, counted = self.read(text)
        found = np.asarray(counted @ self.weights[rows] + self.bias)
        if vector is not None and self.centres.shape[1] == len(vector):
            found = found + self.pull * standard(self.centres @ unit(np.array(vector)))
        return found

    def shares(self, text: str, vector: Sequence[float] | None = None) -> Array:
        """The same as shares of one."""
        return softmax(self.scores(text, vector))


def softmax(scores: Array) -> Array:
    """Scores as shares of one."""
    raised: Array = np.exp(scores - scores.max())
    found: Array = raised / raised.sum()
    return found


def unit(vector: Array) -> Array:
    """A vector of length one."""
    found: Array = vector / (float(np.linalg.norm(vector)) or 1.0)
    return found


def standard(values: Array) -> Array:
    """Values with a mean of zero and a spread of one."""
    found: Array = (values - values.mean()) / (float(values.std()) or 1.0)
    return found


_ARRAYS = {
    "rarity": np.float16,
    "weights": np.int16,
    "bias": np.int16,
    "group_shares": np.float16,
    "urgency_shares": np.float16,
    "centres": np.float16,
}


def pack(model: Model) -> bytes:
    """A model as bytes: the same model gives the same bytes."""
    arrays = {name: _small(getattr(model, name), kind) for name, kind in _ARRAYS.items()}
    head = {
        "themes": model.themes,
        "terms": model.terms,
        "groups": model.groups,
        "urgencies": model.urgencies,
        "pull": model.pull,
        "shapes": {name: array.shape for name, array in arrays.items()},
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    body = b"".join(array.tobytes() for array in arrays.values())
    return zlib.compress(len(text).to_bytes(4, "big") + text + body, 6)


def _small(array: Array, kind: Any) -> Array:
    return np.round(array * _SCALE).astype(kind) if kind is np.int16 else array.astype(kind)


def unpack(data: bytes) -> Model:
    """The model in some bytes of ours."""
    raw = zlib.decompress(data)
    begin = 4 + int.from_bytes(raw[:4], "big")
    head = json.loads(raw[4:begin])
    arrays: dict[str, Array] = {}
    for name, kind in _ARRAYS.items():
        shape = head["shapes"][name]
        taken = np.frombuffer(raw, dtype=kind, count=math.prod(shape), offset=begin).reshape(shape)
        begin += taken.nbytes
        arrays[name] = taken.astype(np.float32) / (_SCALE if kind is np.int16 else 1)
    given: dict[str, Any] = {name: tuple(head[name]) for name in ("themes", "terms", "groups", "urgencies")}
    return Model(**(given | arrays), pull=head["pull"])

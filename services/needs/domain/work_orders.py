"""Orders of the 12345 hotline: how their columns and words are read, what our needs make of them, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.needs.domain.codes import Outcome, ServiceField
from services.needs.domain.lifecycle import NeedVerb, WorkOrderState, WorkOrderVerb
from wushe.errors import FieldError, InvalidInput

FOLLOWING: dict[NeedVerb, WorkOrderVerb] = {
    NeedVerb.TRIAGE: WorkOrderVerb.HANDLE,
    NeedVerb.ACCEPT: WorkOrderVerb.HANDLE,
    NeedVerb.LINK: WorkOrderVerb.HANDLE,
    NeedVerb.RESPOND: WorkOrderVerb.COMPLETE,
    NeedVerb.OUTCOME: WorkOrderVerb.CALL_BACK,
    NeedVerb.REOPEN: WorkOrderVerb.REDISPATCH,
    NeedVerb.REJECT: WorkOrderVerb.RETURN,
    NeedVerb.WITHDRAW: WorkOrderVerb.RETURN,
}
"""What becomes of an order when its need moves; silence closes a need and calls nobody back."""
EXPORTED = (
    "number",
    "category",
    "unit",
    "status",
    "dispatched_at",
    "due_at",
    "completed_at",
    "reply",
    "result",
    "satisfaction",
)
"""What we tell the hotline; words, places and telephones of callers are its own already."""


Words = Mapping[str, Sequence[str]]
"""The city's words for each code of ours."""


@dataclass(frozen=True, slots=True)
class Mapping12345:
    """A city's own columns and words (rule ``work_order_mapping``); the first of several is the one we write."""

    columns: Mapping[str, Sequence[str]]
    states: Words
    results: Words
    satisfaction: Words
    categories: Mapping[str, str]
    consent_version: str

    @classmethod
    def read(cls, rule: Mapping[str, Any]) -> "Mapping12345":
        """The mapping a rule holds."""
        return cls(**rule)

    def names(self, heads: Sequence[str]) -> list[str | None]:
        """Our name of each column, or None for one we have no use for; the sender's column is left where it is."""
        known = {head: name for name, spellings in self.columns.items() for head in (name, *spellings)}
        return [known.get(head.strip()) for head in heads]

    def state(self, word: str | None) -> WorkOrderState | None:
        """The state a status word means; INVALID_INPUT for one the mapping does not know."""
        return WorkOrderState(_known(self.states, "status", word)) if word else None

    def outcome(self, result: str | None, satisfaction: str | None) -> Outcome | None:
        """What the caller said when called back: whether it was solved, or else how satisfied they are."""
        told = [
            Outcome(_known(words, name, word))
            for words, name, word in (
                (self.results, "result", result),
                (self.satisfaction, "satisfaction", satisfaction),
            )
            if word
        ]
        return told[0] if told else None

    def field(self, category: str | None) -> ServiceField | None:
        """The service field of a category, by its longest known beginning or part."""
        fitting = [part for part in self.categories if category and part in category]
        return ServiceField(self.categories[max(fitting, key=len)]) if fitting else None

    def head(self, name: str) -> str:
        """What the city calls a column."""
        return next(iter(self.columns.get(name, ())), name)

    def word(self, words: Words, code: str | None) -> str | None:
        """The city's word for a code of ours; the code itself where it has none."""
        return next(iter(words.get(code or "", ())), code)


def _known(words: Words, name: str, word: str) -> str:
    found = [code for code, spellings in words.items() if word in spellings]
    if not found:
        fault = FieldError(f"/{name}", "UNKNOWN", "对照表里没有这个词。", "The mapping has no such word.", "row")
        raise InvalidInput(errors=[fault])
    return found[0]

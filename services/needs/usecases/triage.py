"""Help with filing a need: what is proposed, and what a person made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.needs.domain.codes import ServiceField
from services.needs.domain.danger import HelpLine
from services.needs.domain.similarity import Reason
from services.needs.domain.triage import NOT_A_NEED, Suggestion, Suggestions
from services.needs.models import TriageModel
from services.needs.repository import Needs
from services.needs.usecases import labels
from services.needs.usecases.needs import read_danger
from wushe import rules

BY_HAND = Reason("file_by_hand", "没有把握，请人工分类。", "Nothing is sure enough: a person files this need.")
CALL_FIRST = Reason("danger", "可能有人身危险，请先联系本人。", "Somebody may be in danger: reach them first.")


NOTHING = Suggestions()


@dataclass(frozen=True, slots=True)
class NamedTheme:
    """A proposed theme with its name and field; neither for what is no need at all."""

    theme: str
    zh: str
    field: ServiceField | None
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """What a person may confirm; for a need in danger the lines to call and nothing else."""

    need_id: UUID
    danger: bool
    lines: tuple[HelpLine, ...] = ()
    model: TriageModel | None = None
    themes: tuple[NamedTheme, ...] = ()
    found: Suggestions = NOTHING
    reasons: tuple[Reason, ...] = ()


async def suggestions(*, needs: Needs, need_id: UUID, vector: Sequence[float] | None) -> Help:
    """Five themes with the words that led there, target groups and urgency; a need in danger goes to a person."""
    need, work = await needs.find(need_id), needs.work
    if need.danger:
        danger = await read_danger(needs=needs, statement=need.statement, division=need.division)
        return Help(need.id, danger=True, lines=danger.lines, reasons=(CALL_FIRST,))
    model, found = await labels.found(work, need, vector)
    known = {row["code"]: row for row in await rules.value(work, "themes", need.division)}
    themes = tuple(_named(each, known) for each in found.themes if each.value in known or each.value == NOT_A_NEED)
    return Help(need.id, danger=False, model=model, themes=themes, found=found, reasons=() if themes else (BY_HAND,))


def _named(found: Suggestion, known: dict[str, dict[str, str]]) -> NamedTheme:
    row = known.get(found.value, {"zh": "非需求", "field": ""})
    field = ServiceField(row["field"]) if row["field"] else None
    return NamedTheme(found.value, row["zh"], field, found.score, found.words)

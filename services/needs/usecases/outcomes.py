"""The asker's own word, beside what the handler says: kept round by round, a supervisor hears when it did not help."""

from datetime import datetime

from services.needs.domain.codes import Outcome
from services.needs.domain.notices import UNSOLVED_TO_SUPERVISOR
from services.needs.domain.outcomes import Figures, figures
from services.needs.events import StaffNoticed
from services.needs.models import Need, NeedWord
from services.needs.repository import Needs
from services.needs.usecases import sla
from wushe.errors import FieldError, InvalidInput


def keep(
    *, needs: Needs, need: Need, outcome: Outcome | None, at: datetime, asks_solved: list[int] | None = None
) -> NeedWord:
    """Keep a word, or that there was none: later answers and words do not wipe it out."""
    return needs.add(
        NeedWord(
            division=need.division,
            need_id=need.id,
            outcome=outcome,
            silent=outcome is None,
            asks_solved=asks_solved,
            said_at=at,
        )
    )


def require_asks(solved: list[int] | None, asks: int) -> None:
    """Refuse a word on something the need does not ask."""
    if any(not 1 <= number <= asks for number in solved or ()):
        unknown = FieldError("/asks_solved", "UNKNOWN", "没有这个序号的问题。", "The need asks no such thing.")
        raise InvalidInput(errors=[unknown])


def escalate(need: Need, now: datetime) -> list[StaffNoticed]:
    """What did not help goes to a supervisor; danger is in nobody's inbox."""
    need.escalated, need.escalated_at = True, now
    return [] if need.danger else [sla.staff(need, "supervisor", UNSOLVED_TO_SUPERVISOR)]


async def count(*, needs: Needs, division: str, since: datetime | None, until: datetime | None) -> Figures:
    """What askers said in a period, danger left out; silence stands apart from every share."""
    counts, silent = await needs.words(division, since, until)
    return figures(counts, silent)

"""Having the words of needs looked at before others see them: by a checker through the gateway, or by a person."""

from dataclasses import dataclass
from uuid import UUID

from services.needs.domain.lifecycle import NeedState
from services.needs.domain.moderation import WITHHELD, Decision, Moderation, at_first, once_checked
from services.needs.domain.notices import NEED_WITHHELD
from services.needs.events import About
from services.needs.models import Need
from services.needs.repository import Intake, Needs
from services.needs.usecases.moves import notices
from wushe import jobs, rules

TASK = "moderate_need"
RULE = "moderation_checker"


@dataclass(frozen=True, slots=True)
class Words:
    """What a checker is shown of a need: its words, as those of their author, and its files."""

    need_id: UUID
    text: str
    person_id: UUID | None
    file_ids: tuple[UUID, ...]


async def begin(*, needs: Needs, need: Need) -> None:
    """Decide whether a new need must be looked at (rule), and ask for it in the same transaction."""
    checker = await rules.value(needs.work, RULE, need.division)
    need.moderation = at_first(danger=need.danger, checker=checker)
    if need.moderation is Moderation.PENDING:
        await jobs.defer(needs.work, TASK, need_id=str(need.id))


async def words(*, needs: Needs, need_id: UUID) -> Words | None:
    """What a checker must see; None once a person decided, or the need turned out to speak of danger."""
    need = await needs.work.get(Need, need_id)
    if need is None or need.danger or need.moderation is not Moderation.PENDING:
        return None
    files = tuple(file.file_id for file in await Intake(needs.work).files_of(need.id))
    return Words(need.id, need.statement, need.author_person_id, files)


async def settle(*, needs: Needs, need_id: UUID, verdict: str, reason: str | None) -> None:
    """Note what a checker said; a person who decided meanwhile was first."""
    need = await needs.lock(Need, need_id)
    if need.moderation is Moderation.PENDING:
        read = need.state is not NeedState.SUBMITTED
        _become(needs, need, once_checked(verdict, read=read), verb="check", reason=reason)


async def moderate(*, needs: Needs, need_id: UUID, verdict: Decision, reason: str) -> Need:
    """A person's word on whether others may see a need; it stands against any checker's."""
    need = await needs.take(need_id)
    _become(needs, need, Moderation(verdict), verb="moderate", reason=reason)
    return need


def _become(needs: Needs, need: Need, found: Moderation, *, verb: str, reason: str | None) -> None:
    """Its author hears of it once when it is withheld for good; nobody else does, and nothing is announced."""
    refused = found is Moderation.REFUSED and need.moderation is not found and not need.danger
    need.moderation = found
    author = [need.author_person_id] if refused and need.author_person_id else []
    about = About(collection="needs", id=need.id)
    needs.work.record(need, verb, *notices(needs.work, NEED_WITHHELD, author, about=about), reason=reason)


def is_withheld(need: Need) -> bool:
    """Whether neighbours may not see a need, whatever its state."""
    return need.moderation in WITHHELD

"""Needs by the caller's own key: sent again they are brought up to date, never doubled."""

from dataclasses import dataclass

from services.needs.domain.authorship import Submission
from services.needs.domain.lifecycle import NeedState
from services.needs.models import Need
from services.needs.repository import Needs
from services.needs.usecases.needs import spot, submit
from wushe import external
from wushe.errors import NotFound, Refusal


class StatementFinal(Refusal):
    """What was said is never rewritten (INV-N6)."""

    zh = "诉求原文不能改写；内容不同的请用新的编号提交。"
    en = "The words of a need are final; send other words under a key of their own."
    toast = "原文不能改"


@dataclass(frozen=True, slots=True)
class Key:
    """A system and the id it uses."""

    system: str
    id: str


async def upsert(*, needs: Needs, key: Key, said: Submission) -> Need:
    """Take a need down under the caller's key, or bring it up to date as long as nobody has read it."""
    work = needs.work
    work.claim(said.division)
    known = await external.find(work, "needs", system=key.system, value=key.id, client=work.caller.client)
    if known is None:
        return (await submit(needs=needs, said=said, external_ids=[key])).need
    need = await needs.lock(Need, known)
    if need.division != said.division:
        raise NotFound
    if need.statement != said.statement:
        raise StatementFinal
    new = {**await spot(needs=needs, said=said, danger=need.danger), "place": said.place, "field": said.field}
    new["target_group"] = said.target_group
    if need.state is NeedState.SUBMITTED and any(getattr(need, name) != value for name, value in new.items()):
        for name, value in new.items():
            setattr(need, name, value)
        work.record(need, "replace")
    return need

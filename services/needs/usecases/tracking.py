"""Needs of people who give no name: they follow them by a code, of which only a hash is kept."""

from services.needs.domain import slips
from services.needs.domain.authorship import ANONYMOUS, Submission
from services.needs.domain.codes import Outcome
from services.needs.models import Need
from services.needs.repository import Intake, Merges, Needs
from services.needs.usecases import merging
from services.needs.usecases.needs import Submitted, judged, read_danger, submit
from wushe.errors import IdempotencyKeyReused, NotFound
from wushe.identity import WHOLE, Caller

NOBODY = Caller(subject=ANONYMOUS, client=ANONYMOUS, role=ANONYMOUS)


async def submit_anonymously(*, needs: Needs, said: Submission, nonce: str) -> tuple[Submitted, str]:
    """Take down a need of nobody's; the same nonce is the same need and the same code, which is kept nowhere."""
    await needs.work.enter(said.division, NOBODY)
    code = slips.spelled(needs.work.vault.index("tracking code", nonce))
    known = await Intake(needs.work).tracked(slips.fingerprint(code))
    if known is not None:
        if known.statement != said.statement:
            raise IdempotencyKeyReused
        danger = await read_danger(needs=needs, statement=known.statement, division=known.division)
        return Submitted(known, danger), code
    found = await submit(needs=needs, said=said, external_ids=[])
    found.need.tracking_hash = slips.fingerprint(code)
    return found, code


async def track(*, needs: Needs, code: str) -> Need:
    """The need a code stands for; NOT_FOUND for any other."""
    await needs.work.enter(WHOLE, NOBODY)
    need = await Intake(needs.work).tracked(slips.fingerprint(code))
    if need is None:
        raise NotFound
    return need


async def answered_in(*, needs: Needs, need: Need) -> Need | None:
    """The need it was merged into, whose answer is given to whoever has the code as well."""
    return None if need.merged_into_id is None else await needs.get(Need, need.merged_into_id)


async def judge(*, needs: Needs, code: str, outcome: Outcome, asks_solved: list[int] | None = None) -> Need:
    """The word of somebody without a name on what came of their need."""
    need = await track(needs=needs, code=code)
    await needs.work.enter(need.division, NOBODY)
    if need.merged_into_id is not None:
        merges = Merges(needs.work)
        return await merging.judge(merges=merges, need=need, outcome=outcome, asks_solved=asks_solved)
    return await judged(needs=needs, need=await needs.lock(Need, need.id), outcome=outcome, asks_solved=asks_solved)

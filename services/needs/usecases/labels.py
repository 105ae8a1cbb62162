"""What the version of triage help in use says of a need, and what a person made of it."""

from collections.abc import Sequence

from services.needs.domain.triage import Suggestions, likeliest, suggest, words_of
from services.needs.models import Need, NeedLabel, TriageModel
from services.needs.repository import Needs, Triage
from wushe import rules
from wushe.work import Work


async def found(
    work: Work, need: Need, vector: Sequence[float] | None = None
) -> tuple[TriageModel | None, Suggestions]:
    """What the county's version in use proposes; it belongs to the county, so the unit of work is widened to that."""
    floor = await rules.value(work, "triage_floor", need.division)
    groups = words_of(await rules.value(work, "group_words", need.division))
    urgencies = words_of(await rules.value(work, "urgency_words", need.division))
    await work.widen()
    triage = Triage(work)
    row = await triage.active(need.division)
    known = await triage.known(row)
    return row, suggest(known, need.statement, floor=floor, groups=groups, urgencies=urgencies, vector=vector)


async def theme_of(work: Work, *, statement: str, division: str) -> str | None:
    """What the version in use takes a statement to be about, if it is sure enough of anything."""
    caller, triage = work.caller, Triage(work)
    floor = await rules.value(work, "triage_floor", division)
    await work.widen()
    known = await triage.known(await triage.active(division))
    await work.within(caller)
    return likeliest(known, statement, floor=floor)


async def note(*, needs: Needs, need: Need) -> None:
    """Keep how a person filed a need, and where its theme had stood; danger is never learned from (INV-N4)."""
    if need.danger or need.field is None or need.target_group is None or need.urgency is None:
        return
    work, theme = needs.work, need.theme
    model, proposed = await found(work, need)
    ranks = [each.value for each in proposed.themes]
    triage = Triage(work)
    label = await triage.label_of(need.id) or triage.add(NeedLabel(division=need.division, need_id=need.id))
    label.theme, label.field, label.target_group, label.urgency = theme, need.field, need.target_group, need.urgency
    label.model_id, label.learned = (model.id if model else None), False
    label.rank = ranks.index(theme) + 1 if theme in ranks else None

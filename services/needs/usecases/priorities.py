"""How pressing needs and concerns are, by the formula in force, and in which order that puts them."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from services.needs.domain.priority import Formula, Priority, Raised, of_needs, with_floor
from services.needs.models import Concern, Need
from services.needs.repository import Concerns, Needs
from wushe import rules
from wushe.work import Work


async def formula(work: Work, division: str) -> Formula:
    """The formula in force in a division; its number is the rule's version."""
    row = await rules.in_force(work, "priority_formula", division)
    assert row is not None
    given = dict(row.value)
    groups = frozenset(given.pop("equity_groups"))
    return Formula(version=row.version, equity_groups=groups, **given)


async def raised(needs: Needs, rows: Collection[Need]) -> dict[UUID, Raised]:
    """Needs as the formula sees them; people have waited since the first of those that became one was raised."""
    people, since = await needs.persons_behind(rows), {need.id: need.submitted_at for need in rows}
    for each in await needs.merged_into(since):
        into = each.merged_into_id or each.id
        since[into] = min(since[into], each.submitted_at)
    return {
        need.id: Raised(need.id, need.urgency, need.field, need.target_group, since[need.id], people[need.id])
        for need in rows
    }


async def of_need(*, needs: Needs, need_id: UUID) -> Priority:
    """One need by itself, each term with what it adds."""
    need = await needs.find(need_id)
    found = await raised(needs, [need])
    return of_needs(found.values(), await formula(needs.work, need.division), needs.work.now)


async def of_concern(*, concerns: Concerns, concern_id: UUID) -> tuple[Concern, Priority, dict[UUID, Priority]]:
    """A concern as it stands now, and each need in it by itself."""
    concern = await concerns.find(concern_id)
    found = await raised(Needs(concerns.work), await concerns.needs_of([concern.id]))
    rule, now = await formula(concerns.work, concern.division), concerns.work.now
    return (
        concern,
        of_needs(found.values(), rule, now),
        {ident: of_needs([each], rule, now) for ident, each in found.items()},
    )


async def score(*, concerns: Concerns, concern: Concern, needs: Collection[Need]) -> None:
    """Put a concern where its own score puts it, until the next look at all of them.

    One of those seldom heard keeps the place the last look gave it: who stands before whom is known only then.
    """
    rows = await raised(Needs(concerns.work), needs)
    rule = await formula(concerns.work, concern.division)
    found = of_needs(rows.values(), rule, concerns.work.now)
    concern.priority = max(found.score, concern.priority) if found.equity else found.score


async def order(*, concerns: Concerns, division: str) -> int:
    """Order the open concerns of a division anew, with the floor for those seldom heard; how many there are."""
    work = concerns.work
    standing = await concerns.lock_open(division)
    links = await concerns.links([concern.id for concern in standing])
    rows = {need.id: need for need in await concerns.needs_of([concern.id for concern in standing])}
    found = await raised(Needs(work), rows.values())
    within = defaultdict(list)
    for concern_id, need_id in links:
        if need_id in found:
            within[concern_id].append(found[need_id])
    rule = await formula(work, division)
    scored = {concern.id: of_needs(within[concern.id], rule, work.now) for concern in standing}
    placed = with_floor(scored, rule.equity_share)
    for concern in standing:
        concern.priority = placed[concern.id]  # derived, so no version of its own: an open edit stays good
    return len(standing)

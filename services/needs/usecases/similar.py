"""Finding what was asked for already: before a need is submitted, and for one that stands in the register."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.needs.domain.authorship import FAMILY
from services.needs.domain.coordinates import Located, Point
from services.needs.domain.duplicates import Facts, Likely, compare
from services.needs.domain.lifecycle import SHAREABLE, NeedState
from services.needs.models import Need
from services.needs.repository import Places, Similar
from services.needs.usecases import labels
from wushe import rules

LIVE = SHAREABLE - {NeedState.CLOSED, NeedState.MERGED}
"""States in which a neighbour's need may still be joined."""


@dataclass(frozen=True, slots=True)
class Found:
    """A need that may be the same, and how many people stand behind it."""

    likely: Likely
    person_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A need that is not submitted yet."""

    statement: str
    theme: str | None = None
    field: str | None = None
    place_id: UUID | None = None
    located: Located | None = None


async def of_draft(*, similar: Similar, division: str, said: Draft) -> list[Found]:
    """The neighbours' needs most like one about to be submitted; an unknown place is left out of account."""
    path = await Places(similar.work).path(said.place_id) if said.place_id else []
    points = [said.located.point] if said.located else [Point(p.lon, p.lat) for p in path if p.lon and p.lat]
    stands = await similar.stands([path[0].id]) if path else {}
    asked = Facts(
        text=said.statement,
        theme=said.theme,
        field=said.field,
        at=similar.work.now,
        point=points[0] if points else None,
        stands=stands[path[0].id] if path else (),
    )
    return await _ranked(similar, asked, division)


async def of_need(*, similar: Similar, need_id: UUID) -> list[Found]:
    """The needs most like one of the register; none for one that speaks of danger."""
    need = await similar.find(need_id)
    if need.danger:
        return []
    return await _ranked(similar, await _facts(similar, need), need.division)


async def _facts(similar: Similar, need: Need) -> Facts:
    stands = await similar.stands([need.place_id]) if need.place_id else {}
    return Facts(
        text=need.statement,
        need_id=need.id,
        theme=need.theme,
        field=need.field,
        at=need.submitted_at,
        point=Point(need.lon, need.lat) if need.lon is not None and need.lat is not None else None,
        stands=stands.get(need.place_id, ()) if need.place_id else (),
    )


async def _ranked(similar: Similar, asked: Facts, division: str) -> list[Found]:
    if asked.theme is None:  # nobody has filed it yet; who words a thing otherwise still speaks of the same theme
        asked = replace(asked, theme=await labels.theme_of(similar.work, statement=asked.text, division=division))
    limits = await rules.value(similar.work, "similarity", division)
    weights = await rules.value(similar.work, "similar_weights", division)
    # What nobody has read yet is shown to those who read it, not to neighbours.
    states = LIVE if similar.work.caller.role in FAMILY else LIVE | {NeedState.SUBMITTED}
    others = await similar.alike(asked, division, states, metres=weights["metres"])
    if similar.work.caller.role in FAMILY:
        quiet = await rules.value(similar.work, "quiet_themes", division)
        others = [other for other in others if other.theme not in quiet]
    best = compare(asked, others, weights=weights, floor=limits["floor"], limit=limits["limit"])
    found = {each.facts.need_id: each for each in best if each.facts.need_id}
    people = await similar.persons_behind((await similar.by_ids(found)).values())
    return [Found(each, len(people[need_id])) for need_id, each in found.items()]

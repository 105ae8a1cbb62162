"""Queries of needs that may be the same: a hundred and sixty candidates out of any number."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Uuid,
    and_,
    any_,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import aliased

from services.needs.domain.coordinates import Point, around
from services.needs.domain.duplicates import Facts, Stand, terms
from services.needs.domain.lifecycle import NeedState
from services.needs.models import Need, NeedTerm, Place
from services.needs.repository.areas import inside
from services.needs.repository.needs import SHOWN, Needs
from wushe.identity import scope_range

POSTINGS = 100
"""How many needs are looked at for one pair of characters, newest first: what bounds the cost at any size."""
COMPARED, NEARBY, OF_THEME, ASKED_TERMS = 100, 30, 30, 40


class Similar(Needs):
    """Needs by what they say and where they are."""

    async def alike(self, asked: Facts, division: str, states: Iterable[NeedState], *, metres: float) -> list[Facts]:
        """Needs that share rare words with one, stand near it, or are of its theme: at most 160 of any number.

        The key of ``need_terms`` walks each pair's newest needs; a pair that many share says little and counts little.
        """
        idents = await self._sharing(terms(asked.text, limit=ASKED_TERMS), division)
        if asked.point is not None:
            idents += await self._near(asked.point, division, metres)
        if asked.theme is not None:
            idents += await self._of_theme(asked.theme, division)
        harmless = and_(Need.danger.is_(False), SHOWN, Need.state.in_(states))
        return await self._facts(and_(_one_of(Need.id, set(idents) - {asked.need_id}), harmless))

    async def _sharing(self, asked: Sequence[int], division: str) -> list[UUID]:
        if not asked:
            return []
        listed = func.unnest(cast(list(asked), ARRAY(Integer))).table_valued("term").render_derived()
        newest = select(NeedTerm.need_id).where(NeedTerm.term == listed.c.term, inside(NeedTerm.division, division))
        if _is_one_community(division):
            newest = newest.order_by(NeedTerm.need_id.desc())  # within one community the key has them in this order
        page = newest.limit(POSTINGS).correlate(listed).subquery()
        counted = select(page.c.need_id, func.count().over().label("spread")).correlate(listed).lateral()
        rarity = func.sum(1.0 / counted.c.spread)
        found = select(counted.c.need_id).select_from(listed).join(counted, true()).group_by(counted.c.need_id)
        return await self.all(found.order_by(rarity.desc(), counted.c.need_id.desc()).limit(COMPARED))

    async def _near(self, centre: Point, division: str, metres: float) -> list[UUID]:
        box = around(centre, metres)
        within = and_(Need.lat.between(box.south, box.north), Need.lon.between(box.west, box.east))
        wanted = select(Need.id).where(inside(Need.division, division), Need.lat.is_not(None), within)
        return await self.all(wanted.order_by(Need.id.desc()).limit(NEARBY))

    async def _of_theme(self, theme: str, division: str) -> list[UUID]:
        """The newest of one theme; index ix_needs_division_theme_id has those of a community in this order."""
        wanted = select(Need.id).where(inside(Need.division, division), Need.theme == theme)
        if _is_one_community(division):
            wanted = wanted.order_by(Need.id.desc())
        return await self.all(wanted.limit(OF_THEME))

    async def _facts(self, which: ColumnElement[bool]) -> list[Facts]:
        columns = (
            Need.id,
            Need.statement,
            Need.theme,
            Need.field,
            Need.submitted_at,
            Need.place_id,
            Need.lon,
            Need.lat,
        )
        rows = (await self.session.execute(select(*columns).where(which))).all()
        stands = await self.stands({row.place_id for row in rows if row.place_id})
        return [_facts(row, stands.get(row.place_id, ())) for row in rows]

    async def stands(self, place_ids: Iterable[UUID]) -> dict[UUID, tuple[Stand, ...]]:
        """What some places stand in, each from its own door outwards."""
        doors = list(place_ids)
        if not doors:
            return {}
        start = select(Place.id.label("door"), Place.id, Place.kind, Place.parent_id, literal(0).label("level"))
        path = start.where(_one_of(Place.id, doors)).cte("stands", recursive=True)
        above = aliased(Place)
        step = select(path.c.door, above.id, above.kind, above.parent_id, path.c.level + 1)
        path = path.union_all(step.where(above.id == path.c.parent_id))
        found: dict[UUID, tuple[Stand, ...]] = {}
        wanted = select(path.c.door, path.c.id, path.c.kind).order_by(path.c.level)
        for door, place_id, kind in await self.session.execute(wanted):
            found[door] = (*found.get(door, ()), Stand(place_id, kind))
        return found


def _one_of(column: Any, idents: Iterable[UUID]) -> ColumnElement[bool]:
    """Among these, as one array: a list of parameters is a new statement to prepare for every length."""
    found: ColumnElement[bool] = column == any_(cast(list(idents), ARRAY(Uuid)))
    return found


def _is_one_community(division: str) -> bool:
    first, last = scope_range(division)
    return first == last


def _facts(row: Any, stands: tuple[Stand, ...]) -> Facts:
    point = Point(row.lon, row.lat) if row.lat is not None else None
    return Facts(
        text=row.statement,
        need_id=row.id,
        theme=row.theme,
        field=row.field,
        at=row.submitted_at,
        point=point,
        stands=stands,
    )

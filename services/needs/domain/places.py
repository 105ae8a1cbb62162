"""Below the 12-digit code: compound or group, building, entrance, unit; and grids, which cover buildings."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from wushe.errors import FieldError, InvalidInput, Refusal


class PlaceKind(StrEnum):
    """The level of a place; grids are a second, independent grouping of buildings."""

    COMPOUND = "compound"
    GROUP = "group"
    BUILDING = "building"
    ENTRANCE = "entrance"
    UNIT = "unit"
    GRID = "grid"


ABOVE: dict[PlaceKind, frozenset[PlaceKind | None]] = {
    PlaceKind.COMPOUND: frozenset({None}),
    PlaceKind.GROUP: frozenset({None}),
    PlaceKind.GRID: frozenset({None}),
    PlaceKind.BUILDING: frozenset({None, PlaceKind.COMPOUND, PlaceKind.GROUP}),
    PlaceKind.ENTRANCE: frozenset({PlaceKind.BUILDING}),
    # A house of its own in a village group is a unit; a small block has no entrances.
    PlaceKind.UNIT: frozenset({PlaceKind.ENTRANCE, PlaceKind.BUILDING, PlaceKind.GROUP}),
}
"""What each kind may stand in; None is the division itself. The levels only go down, so no place contains itself."""


class PlaceNameTaken(Refusal):
    """Two places of one kind under one parent bear two names."""

    zh = "这里已经有一个叫“{name}”的同类地点。"
    en = "A place of this kind called '{name}' stands here already."
    toast = "名称已存在"


class PlaceNotEmpty(Refusal):
    """A place goes out of use after what stands in it and who lives in it have gone."""

    zh = "该地点还有 {count} 个下级地点或住户，请先迁移或停用。"
    en = "{count} places or households are still there; move or retire them first."
    toast = "尚有下级或住户"


def require_fit(kind: PlaceKind, *, parent: PlaceKind | None, area_centi: int | None, covers: Sequence[UUID]) -> None:
    """Refuse a place under a level it does not belong to, an area on anything but a unit, members of no grid."""
    faults = []
    if parent not in ABOVE[kind]:
        faults.append(
            FieldError("/parent_id", "WRONG_LEVEL", "上级地点的层级不对。", "This kind does not stand there.")
        )
    if area_centi is not None and kind is not PlaceKind.UNIT:
        faults.append(FieldError("/area_centi", "NOT_ALLOWED", "只有户才登记专有面积。", "Only a unit has an area."))
    if covers and kind is not PlaceKind.GRID:
        faults.append(FieldError("/covers", "NOT_ALLOWED", "只有网格才包含楼栋。", "Only a grid covers buildings."))
    if faults:
        raise InvalidInput(errors=faults)


def unknown_place(pointer: str) -> InvalidInput:
    """The refusal of a place that is not known here, or no longer in use."""
    return InvalidInput(errors=[FieldError(pointer, "UNKNOWN", "没有找到这个地点。", "No such place here.")])

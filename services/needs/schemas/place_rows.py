"""Places as rows of a table: each row names its path, and what is missing of it is entered."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.needs.domain.coordinates import Crs, Located, locate
from services.needs.domain.places import PlaceKind
from services.needs.repository import Places
from services.needs.usecases import place_paths as cases
from services.needs.usecases.imports import Column, Values, shaped
from wushe.errors import FieldError, InvalidInput
from wushe.routes import DivisionCode, In, ShortText
from wushe.work import Work

POINT = (Column("lon", "经度"), Column("lat", "纬度"), Column("crs", "坐标系"))
COLUMNS = (
    Column("division", "区划代码", ("社区代码",)),
    Column("compound", "小区"),
    Column("group", "湾组", ("村民小组", "村组")),
    Column("building", "楼栋", ("楼号", "幢")),
    Column("entrance", "单元"),
    Column("unit", "户", ("房号", "室号", "门牌号")),
    Column("area", "专有面积", ("建筑面积", "面积", "专有面积（平方米）", "专有面积(平方米)")),
    Column("grid", "网格"),
    *POINT,
)
_LEVELS = (PlaceKind.COMPOUND, PlaceKind.GROUP, PlaceKind.BUILDING, PlaceKind.ENTRANCE, PlaceKind.UNIT)


class PointRow(In):
    """A point as a row says it, in three cells that belong together."""

    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    crs: Crs | None = None

    def pointed(self) -> Located | None:
        """The point told; half a point, or one without its system, is refused."""
        told = (self.lon, self.lat, self.crs)
        if told == (None, None, None):
            return None
        if self.lon is None or self.lat is None or self.crs is None:
            fault = ("经度、纬度和坐标系须一起填写。", "Longitude, latitude and crs belong together.")
            raise InvalidInput(errors=[FieldError("/crs", "MISSING", *fault)])
        return locate(lon=self.lon, lat=self.lat, crs=self.crs)


class PlaceRow(PointRow):
    """A place as a row says it, from the outermost name to the innermost; area in square metres."""

    division: DivisionCode
    compound: ShortText | None = None
    group: ShortText | None = None
    building: ShortText | None = None
    entrance: ShortText | None = None
    unit: ShortText | None = None
    area: Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=2)] | None = None
    grid: ShortText | None = None

    def path(self) -> list[tuple[PlaceKind, str]]:
        """The levels named, the outermost first."""
        return [(kind, name) for kind in _LEVELS if (name := getattr(self, kind.value))]


class PlaceRows:
    """Takes in places; a row that says what is known already changes nothing, so a file may come twice."""

    collection = "places"
    columns = COLUMNS

    async def row(self, work: Work, values: Values) -> UUID:
        """Enter what is missing of one path; the innermost place."""
        said = shaped(PlaceRow, values)
        return await cases.follow(
            places=Places(work),
            division=said.division,
            path=said.path(),
            area_centi=None if said.area is None else int(said.area * 100),
            located=said.pointed(),
            grid=said.grid,
        )

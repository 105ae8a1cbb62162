"""Which collections take in tables, and how."""

from services.needs.schemas.need_rows import NeedRows
from services.needs.schemas.place_rows import PlaceRows
from services.needs.schemas.resident_rows import ResidentRows
from services.needs.schemas.work_orders import OrderRows
from services.needs.usecases.imports import Importer

IMPORTERS: dict[str, Importer] = {
    each.collection: each for each in (NeedRows(), PlaceRows(), ResidentRows(), OrderRows())
}

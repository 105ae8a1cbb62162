"""The metadata of this service."""

from sqlalchemy.orm import DeclarativeBase

from wushe.db import TYPES, kit_tables, service_metadata


class Base(DeclarativeBase):
    """Base of every table of the resources service."""

    metadata = service_metadata()
    type_annotation_map = TYPES


kit = kit_tables(Base.metadata)

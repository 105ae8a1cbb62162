"""What every table of the gateway stands on."""

from sqlalchemy.orm import DeclarativeBase

from wushe.db import TYPES, kit_tables, service_metadata


class Base(DeclarativeBase):
    """Everything in the gateway's database."""

    metadata = service_metadata()
    type_annotation_map = TYPES


kit = kit_tables(Base.metadata)

"""The shapes of the gateway's rule data."""

from typing import Annotated, Any

from pydantic import Field

SHAPES: dict[str, Any] = {
    "file_unattached_hours": Annotated[int, Field(strict=True, ge=1, le=720)],
}

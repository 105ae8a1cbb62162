"""The shapes of the gateway's rule data."""

from typing import Annotated, Any

from pydantic import Field

from gateway.schemas.pushes import PUSH_TEMPLATES

SHAPES: dict[str, Any] = {
    "file_unattached_hours": Annotated[int, Field(strict=True, ge=1, le=720)],
    "file_unattached_megabytes": Annotated[int, Field(strict=True, ge=1, le=100_000)],
    "push_templates": PUSH_TEMPLATES,
}

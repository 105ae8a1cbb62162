"""The operations of an OpenAPI document, and the smallest body each would accept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wushe.db import uuid7

SAMPLES = {"uuid": lambda: str(uuid7()), "date-time": lambda: "2026-11-20T09:00:00+08:00", "date": lambda: "2026-11-20"}


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    access: str
    body: dict[str, Any] | None
    paged: bool
    if_match: bool

    def address(self) -> str:
        """The path with an id of nothing in every place."""
        parts = [str(uuid7()) if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation of a document."""
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            content = found.get("requestBody", {}).get("content", {})
            parameters = {parameter["name"] for parameter in found.get("parameters", [])}
            yield Operation(
                name=found["operationId"],
                method=method.upper(),
                path=path,
                access=found["x-access"],
                body=content.get("application/json", {}).get("schema"),
                paged="cursor" in parameters,
                if_match="If-Match" in parameters,
            )


def smallest(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """The smallest instance of a schema: required members only."""
    schema = resolved(schema, document)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return smallest(schema[choice][0], document)
    return _by_type(schema, document)


def _by_type(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        members = schema.get("properties", {})
        return {name: smallest(members[name], document) for name in schema.get("required", []) if name in members}
    if kind == "array":
        return [smallest(schema["items"], document) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return _text(schema)
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(kind)


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format") in SAMPLES:
        return SAMPLES[schema["format"]]()
    if schema.get("pattern") == "^[0-9]{12}$":
        return "350502001001"
    return "a" * max(schema.get("minLength", 1), 1)


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema

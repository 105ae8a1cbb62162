"""The operations of an OpenAPI document, and bodies filled in from their schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wushe.db import uuid7

SAMPLES = {"uuid": lambda: str(uuid7()), "date-time": lambda: "2026-11-20T09:00:00+08:00", "date": lambda: "2026-11-20"}
CHOICES = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True, eq=False)
class Place:
    """One place in a body: its pointer, its schema, and the JSON types it admits; none of these when it admits all."""

    pointer: str
    schema: dict[str, Any]
    kinds: set[str]

    @property
    def layer(self) -> int:
        """How deep a list or an object lies; scalars, which hold nothing, are a layer of their own."""
        return self.pointer.count("/") if self.kinds & {"array", "object"} else -1


def within(body: Any, pointer: str) -> Any:
    """What stands at a place of a body."""
    for part in pointer.split("/")[1:]:
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


@dataclass(frozen=True)
class Body:
    """What an operation reads."""

    schema: dict[str, Any]
    named: dict[str, Any]

    def places(self) -> Iterator[Place]:
        """Every place of a body in which each member is present and each list has one item, from the outside in."""
        yield from self._places("", self.schema)

    def _places(self, at: str, schema: dict[str, Any]) -> Iterator[Place]:
        chosen = self._choices(schema)
        yield Place(at, chosen[0], {each["type"] for each in chosen if "type" in each})
        for name, member in _members(chosen[0]).items():
            yield from self._places(f"{at}/{name}", member)

    def filled(self, instead: dict[str, Any]) -> Any:
        """Such a body, null where a scalar may be, with other values in some places."""
        return self._filled("", self.schema, instead)

    def _filled(self, at: str, schema: dict[str, Any], instead: dict[str, Any]) -> Any:
        if at in instead:
            return instead[at]
        schema, *others = self._choices(schema)
        members = {name: self._filled(f"{at}/{name}", member, instead) for name, member in _members(schema).items()}
        if schema.get("type") == "array":
            return list(members.values())
        if schema.get("type") == "object":
            return members
        return None if {"type": "null"} in others else _leaf(schema)

    def _choices(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        """The schemas a schema stands for, its references followed."""
        if "$ref" in schema:
            return self._choices(self.named[schema["$ref"].rsplit("/", 1)[1]])
        parts = [part for choice in CHOICES for part in schema.get(choice, [])]
        return [found for part in parts for found in self._choices(part)] if parts else [schema]


def _members(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What an object or a list holds; one member named "a" where the caller chooses the names."""
    if schema.get("type") == "array":
        return {"0": schema["items"]}
    free = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return schema.get("properties") or ({"a": free[0]} if isinstance(free[0], dict) else {})


def _leaf(schema: dict[str, Any]) -> Any:
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if schema.get("type") == "string":
        return _text(schema)
    # Documents write bounds as fractions, and no fraction is a whole number to us.
    return {"integer": max(1, int(schema.get("minimum", 1))), "number": 1, "boolean": True}.get(schema.get("type", ""))


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format") in SAMPLES:
        return SAMPLES[schema["format"]]()
    if schema.get("pattern") == "^[0-9]{12}$":
        return "350502001001"
    return "a" * max(schema.get("minLength", 1), 1)


@dataclass(frozen=True)
class Form:
    """The form with the one file an operation takes, and the media types it may be of."""

    schema: dict[str, Any]
    media: list[str]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    access: str
    body: Body | None
    upload: Form | None
    paged: bool
    if_match: bool
    refusals: set[str]

    def address(self) -> str:
        """The path with an id of nothing in every place."""
        parts = [str(uuid7()) if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation of a document."""
    named = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            kinds = found.get("requestBody", {}).get("content", {})
            content, form = kinds.get("application/json"), kinds.get("multipart/form-data")
            shared = document["components"].get("parameters", {})
            parameters = {
                shared[each["$ref"].rsplit("/", 1)[1]]["name"] if "$ref" in each else each["name"]
                for each in found.get("parameters", [])
            }
            yield Operation(
                name=found["operationId"],
                method=method.upper(),
                path=path,
                access=found["x-access"],
                body=Body(content["schema"], named) if content else None,
                upload=Form(form["schema"], form["encoding"]["file"]["contentType"].split(", ")) if form else None,
                paged="cursor" in parameters,
                if_match="If-Match" in parameters,
                refusals={code for said in found["responses"].values() for code in said["description"].split(" · ")},
            )

"""The contract without its texts: what callers and listeners rely on, small enough to be kept for comparison."""

import re
from typing import Any

Json = dict[str, Any]
NAMED, LOCAL = "#/components/schemas/", "#/$defs/"
TEXTS = {"title", "description", "example", "examples", "summary", "$defs"}


def surface(document: Json, events: Json) -> Json:
    """What is promised, without texts: operations by address, schemas and events by name."""
    schemas = {name: _bare(schema) for name, schema in document["components"]["schemas"].items()}
    said = {}
    for kind, event in events["events"].items():
        data = _bare(event["data"], here=f"{NAMED}{kind}.")
        schemas |= {
            f"{kind}.{name}": _bare(part, here=f"{NAMED}{kind}.")
            for name, part in event["data"].get("$defs", {}).items()
        }
        said[kind] = {"public": event["public"], "data": data}
    return {
        "version": document["info"]["version"],
        "operations": {
            f"{method.upper()} {path}": _operation(document, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        },
        "schemas": schemas,
        "events": said,
    }


def _bare(schema: Any, *, here: str = LOCAL, names: bool = False) -> Any:
    """A schema without texts, its own definitions named by where they are; ``names`` says that keys are not ours."""
    if isinstance(schema, list):
        return [_bare(part, here=here) for part in schema]
    if isinstance(schema, str):
        return schema.replace(LOCAL, here)
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in {"default", "enum", "const"} else _bare(value, here=here, names=key == "properties")
        for key, value in schema.items()
        if names or key not in TEXTS
    }


def _operation(document: Json, operation: Json) -> Json:
    def resolved(part: Json) -> Json:
        found: Any = document
        for step in part["$ref"].split("/")[1:] if "$ref" in part else ():
            found = found[step]
        return found if "$ref" in part else part

    parameters = [resolved(part) for part in operation.get("parameters", ())]
    answers = {status: resolved(answer) for status, answer in operation["responses"].items()}
    return {
        "operation": operation["operationId"],
        "access": sorted(operation["x-access"].split()),
        "parameters": {
            f"{each['in']} {each['name']}": {
                "required": each.get("required", False),
                "schema": _bare(each["schema"]),
            }
            for each in parameters
        },
        "body": _content(operation.get("requestBody", {})),
        "answers": {
            status: {"headers": sorted(answer.get("headers", {})), "content": _content(answer)}
            for status, answer in answers.items()
            if status < "400"
        },
        "problems": {
            status: sorted(set(re.findall(r"[A-Z][A-Z_]+", answer["description"])))
            for status, answer in answers.items()
            if status >= "400"
        },
    }


def _content(holder: Json) -> Json:
    return {kind: _bare(each.get("schema", {})) for kind, each in holder.get("content", {}).items()}

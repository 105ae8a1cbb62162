"""The OpenAPI document of a service: what readers and generators need beside what FastAPI knows."""

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import JSONResponse

from wushe.errors import Refusal, code_of

Document = dict[str, Any]
NAMED = "#/components/schemas/"
PROBLEM = {"application/problem+json": {"schema": {"$ref": f"{NAMED}Problem"}}}
INFO: Document = {
    "contact": {"name": "本系统的运维人员 · the operator of this installation"},
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "servers": [{"url": "/", "description": "本机地址 · this address"}],
}

_MAKING = Lock()


class Problem(BaseModel):
    """RFC 9457 problem details with the members mini-programs need."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    retryable: bool
    toast: str
    allowed: list[str]
    errors: list[dict[str, str]]


def _header(name: str, description: str, example: str, *, required: bool = False, **schema: Any) -> Document:
    words = {"description": description, "example": example, "schema": {"type": "string", **schema}}
    return {"name": name, "in": "header", "required": required, **words}


PARAMETERS: dict[str, Document] = {
    "IdempotencyKey": _header(
        "Idempotency-Key",
        "请求编号；重发时不变，只生效一次 · the request's own key: sent again unchanged, it has one effect",
        "0198f0c2-6a51-7c7e-9d0b-2f6f3a1e5c11",
        required=True,
        minLength=1,
        maxLength=255,
    ),
    "IfMatch": _header(
        "If-Match",
        "您看到的版本，即上次答复的 ETag · the version you saw: the ETag of the last answer",
        '"v7"',
        required=True,
        maxLength=255,
    ),
    "IfNoneMatch": _header(
        "If-None-Match", "已有的版本；没有变化则答 304 · the version you have", '"v7"', maxLength=255
    ),
    "AcceptLanguage": _header(
        "Accept-Language", "提示的语言，缺省中文 · the language of sentences, Chinese by default", "en", maxLength=255
    ),
    "ActingAs": _header(
        "Wushe-As",
        "有多个身份时用哪一个：角色@区划 · which of several grants to act under: role@division",
        "community_worker@350502001001",
        maxLength=255,
    ),
}
HEADERS: dict[str, Document] = {
    "ETag": {"description": "当前版本 · the current version", "example": '"v7"', "schema": {"type": "string"}},
    "Link": {
        "description": '下一页，rel="next" · the next page, if there is one',
        "example": '</v1/needs?cursor=AAAA>; rel="next"',
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "true 表示这是第一次的答复 · true when this is the answer given the first time",
        "example": "true",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "几秒后再试 · seconds to wait before trying again",
        "example": 2,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "怎样登录 · how to authenticate",
        "example": "Bearer",
        "schema": {"type": "string"},
    },
}
IDENTITY: Document = {
    "identity": {
        "type": "apiKey",
        "in": "header",
        "name": "Wushe-Identity",
        "description": "由网关或另一个服务签名的身份 · who is calling, signed by the gateway or another service",
    }
}


def parameter(name: str) -> Document:
    """A reference to one of the shared header parameters."""
    return {"$ref": f"#/components/parameters/{name}"}


def headers(*names: str) -> Document:
    """References to shared response headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_responses(problems: Sequence[type[Refusal]]) -> dict[int | str, Document]:
    """Document each status once, as problem+json, with the codes it may carry."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, []).append(problem)
    return {
        status: problem_response(" · ".join(sorted(map(code_of, kinds))), *_accompanying(status, kinds))
        for status, kinds in sorted(by_status.items())
    }


def problem_response(codes: str, *names: str) -> Document:
    """One documented status: the codes it may carry, and the headers that come with it."""
    return {"description": codes, "content": PROBLEM, **({"headers": headers(*names)} if names else {})}


def bytes_response(media: Sequence[str]) -> dict[int | str, Document]:
    """The answer of a route that sends bytes, if it does."""
    binary, said = {"type": "string", "format": "binary"}, {"type": "object"}
    content = {each: {"schema": said if each.endswith("json") else binary} for each in media}
    return {200: {"description": "内容 · the content", "content": content}} if media else {}


def _accompanying(status: int, kinds: Sequence[type[Refusal]]) -> Iterator[str]:
    if any(kind.retryable for kind in kinds):
        yield "Retry-After"
    if status == 401:
        yield "WWW-Authenticate"


def tags(about: Mapping[str, str]) -> list[Document]:
    """The collections of a service, each with what it is."""
    return [{"name": name, "description": about[name]} for name in sorted(about)]


def serve(app: FastAPI) -> None:
    """Answer ``/openapi.json`` from a thread: to make a document takes a second, in which others are answered."""
    app.add_route("/openapi.json", lambda _: JSONResponse(document(app)), include_in_schema=False)


def document(app: FastAPI) -> Document:
    """The document of a service, made once."""
    with _MAKING:
        return app.openapi_schema or _made(app)


def _made(app: FastAPI) -> Document:
    found = FastAPI.openapi(app)
    parts = found.setdefault("components", {})
    named = parts.setdefault("schemas", {})
    named["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        named.pop(unused, None)
    parts |= {"parameters": PARAMETERS, "headers": HEADERS, "securitySchemes": IDENTITY}
    for item in found["paths"].values():
        for method, operation in item.items():
            _complete(operation, named, reads=method == "get")
    app.openapi_schema = _used(found)
    return app.openapi_schema


def _complete(operation: Document, named: Mapping[str, Document], *, reads: bool) -> None:
    """Add to one operation the headers it reads and sends, an example of its body, and who it is open to."""
    operation["security"] = [] if operation["x-access"] == "public" else [{"identity": []}]
    parameters, answers = operation.setdefault("parameters", []), operation["responses"]
    answers.get("422", {}).get("content", {}).pop("application/json", None)
    keyed = parameter("IdempotencyKey") in parameters
    for status in [status for status in answers if status < "300"]:
        members = _members(answers[status], named)
        tagged = "version" in members or _is_bytes(answers[status])
        carried = {"ETag": tagged, "Link": "next_cursor" in members, "Idempotency-Replayed": keyed}
        if any(carried.values()):
            answers[status]["headers"] = headers(*(name for name, sent in carried.items() if sent))
        if reads and tagged:
            parameters.append(parameter("IfNoneMatch"))
            answers["304"] = {"description": "没有变化 · not changed", "headers": headers("ETag")}
    for each in parameters:
        if "$ref" not in each:
            each.setdefault("description", _PLACES[each["in"]])
    parameters.append(parameter("AcceptLanguage"))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example_of(content["schema"], named)


_PLACES = {"path": "编号或代码 · its id or code", "query": "只要这一项相同的 · only those with this value"}


def _members(answer: Document, named: Mapping[str, Document]) -> Mapping[str, Any]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    found: Mapping[str, Any] = _resolved(schema, named).get("properties", {})
    return found


def _is_bytes(answer: Document) -> bool:
    return "content" in answer and "application/json" not in answer["content"]


def _resolved(schema: Document, named: Mapping[str, Document]) -> Document:
    return named[schema["$ref"].removeprefix(NAMED)] if "$ref" in schema else schema


def example_of(schema: Document, named: Mapping[str, Document]) -> Any:
    """The shortest value a schema takes that still shows something: what it requires, or everything it has."""
    schema = _resolved(schema, named)
    if schema.get("examples"):
        return schema["examples"][0]
    choices = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    if choices:
        return choices[0]
    for part in schema.get("anyOf") or schema.get("oneOf") or ():
        return example_of(part, named)
    members = schema.get("properties", {})
    if members:
        shown = schema.get("required") or members
        return {name: example_of(members[name], named) for name in members if name in shown}
    return _plain(schema, named)


def _plain(schema: Document, named: Mapping[str, Document]) -> Any:
    match schema.get("type"):
        case "array":
            return [example_of(schema["items"], named)]
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case "object":
            values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
            return {"some_code": example_of(values[0], named)} if isinstance(values[0], dict) else {}
    return _FORMATS.get(schema.get("format", ""), "示例 · example")[: schema.get("maxLength")]


_FORMATS = {
    "uuid": "0198f0c2-6a51-7c7e-9d0b-2f6f3a1e5c11",
    "date-time": "2026-11-20T09:00:00+08:00",
    "date": "2026-11-20",
    "binary": "（文件内容 · the content of a file）",
}


def _used(found: Document) -> Document:
    """The document without the shared parts nothing refers to."""
    text = repr(found["paths"])
    for kind in ("parameters", "headers"):
        parts = found["components"][kind]
        found["components"][kind] = {
            name: part for name, part in parts.items() if f"'#/components/{kind}/{name}'" in text
        }
    return found

"""The OpenAPI documents of all processes as one, and the page that shows them, from our own files."""

import asyncio
import base64
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.routing import Routes, is_anonymous
from gateway.settings import SERVICES
from wushe import openapi
from wushe.errors import MethodNotAllowed

Document = dict[str, Any]
PAGE = Path(__file__).parent / "docs.html"
_REFERENCE = "#/components/schemas/"
WIRE_PROBLEMS = {
    "400": "REQUEST_MALFORMED",
    "408": "REQUEST_TIMEOUT",
    "413": "BODY_TOO_LARGE",
    "414": "ADDRESS_TOO_LONG",
    "429": "RATE_LIMITED",
    "431": "HEADERS_TOO_LARGE",
}
TOKEN_PROBLEMS = {"401": "NOT_AUTHENTICATED", "403": "NO_ACTIVE_GRANT · SCOPE_REQUIRED"}
BEHIND_PROBLEMS = {"502": "UPSTREAM_FAULT", "503": "UNAVAILABLE", "504": "DEADLINE_EXCEEDED"}
DESCRIPTION = (
    "五社联动项目全周期的服务接口。其他地址一律答 404 NOT_FOUND，其他方法一律答 405 METHOD_NOT_ALLOWED。"
    " · The services of the five social linkage project lifecycle. Any other address is answered 404 NOT_FOUND,"
    " any other method 405 METHOD_NOT_ALLOWED."
)
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "由 /v1/oauth/token 发给机构系统 · given to agencies' systems by /v1/oauth/token",
}
_ACCOMPANYING = {"401": "WWW-Authenticate"} | dict.fromkeys(("408", "429", "502", "503", "504"), "Retry-After")
_AND = " · "
_SECURITY = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


def merge(found: Mapping[str, Document]) -> Document:
    """One document of several, without internal addresses; a schema two services mean differently gets their names."""
    outer = {name: _outer(document) for name, document in found.items()}
    documents = {name: _renamed(outer[name], names) for name, names in _new_names(outer).items()}
    paths: Document = {}
    schemas: Document = {}
    about: Document = {}
    for name, document in documents.items():
        front = WIRE_PROBLEMS | ({} if name == "gateway" else BEHIND_PROBLEMS)
        paths |= {path: _seen_from_outside(path, item, front) for path, item in document["paths"].items()}
        schemas |= document.get("components", {}).get("schemas", {})
        about |= {tag["name"]: tag for tag in document.get("tags", ())}
    tags = {tag for item in paths.values() for operation in item.values() for tag in operation.get("tags", ())}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "五社联动 · Wushe",
            "version": next(iter(documents.values()))["info"]["version"],
            "description": DESCRIPTION,
            "license": openapi.INFO["license_info"],
            "contact": openapi.INFO["contact"],
        },
        "servers": openapi.INFO["servers"],
        "tags": [about.get(tag, {"name": tag}) for tag in sorted(tags)],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": openapi.PARAMETERS,
            "headers": openapi.HEADERS,
            "securitySchemes": {"token": _TOKEN},
        },
    }


def _outer(document: Document) -> Document:
    """What of a document callers from outside can reach: public paths, and the schemas these name."""
    paths = {path: item for path, item in document["paths"].items() if path.startswith("/v1/")}
    schemas, kept = document.get("components", {}).get("schemas", {}), {}
    pending: list[Any] = [paths]
    while pending:
        for name in re.findall(rf'"{_REFERENCE}([^"]+)"', json.dumps(pending.pop())):
            if name not in kept:
                kept[name] = schemas[name]
                pending.append(schemas[name])
    return {**document, "paths": paths, "components": {"schemas": kept}}


def _new_names(found: Mapping[str, Document]) -> dict[str, dict[str, str]]:
    """For each document, the schemas that another one describes differently, and their new names."""
    meanings: dict[str, set[str]] = defaultdict(set)
    schemas = {name: document.get("components", {}).get("schemas", {}) for name, document in found.items()}
    for named in schemas.values():
        for schema, description in named.items():
            meanings[schema].add(json.dumps(description, sort_keys=True))
    return {
        name: {schema: f"{name.title()}{schema}" for schema in named if len(meanings[schema]) > 1}
        for name, named in schemas.items()
    }


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: _pointed(item, names) if key == "$ref" else walk(item) for key, item in value.items()}

    copy: Document = walk(document)
    components = copy.get("components", {})
    components["schemas"] = {
        names.get(name, name): {**item, "title": names[name]} if name in names else item
        for name, item in components.get("schemas", {}).items()
    }
    return copy


def _pointed(reference: Any, names: Mapping[str, str]) -> Any:
    name = str(reference).removeprefix(_REFERENCE)
    return _REFERENCE + names[name] if name in names else reference


def _seen_from_outside(path: str, item: Document, front: Document) -> Document:
    """The operations of one address with the token they need, and what the gateway itself may answer."""
    return {
        method: {
            **operation,
            **_told(operation),
            "responses": operation["responses"]
            | _problems(operation["responses"], front if is_anonymous(method, path) else front | TOKEN_PROBLEMS),
        }
        for method, operation in item.items()
    }


def _told(operation: Document) -> Document:
    """Who is calling, as told to the gateway: a token, and which of its grants."""
    if operation.get("x-access") == "public":
        return {"security": []}
    parameters = [*operation.get("parameters", ()), openapi.parameter("ActingAs")]
    return {"security": [{"token": []}], "parameters": parameters}


def _problems(said: Document, front: Document) -> Document:
    found = {}
    for status, codes in front.items():
        named = {*codes.split(_AND), *filter(None, said.get(status, {}).get("description", "").split(_AND))}
        headers = [_ACCOMPANYING[status]] if status in _ACCOMPANYING else []
        found[status] = openapi.problem_response(_AND.join(sorted(named)), *headers)
    return found


class Documents:
    """The merged document, read from the services while developing, else from the files in the repository."""

    def __init__(
        self,
        own: Callable[[], Document],
        *,
        client: httpx.AsyncClient,
        peers: Mapping[str, str],
        folder: Path,
        routes: Routes,
        live: bool,
    ) -> None:
        self._own, self._client, self._peers, self._folder = own, client, peers, folder
        self._routes, self._live = routes, live
        self._found: dict[str, Document] = {}
        self._merged = b""
        self._page = PAGE.read_bytes()
        self._policy = _content_policy(self._page.decode())

    def has(self, path: bytes) -> bool:
        """Whether this path is one of ours."""
        return path in {b"/docs", b"/openapi.json"}

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page or the document."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodNotAllowed(allowed=("GET", "HEAD"))
        if scope["path"] == "/docs":
            response = Response(self._page, media_type="text/html; charset=utf-8")
            response.headers["content-security-policy"] = self._policy
        else:
            response = Response(await self.document(), media_type="application/json")
        response.raw_headers.extend(_SECURITY)
        await response(scope, receive, send)

    async def document(self) -> bytes:
        """The merged document of everything that answers; kept once every service has."""
        complete = await self.refresh()
        if not complete or not self._merged:
            kept = {name: found for name in SERVICES if (found := self._found.get(name) or self._kept(name))}
            merged = await asyncio.to_thread(self._merge, kept)
            if not complete:
                return merged
            self._merged = merged
        return self._merged

    def _merge(self, kept: Mapping[str, Document]) -> bytes:
        return json.dumps(merge({"gateway": self._own(), **kept}), ensure_ascii=False).encode()

    async def refresh(self) -> bool:
        """Read the documents still missing; True when there are none."""
        missing = [name for name in SERVICES if name not in self._found]
        found = await asyncio.gather(*(self._fetch(name) if self._live else self._file(name) for name in missing))
        for name, document in zip(missing, found, strict=True):
            if document is not None:
                self._found[name] = document
                self._routes.learn(name, document)
        return len(self._found) == len(SERVICES)

    async def watch(self, stopping: asyncio.Event) -> None:
        """Keep asking until every service has answered once."""
        while not stopping.is_set() and not await self.refresh():
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1)

    async def _fetch(self, name: str) -> Document | None:
        try:
            answer = await self._client.get(f"{self._peers[name]}/openapi.json", timeout=2)
            document: Document = answer.raise_for_status().json()
        except (KeyError, ValueError, httpx.HTTPError, OSError):
            return None
        return document if "paths" in document else None

    async def _file(self, name: str) -> Document | None:
        return self._kept(name) or {"paths": {}}

    def _kept(self, name: str) -> Document | None:
        path = self._folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _content_policy(page: str) -> str:
    """Only the page's own script and style run, and it may read only from here."""

    def fingerprints(tag: str) -> str:
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        return " ".join(f"'sha256-{base64.b64encode(sha256(part.encode()).digest()).decode()}'" for part in parts)

    return (
        f"default-src 'none'; script-src {fingerprints('script')}; style-src {fingerprints('style')};"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

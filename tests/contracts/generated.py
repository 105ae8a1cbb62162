"""The demo's HTTP client, spoken through a client that was generated from the merged document."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import httpx

GENERATOR = Path(sys.prefix) / "contracts" / "bin" / "openapi-python-client"
PACKAGE = "wushe_client"


def generate(document: Path, folder: Path) -> str:
    """Write the client package into a folder; answers what the generator had to say beside what it did."""
    assert GENERATOR.exists(), "the generator is not installed; run: make client"
    # Nobody will read the code, so nothing tidies it; a file that is sent bare is octets to whatever sends it.
    bare = "".join(f'  "{media}": application/octet-stream\n' for media in _bare_files(document))
    (folder / "config.yaml").write_text(
        f"post_hooks: []\ncontent_type_overrides:\n{bare}" if bare else "post_hooks: []\n"
    )
    command = [GENERATOR, "generate", "--path", document, "--config", folder / "config.yaml", "--meta", "none"]
    told = subprocess.run([*command, "--output-path", folder / PACKAGE], capture_output=True, text=True, check=True)
    return (told.stdout + told.stderr).removeprefix(f"Generating {folder / PACKAGE}").strip()


def _bare_files(document: Path) -> list[str]:
    """The media types of files that may be sent bare."""
    found = json.loads(document.read_text(encoding="utf-8"))["paths"].values()
    bodies = [each.get("requestBody", {}).get("content", {}) for item in found for each in item.values()]
    return sorted({kind for body in bodies for kind in body if "multipart/form-data" in body} - {"multipart/form-data"})


@dataclass(frozen=True, eq=False)
class Operation:
    """One generated operation and the address it is for."""

    name: str
    method: str
    pattern: re.Pattern[str]
    module: ModuleType

    @property
    def hints(self) -> dict[str, Any]:
        """The typed parameters of its function."""
        return _hints(self.module)


@cache
def _hints(module: ModuleType) -> dict[str, Any]:
    return get_type_hints(module.asyncio_detailed)


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation of the document with its generated module; plain addresses first."""
    found = []
    for path, item in sorted(document["paths"].items(), key=lambda each: each[0].count("{")):
        pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
        for method, operation in item.items():
            name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation["operationId"]).lower()
            module = import_module(f"{PACKAGE}.api.{operation['tags'][0].replace('-', '_')}.{name}")
            found.append(Operation(operation["operationId"], method.upper(), pattern, module))
    return found


@dataclass
class Generated:
    """What the demo takes for an ``httpx.AsyncClient``: each request is one call of a generated function."""

    url: str
    operations: list[Operation]
    used: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    clients: dict[str, Any] = field(default_factory=dict)

    async def request(self, method: str, url: str, **sent: Any) -> httpx.Response:
        """Call the operation an address belongs to; what its types cannot say is a fault, and said without them."""
        operation, places = self._find(method, url.removeprefix(self.url))
        try:
            return await self._spoken(operation, places, **sent)
        except (AssertionError, AttributeError, KeyError, LookupError, TypeError, ValueError) as fault:
            self.faults.add(f"{operation.name}: {type(fault).__name__} {fault}"[:500])
            async with httpx.AsyncClient(verify=False) as plain:
                return await plain.request(method, url, **sent)

    async def _spoken(self, operation: Operation, places: dict[str, str], **sent: Any) -> httpx.Response:
        headers = {name.replace("-", "_"): value for name, value in sent.get("headers", {}).items()}
        client = self._client(headers.pop("authorization", ""))
        headers.pop("content_type", None)
        if "idempotency_key" not in operation.hints:
            headers.pop("idempotency_key", None)  # the demo keys every write, also those whose body is the key
        arguments = _typed(operation.hints, {**places, **(sent.get("params") or {}), **headers})
        body = sent["json"] if "json" in sent else json.loads(sent.get("content") or "null")
        if "body" in operation.hints:
            arguments["body"] = operation.hints["body"].from_dict(body)
            assert _same(arguments["body"].to_dict(), body), f"would send {arguments['body'].to_dict()} for {body}"
        answer = await operation.module.asyncio_detailed(client=client, **arguments)
        said = json.loads(answer.content)
        assert _same(answer.parsed.to_dict(), said), f"understood {answer.parsed.to_dict()} of {said}"
        self.used.add(operation.name)
        return httpx.Response(int(answer.status_code), content=answer.content, headers=_plain(answer.headers))

    def _find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        for operation in self.operations:
            match = operation.pattern.fullmatch(path)
            if match and operation.method == method:
                return operation, match.groupdict()
        raise AssertionError(f"no operation for {method} {path}")

    def _client(self, authorization: str) -> Any:
        if authorization not in self.clients:
            made = import_module(f"{PACKAGE}.client")
            # The certificates of plain http cost 20 ms, and an answer nobody documented is a fault of the document.
            shared = {"base_url": self.url, "verify_ssl": False, "raise_on_unexpected_status": True}
            token = authorization.removeprefix("Bearer ")
            self.clients[authorization] = (
                made.AuthenticatedClient(**shared, token=token) if token else made.Client(**shared)
            )
        return self.clients[authorization]

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self.clients.values():
            await client.get_async_httpx_client().aclose()


def _plain(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in {"content-length", "content-encoding"}}


def _typed(hints: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Arguments as the types of the generated function ask for them; one it does not know is a fault."""
    return {name: _read(hints[name], value) for name, value in given.items()}


def _read(hint: Any, value: Any) -> Any:
    for kind in get_args(hint) or (hint,):
        if isinstance(value, str) and isinstance(kind, type):
            if issubclass(kind, (Enum, UUID)):
                return kind(value)
            if issubclass(kind, (date, datetime)):
                return kind.fromisoformat(value)
    return value


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, times by the moment they name."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other)

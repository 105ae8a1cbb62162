"""Strict reading of request bodies: size before buffering, then UTF-8 JSON with one meaning."""

import json
import math
from collections.abc import AsyncIterator
from typing import Any, NoReturn

from starlette.requests import Request

from wushe.errors import BodyTooLarge, MalformedBody, MediaTypeUnsupported

MAX_DEPTH = 32
MAX_INTEGER = 2**53
IDENTITY_CODINGS = ("", "identity")


async def read_body(request: Request, limit: int) -> bytes:
    """The raw body, refused as soon as it is known to pass ``limit`` bytes."""
    return b"".join([chunk async for chunk in receive(request, limit)])


async def receive(request: Request, limit: int, *, told: int | None = None) -> AsyncIterator[bytes]:
    """The raw body as it arrives, refused as soon as it is known to pass ``limit`` bytes; ``told`` is what is said."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or len(declared) > 18:
        raise MalformedBody(why=("Content-Length 有误", "wrong Content-Length"))
    if int(declared) > limit:
        raise BodyTooLarge(limit=told or limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit=told or limit)
        yield chunk


def require_json(request: Request) -> None:
    """Refuse a body that is not plain application/json."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if kind.strip() not in {"application/json", "application/cloudevents+json"} or charset not in {"", "utf-8"}:
        raise MediaTypeUnsupported
    if request.headers.get("content-encoding", "") not in IDENTITY_CODINGS:
        raise MediaTypeUnsupported


def parse_json(raw: bytes) -> Any:
    """One JSON value: UTF-8, no duplicate keys, no NaN, integers within 2^53, depth at most 32."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except UnicodeDecodeError:
        _refuse("不是 UTF-8 编码", "not UTF-8")
    except RecursionError:
        _refuse("嵌套过深", "nested too deeply")
    except ValueError:
        _refuse("JSON 语法有误", "not JSON")
    inspect_value(value)
    return value


def _refuse(zh: str, en: str) -> NoReturn:
    raise MalformedBody(why=(zh, en))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("字段重复", "duplicate key")
    return found


def _constant(name: str) -> NoReturn:
    _refuse(f"{name} 不是数", f"{name} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        _refuse("整数超过 2^53", "integer beyond 2^53")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _refuse("数值超出范围", "number out of range")
    return value


def inspect_value(value: Any) -> None:
    """Walk without recursion: depth, lone surrogates and NUL would otherwise surface as faults further in."""
    pending = [(value, 1)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_DEPTH:
            _refuse("嵌套过深", "nested too deeply")
        if isinstance(item, str):
            _text(item)
        elif isinstance(item, dict):
            pending.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, list):
            pending.extend((part, depth + 1) for part in item)


def _text(text: str) -> None:
    if "\x00" in text:
        _refuse("文字中有空字符", "NUL in text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse("文字中有无效字符", "lone surrogate in text")

"""Every refusal leaves in one shape: RFC 9457 problem+json, in the caller's language."""

import json
import logging
from collections.abc import Callable
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from wushe import errors
from wushe.errors import FieldError, InternalFault, InvalidInput, MethodNotAllowed, Refusal, Unavailable

log = logging.getLogger("wushe")

# The sentence for each kind of field error pydantic reports; its own text may echo what the caller sent.
_SENTENCES = {
    "missing": ("必填", "required"),
    "extra_forbidden": ("不接受此字段", "not accepted here"),
    "uuid_parsing": ("不是有效的编号", "not a valid id"),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_too_long": ("过长", "too long"),
    "enum": ("不在可选值中", "not one of the allowed values"),
    "literal_error": ("不在可选值中", "not one of the allowed values"),
    "greater_than_equal": ("数值过小", "too small"),
    "less_than_equal": ("数值过大", "too large"),
}


_LOST_RACES = (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError, asyncpg.ForeignKeyViolationError)
# What only a mistake of ours can cause: a check or a policy that a use case should have respected, a wrong statement.
_MISTAKES = (asyncpg.IntegrityConstraintViolationError, asyncpg.SyntaxOrAccessError)


_ASKED_DIRECTLY = (asyncpg.PostgresError, asyncpg.InterfaceError)
_OF_THE_DATABASE = (DBAPIError, StaleDataError, PoolTimeout, *_ASKED_DIRECTLY, OSError, TimeoutError)


class ConflictingWrite(Refusal):
    """Two writes met in the database; the other one won."""

    status = 409
    zh = "与另一项操作冲突，请刷新后再试。"
    en = "This conflicts with another change; reload and try again."
    toast = "请刷新再试"
    retryable = True


def render(refusal: Refusal, request: Request) -> Response:
    """The problem document of one refusal."""
    language = "en" if request.headers.get("accept-language", "zh").lower().startswith("en") else "zh"
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code.lower()}",
        "title": (type(refusal).__doc__ or refusal.code).strip().splitlines()[0].replace("``", "`"),
        "status": refusal.status,
        "detail": refusal.sentence(language),
        "code": refusal.code,
        "instance": request.url.path,
        "request_id": request.scope.get("state", {}).get("request_id", ""),
        "retryable": refusal.retryable,
        "toast": refusal.toast,
        "allowed": list(refusal.allowed),
        "errors": [_field(error, language) for error in refusal.errors],
    }
    headers = {"retry-after": str(refusal.retry_after or 2)} if refusal.retryable else {}
    if refusal.status == 401:
        headers["www-authenticate"] = "Bearer"
    elif refusal.status == 405:
        headers["allow"] = ", ".join(refusal.allowed)
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, refusal.status, headers, media_type="application/problem+json")


def _field(error: FieldError, language: str) -> dict[str, str]:
    detail = error.zh if language == "zh" else error.en
    return {"pointer": error.pointer, "location": error.location, "code": error.code, "detail": detail}


def invalid(fault: RequestValidationError) -> InvalidInput:
    """Name each wrong field by pointer and kind, never what was sent."""
    return InvalidInput(errors=[named(error) for error in fault.errors()[:50]])


def named(error: Any) -> FieldError:
    """One thing pydantic found wrong, by pointer and kind; the first part of its place says where it was sent."""
    place, *path = error["loc"]
    zh, en = _SENTENCES.get(error["type"], ("格式或取值不正确", "not acceptable"))
    pointer = "/" + "/".join(str(part) for part in path)
    return FieldError(pointer.encode("utf-8", "replace").decode(), error["type"].upper(), zh, en, str(place))


def from_database(fault: Exception) -> Refusal:
    """What a fault of the database means to the caller."""
    cause = getattr(getattr(fault, "orig", None), "__cause__", None) or fault
    if isinstance(fault, StaleDataError) or isinstance(cause, _LOST_RACES):
        return ConflictingWrite()
    if isinstance(cause, asyncpg.DataError):
        return InvalidInput()
    return InternalFault() if isinstance(cause, _MISTAKES) else Unavailable(retry_after=2)


def of_part(fault: Exception) -> Refusal:
    """What any fault in a part of a larger whole means to whoever sent that part."""
    if isinstance(fault, Refusal):
        return fault
    return from_database(fault) if isinstance(fault, _OF_THE_DATABASE) else InternalFault()


def from_http(fault: HTTPException) -> Refusal:
    """Starlette's own answers (no such address, no such method) in our shape."""
    known = {404: errors.NotFound, 413: errors.BodyTooLarge}
    if fault.status_code in known:
        return known[fault.status_code](limit="?")
    return errors.MalformedBody(why=("格式有误", "syntax")) if fault.status_code == 400 else InternalFault()


def _report(request: Request, fault: Exception, refusal: Refusal) -> None:
    """Log a fault; of an unlogged route only its kind, since a trace could tell whose ballot it was."""
    if request.scope.get("state", {}).get("unlogged"):
        log.error("fault on an unlogged route", extra={"code": refusal.code, "kind": type(fault).__name__})
        return
    log.error("fault", exc_info=fault, extra={"path": request.url.path, "code": refusal.code})


def unforeseen(request: Request, fault: Exception) -> Response:
    """The answer to what nobody foresaw: a 500 that names the request, and a log line that tells the rest."""
    refusal = InternalFault()
    _report(request, fault, refusal)
    return render(refusal, request)


async def wrong_method(request: Request, _: Exception) -> Response:
    """The refusal of a method, with those the address has; the framework knows only those of the first route."""
    fitting = [route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE]
    return render(MethodNotAllowed(allowed=sorted({name for route in fitting for name in route.methods})), request)


def install(app: FastAPI) -> None:
    """Answer every foreseen exception with a problem document."""

    def answer(translate: Callable[[Any], Refusal]) -> Callable[[Request, Exception], Any]:
        async def handler(request: Request, fault: Exception) -> Response:
            refusal = translate(fault)
            if refusal.status >= 500:
                _report(request, fault, refusal)
            return render(refusal, request)

        return handler

    app.add_exception_handler(Refusal, answer(lambda refusal: refusal))
    app.add_exception_handler(RequestValidationError, answer(invalid))
    app.add_exception_handler(HTTPException, answer(from_http))
    app.add_exception_handler(405, wrong_method)
    for kind in _OF_THE_DATABASE:
        app.add_exception_handler(kind, answer(from_database))

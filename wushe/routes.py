"""Routes that declare who may call them, and run as one unit of work committed before the answer leaves."""

import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Depends, Request, Response
from fastapi.datastructures import Default
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from wushe import errors, idempotency, openapi, uploads
from wushe.authorize import Access
from wushe.bodies import MAX_INTEGER, parse_json, read_body, require_json
from wushe.errors import FieldError, InvalidInput, Refusal, StaleVersion, VersionRequired
from wushe.identity import ANONYMOUS, HEADER, Caller, verify
from wushe.pages import Paging
from wushe.problems import ConflictingWrite
from wushe.uploads import Upload
from wushe.work import Work

Ahead = Callable[[Request, Caller, str], Awaitable[Any]]


@dataclass(frozen=True)
class Contract:
    """What a route promises beside its types."""

    access: Access
    keyed: bool = False
    if_match: bool = False
    refusals: tuple[type[Refusal], ...] = ()
    database: str = "main"
    unlogged: bool = False
    secret: bool = False
    max_body: int | None = None
    ahead: Ahead | None = None
    hot: bool = False
    """Reads rows by their identifiers or one page: each in one statement, without a transaction around them."""
    upload: Upload | None = None
    """Takes one file in place of a JSON body; the endpoint finds it as ``uploads.Uploaded``."""
    media: tuple[str, ...] = ()
    """Answers bytes of one of these media types in place of a JSON model; the endpoint answers a ``Response``."""

    def all_refusals(self, *, in_path: bool, has_body: bool, paged: bool) -> list[type[Refusal]]:
        """Every refusal the route may answer, its own and those its promises bring."""
        found = [*self.refusals, errors.InvalidInput, errors.InternalFault, errors.Unavailable]
        if not self.access.public:
            found += [errors.NotAuthenticated, errors.RoleNotAllowed]
        if in_path:
            found.append(errors.NotFound)
        if has_body:
            kinds = uploads.REFUSALS if self.upload else (errors.MediaTypeUnsupported,)
            found += [errors.MalformedBody, errors.BodyTooLarge, *kinds, ConflictingWrite]
        if paged:
            found.append(errors.CursorInvalid)
        if self.keyed:
            found += [errors.IdempotencyKeyMissing, errors.IdempotencyKeyReused, errors.RequestInProgress]
        if self.secret:
            found.append(idempotency.AnswerShownOnce)
        if self.if_match:
            found += [StaleVersion, VersionRequired]
        return list(dict.fromkeys(found))


class Route(APIRoute):
    """One operation: caller, body, transaction, idempotency and version checks around the endpoint."""

    @property
    def contract(self) -> Contract:
        """The promises declared where the route was written."""
        found: Contract = self.endpoint.__wushe_contract__  # type: ignore[attr-defined]  # set by Router
        return found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler in one unit of work."""
        endpoint, contract = super().get_route_handler(), self.contract
        versioned = "version" in getattr(self.response_model, "model_fields", {})

        async def handle(request: Request) -> Response:
            request.scope.setdefault("state", {})["unlogged"] = contract.unlogged
            caller = identify(request, contract.access)
            _refuse_nul(request)
            if contract.upload is None:
                return await answer(request, caller, await _read(request, contract, wanted=self.body_field is not None))
            async with contract.upload.received(request) as found:
                request.state.upload = found
                return await answer(request, caller, found.fingerprint)

        async def answer(request: Request, caller: Caller, body: bytes) -> Response:
            expected = read_version(request) if contract.if_match else None
            key = idempotency.read_key(request, caller, body) if contract.keyed else None
            ahead = await contract.ahead(request, caller, key.raw if key else "") if contract.ahead else None
            database = request.app.state.databases[contract.database]
            begun = nullcontext(database.glance(caller)) if contract.hot else database.begin(caller, expected=expected)
            async with begun as work:
                work.ahead = ahead
                request.state.work = work
                return await _run(request, endpoint, work, key, versioned=versioned, secret=contract.secret)

        return handle


async def _run(
    request: Request,
    endpoint: Callable[[Request], Awaitable[Response]],
    work: Work,
    key: idempotency.Key | None,
    *,
    versioned: bool,
    secret: bool,
) -> Response:
    if key is not None:
        stored = await idempotency.claim(work, key)
        if stored is not None:
            return stored
    else:
        await work.open()
    response = await endpoint(request)
    response.headers.update(work.headers)
    if versioned and work.lead is not None:
        response.headers["etag"] = f'"v{work.lead.version}"'
    await work.finish(key.row(response, secret=secret) if key else None)
    if request.method == "GET" and _unchanged(request, response):
        return Response(status_code=304, headers={"etag": response.headers["etag"]})
    return response


def _unchanged(request: Request, response: Response) -> bool:
    etag = response.headers.get("etag")
    return etag is not None and etag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]


def identify(request: Request, access: Access) -> Caller:
    """The admitted caller; a public route knows nobody, whatever headers came."""
    header = request.headers.get(HEADER)
    if access.public or not header:
        access.admit(ANONYMOUS)
        return ANONYMOUS
    state = request.app.state
    caller = verify(header, audience=state.name, trust=state.trust)
    request.scope.setdefault("state", {})["request_id"] = caller.request_id
    access.admit(caller)
    return caller


def _refuse_nul(request: Request) -> None:
    """No text of ours holds this character, and PostgreSQL would refuse it much later."""
    if b"%00" in request.scope.get("query_string", b"") + request.scope.get("raw_path", b""):
        raise InvalidInput


async def _read(request: Request, contract: Contract, *, wanted: bool) -> bytes:
    """Read and parse the body once, strictly; FastAPI finds the result in the request."""
    if request.method in {"GET", "DELETE"}:
        return b""
    body = await read_body(request, contract.max_body or request.app.state.settings.max_body)
    request._body = body  # noqa: SLF001 -- Starlette's own cache, so that nothing reads the stream again
    if body:
        require_json(request)
        request._json = parse_json(body)  # noqa: SLF001 -- as above: the strict parse is the only one
        if not wanted:
            _refuse_content(request._json)  # noqa: SLF001 -- as above
    return body


def _refuse_content(found: Any) -> None:
    """A verb without a body takes none, or an empty object: what is ignored silently was meant by somebody."""
    if found != {}:
        names = sorted(found) if isinstance(found, dict) else [""]
        raise InvalidInput(errors=[FieldError(f"/{name}", "EXTRA_FORBIDDEN", *_NOT_HERE) for name in names[:50]])


_NOT_HERE = ("不接受此字段", "not accepted here")
_ETAG = re.compile(r'(?:W/)?"v(\d{1,9})"')


def read_version(request: Request) -> int:
    """The version If-Match names; VERSION_REQUIRED without one, STALE_VERSION for anything else."""
    header = request.headers.get("if-match")
    if header is None:
        raise VersionRequired
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise StaleVersion(current="?")
    return int(match[1])


async def current_work(request: Request) -> Work:
    """The unit of work of this request."""
    work: Work = request.state.work
    return work


Working = Annotated[Work, Depends(current_work)]


class Router(APIRouter):
    """Routes of one collection; every one declares access, operation, summary and refusals."""

    def __init__(self, tag: str, about: str = "") -> None:
        super().__init__(tags=[tag], route_class=Route)
        self.about = about
        """What the collection is, in both languages; said once where several rooms serve it."""

    def read(self, path: str, **promises: Any) -> Callable[[Any], Any]:
        """GET: one object or one page."""
        return self._declare(path, "GET", 200, **promises)

    def download(self, path: str, *, media: Sequence[str], **promises: Any) -> Callable[[Any], Any]:
        """GET: bytes of one of some media types, with an ETag of their own; streamed once the transaction is over."""
        return self._declare(path, "GET", 200, media=tuple(media), **promises)

    def create(self, path: str, *, keyless: bool = False, **promises: Any) -> Callable[[Any], Any]:
        """POST to a collection: 201 and an Idempotency-Key."""
        return self._declare(path, "POST", 201, keyed=not keyless, **promises)

    def start(self, path: str, **promises: Any) -> Callable[[Any], Any]:
        """POST that begins longer work: 202 with an operation to ask about, and an Idempotency-Key."""
        return self._declare(path, "POST", 202, keyed=True, **promises)

    def verb(self, path: str, *, keyless: bool = False, **promises: Any) -> Callable[[Any], Any]:
        """POST to a verb: 200, an Idempotency-Key and, unless the verb commutes, If-Match."""
        return self._declare(path, "POST", 200, keyed=not keyless, **promises)

    def replace(self, path: str, **promises: Any) -> Callable[[Any], Any]:
        """PUT: full replacement, with If-Match."""
        return self._declare(path, "PUT", 200, keyed=True, **promises)

    def _declare(
        self,
        path: str,
        method: str,
        status: int,
        *,
        access: Access,
        operation: str,
        summary: str,
        refusals: Sequence[type[Refusal]] = (),
        **more: Any,
    ) -> Callable[[Any], Any]:
        contract = Contract(access=access, refusals=tuple(refusals), **more)

        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            endpoint.__wushe_contract__ = contract  # type: ignore[attr-defined]  # read back by Route
            problems = contract.all_refusals(
                in_path="{" in path,
                has_body=method in {"POST", "PUT"},
                paged=Paging in get_type_hints(endpoint, include_extras=True).values(),
            )
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                status_code=status,
                operation_id=operation,
                summary=summary,
                responses=openapi.problem_responses(problems) | openapi.bytes_response(contract.media),
                response_class=Response if contract.media else Default(JSONResponse),
                openapi_extra=_documented(contract),
            )
            return endpoint

        return register


def _documented(contract: Contract) -> dict[str, Any]:
    """What the document of an operation says beside what FastAPI knows of it."""
    named = [("IdempotencyKey", contract.keyed), ("IfMatch", contract.if_match)]
    said = uploads.documented(contract.upload) if contract.upload else {"parameters": []}
    parameters = [*said.pop("parameters"), *(openapi.parameter(name) for name, wanted in named if wanted)]
    return {"x-access": str(contract.access), "parameters": parameters, **said}


class In(BaseModel):
    """Base of bodies: unknown fields are refused, numbers are never read from text."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Out(BaseModel):
    """Base of answers, read from rows."""

    model_config = ConfigDict(from_attributes=True)


def _division(code: str) -> str:
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        raise ValueError("12 digits expected")
    return code


DivisionCode = Annotated[
    str, AfterValidator(_division), Field(examples=["350502001001"], json_schema_extra={"pattern": "^[0-9]{12}$"})
]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_INTEGER)]
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$"), Field(examples=["some_code"])
]


class ExternalId(In):
    """The caller's own key for an object, unique per client and system."""

    system: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    id: Annotated[str, StringConstraints(min_length=1, max_length=128)]

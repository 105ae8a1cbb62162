"""HTTP/1.1 as uvicorn reads it, with limits on the head of a request, and refusals in the one shape."""

import asyncio
import logging
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from wushe.db import uuid7
from wushe.errors import Refusal, RequestTimeout
from wushe.problems import render

log = logging.getLogger("wushe.access")
MAX_ADDRESS = 8192
"""Bytes of path and query; the longest of ours has a cursor and a dozen filters."""
MAX_HEAD = 32_768
"""Bytes of all headers; a token with many grants takes a tenth."""
MAX_HEADERS = 100
_CLOSING = ((b"connection", b"close"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class RequestMalformed(Refusal):
    """What came is no HTTP/1.1 request, or could be read in more than one way."""

    status = 400
    zh = "这不是有效的 HTTP 请求。"
    en = "This is not a valid HTTP request."
    toast = "请求有误"


class AddressTooLong(Refusal):
    """The address is longer than any of ours."""

    status = 414
    zh = "请求地址过长，最多 {limit} 字节。"
    en = "The address is too long; at most {limit} bytes are accepted."
    toast = "地址过长"


class HeadersTooLarge(Refusal):
    """The headers are too many or too long."""

    status = 431
    zh = "请求头过大，最多 {count} 项、{limit} 字节。"
    en = "The headers are too large; at most {count} of them and {limit} bytes are accepted."
    toast = "请求头过大"


class Protocol(HttpToolsProtocol):
    """One connection; a request whose head comes too late, is too large or ambiguous is refused, and the last on it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._seconds: float = self.config.app.state.settings.head_timeout  # type: ignore[union-attr]  # ours
        self._late: asyncio.TimerHandle | None = None
        self._in_message = self._in_head = self._begun = False
        self._unread = 0
        self._refusal: Refusal = RequestMalformed()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Whoever connects has so many seconds to say what for."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what belongs to no complete request is not waited for any longer than its head may take."""
        self._begun = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_message and not self._begun:
            self._unread += len(data)
        if self._unread > MAX_HEAD:
            self._overflow()
        elif self._in_head or (self._in_message and self.cycle.response_complete):
            self._expect()
        elif self.cycle is not None and self.cycle.response_complete and self.timeout_keep_alive_task is None:
            # Uvicorn forgets its own timer when an empty line or the rest of a refused body comes between requests.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _overflow(self) -> None:
        """Too much that is neither a whole head nor body: say so of a head; trailers and chunk sizes are cut off."""
        if self._in_head:
            self._refuse(self._too_long() or _too_large())
        else:
            self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._in_message = self._in_head = True
        self._progress()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what comes after the body is none, for the request is being answered already."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is here: judge its size before anybody reads it."""
        self._in_head = False
        self._arrived()
        found = self._too_long() or self._too_much() or self._ambiguous()
        if found is not None:
            self._refusal = found
            raise found  # ends the parser, which has send_400_response called
        super().on_headers_complete()

    def _too_long(self) -> Refusal | None:
        return AddressTooLong(limit=MAX_ADDRESS) if len(self.url) > MAX_ADDRESS else None

    def _too_much(self) -> Refusal | None:
        size = sum(len(name) + len(value) for name, value in self.headers)
        return _too_large() if size > MAX_HEAD or len(self.headers) > MAX_HEADERS else None

    def _ambiguous(self) -> Refusal | None:
        """What the parser lets through, though another might read it otherwise (RFC 9112, sections 3.2 and 6.1)."""
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        version = self.parser.get_http_version()
        fine = {"1.1": len(hosts) == 1 and codings in ([], [b"chunked"]), "1.0": len(hosts) < 2 and not codings}
        return None if fine.get(version) else RequestMalformed()

    def on_body(self, body: bytes) -> None:
        """A part of the body; what is neither head nor body, a trailer without end, is counted like a head."""
        self._progress()
        super().on_body(body)

    def _progress(self) -> None:
        self._begun, self._unread = True, 0

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._in_message = False
        self._arrived()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's own words
        """Refuse what cannot be read, behind the answer to the request before it."""
        cycle = self.cycle
        if self.pipeline:
            self.transport.close()  # no answer is better than one in the place of another
        elif cycle is None or cycle.response_complete or (cycle.more_body and not cycle.response_started):
            self._answer(self._refusal)
        elif cycle.more_body:
            self.transport.close()  # half an answer cannot be taken back
        else:
            cycle.keep_alive = False
            self.flow.pause_reading()

    def _refuse(self, refusal: Refusal) -> None:
        self._refusal = refusal
        self.send_400_response(refusal.code)

    def _expect(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self._seconds, self._give_up)

    def _arrived(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self._in_head:
            self._refuse(RequestTimeout(seconds=f"{self._seconds:g}", retry_after=1))
        else:
            self.transport.close()

    def _answer(self, refusal: Refusal) -> None:
        """Say no and hang up; of the request itself nothing is believed but the language."""
        heard = [each for each in self.headers or () if each[0] == b"accept-language"]
        state = {"request_id": str(uuid7())}
        response = render(refusal, Request({"type": "http", "path": "/", "headers": heard, "state": state}))
        log.info("refused", extra={**state, "status": refusal.status, "code": refusal.code})
        named = (b"x-request-id", state["request_id"].encode())
        lines = [b"%s: %s\r\n" % each for each in (*response.raw_headers, *_CLOSING, named)]
        self.transport.write(b"".join([STATUS_LINE[refusal.status], *lines, b"\r\n", bytes(response.body)]))
        self.transport.close()


def _too_large() -> Refusal:
    return HeadersTooLarge(count=MAX_HEADERS, limit=MAX_HEAD)

"""How much one sender may send: bytes in a request, requests in a minute."""

import threading
import time
from collections.abc import AsyncIterator

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Receive

from gateway.settings import Settings
from wushe.errors import BodyTooLarge, MalformedBody, Refusal
from wushe.identity import Caller

INTEGRATION = "integration"
SWEEP_SECONDS = 60


class RateLimited(Refusal):
    """More requests in a minute than this sender may send."""

    status = 429
    zh = "请求过于频繁，请在 {seconds} 秒后再试。"
    en = "Too many requests; retry in {seconds} seconds."
    toast = "请稍后再试"
    retryable = True


class SenderGone(Exception):
    """The sender went away before its request was complete."""


class _Idle(threading.Timer):
    """Stands where the library keeps its own timer, so that it starts none."""

    def is_alive(self) -> bool:
        """As if it were running."""
        return True


class _Counts(MemoryStorage):
    """Counts in memory without the library's thread, which walks over all of them a hundred times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.timer = _Idle(0, lambda: None)
        self._swept = time.monotonic()

    def sweep(self) -> None:
        """Forget counts that have ended, once a minute."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept, now = time.monotonic(), time.time()
        for key in [key for key, ends in self.expirations.items() if ends <= now]:
            for kept in (self.storage, self.expirations, self.locks):
                kept.pop(key, None)


class Rates:
    """Requests per minute of each subject, and of each address that shows no believable token.

    Counted by sender alone: no spelling of a path or header opens a second allowance. Counts live in this process.
    """

    def __init__(self, settings: Settings) -> None:
        self._counts = _Counts()
        self._limiter = SlidingWindowCounterRateLimiter(self._counts)
        self._subject = RateLimitItemPerMinute(settings.requests_per_minute)
        self._integration = RateLimitItemPerMinute(settings.integration_requests_per_minute)
        self._address = RateLimitItemPerMinute(settings.anonymous_requests_per_minute)

    def admit(self, caller: Caller, address: str) -> None:
        """Count one request; RATE_LIMITED when it is one too many."""
        self._counts.sweep()
        if caller.subject:
            limit = self._integration if caller.role == INTEGRATION else self._subject
            key = ("subject", caller.client, caller.subject)
        else:
            limit, key = self._address, ("address", address, "")
        if not self._limiter.hit(limit, *key):
            ends = self._limiter.get_window_stats(limit, *key).reset_time
            seconds = max(1, round(ends - time.time()))
            raise RateLimited(seconds=seconds, retry_after=seconds)


def declared_length(header: str | None, limit: int) -> int | None:
    """The length a request declares, refused before anything is read when it passes ``limit`` bytes."""
    if header is None:
        return None
    if not (header.isascii() and header.isdecimal()) or len(header) > 18:
        raise MalformedBody(why="Content-Length")
    length = int(header)
    if length > limit:
        raise BodyTooLarge(limit=limit)
    return length


async def body_parts(receive: Receive, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives; BODY_TOO_LARGE as soon as it passes ``limit`` bytes."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGone
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        if part:
            yield part

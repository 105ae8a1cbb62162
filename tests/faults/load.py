"""Callers who count: what became of every request they sent while the process they call was told to end."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from wushe.db import uuid7

REFUSED = (ConnectionRefusedError, TimeoutError)


@dataclass
class Request:
    """One request as it goes over the wire; a keyed one names what it makes in its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    def wire(self, *, stay: bool) -> bytes:
        fields = {"host": "x", "content-length": str(len(self.body)), **self.headers}
        fields |= {} if stay else {"connection": "close"}
        if self.method == "POST":
            fields |= {"content-type": "application/json", "idempotency-key": str(uuid7())}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass
class Tally:
    """What the callers saw."""

    sent: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often which path was answered with which status."""
    made: list[bytes] = field(default_factory=list)
    unhelpful: int = 0
    """Refusals that do not say when to come again."""
    told_to_leave: int = 0
    """Answers that said they were the last on their connection, on connections that wished to stay."""

    @property
    def answered(self) -> int:
        return self.statuses.total()

    def __str__(self) -> str:
        parts = f"sent {self.sent}, answered {self.answered} {dict(self.statuses)}, refused {self.refused}"
        return f"{parts}, lost {len(self.lost)} {self.lost[:3]}"


class Caller:
    """Asks again and again until it is refused; never sends on a connection it knows to be closed."""

    def __init__(self, port: int, request: Callable[[], Request], tally: Tally, *, stay: bool) -> None:
        self._port, self._request, self._tally, self._stay = port, request, tally, stay
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self, *, pause: float = 0.005) -> None:
        while await self._reach():
            await self._ask(self._request())
            await asyncio.sleep(pause)
        self._tally.refused += 1

    async def once(self) -> None:
        """One request on a connection of its own."""
        assert await self._reach()
        await self._ask(self._request())

    async def _reach(self) -> bool:
        if self._streams and self._streams[0].at_eof():
            self._leave()
        if not self._streams:
            with suppress(*REFUSED):
                async with asyncio.timeout(5):
                    self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams is not None

    async def _ask(self, request: Request) -> None:
        reader, writer = self._streams
        self._tally.sent += 1
        try:
            writer.write(request.wire(stay=self._stay))
            async with asyncio.timeout(30):
                status, headers, body = await read_answer(reader)
        except (OSError, EOFError, TimeoutError) as fault:
            self._tally.lost.append(f"{request.method} {request.path}: {fault!r}")
            self._leave()
            return
        self._tally.statuses[request.path, status] += 1
        self._tally.unhelpful += "problem" in headers["content-type"] and status == 503 and "retry-after" not in headers
        if request.method == "POST" and status == 201:
            self._tally.made.append(body)
        if headers.get("connection") == "close":
            self._tally.told_to_leave += self._stay
            self._leave()

    def _leave(self) -> None:
        self._streams[1].close()
        self._streams = None


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """A whole answer, or EOFError."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    if headers.get("transfer-encoding") == "chunked":
        return int(head[0].split()[1]), headers, await _chunks(reader)
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)


async def besiege(
    port: int, requests: list[Callable[[], Request]], *, callers: int, strike: Callable[[Tally], bool], end: Callable
) -> Tally:
    """Let callers of every kind ask until they are refused; ``end`` is called once ``strike`` says so."""
    tally = Tally()
    running = [
        asyncio.create_task(Caller(port, request, tally, stay=bool(number % 2)).run())
        for number in range(callers)
        for request in requests
    ]
    while not strike(tally):
        await asyncio.sleep(0.01)
    end()
    await asyncio.gather(*running)
    return tally


async def crowd(port: int, request: Callable[[], Request], tally: Tally, *, callers: int) -> None:
    """That many callers at the same moment."""
    await asyncio.gather(*(Caller(port, request, tally, stay=False).once() for _ in range(callers)))

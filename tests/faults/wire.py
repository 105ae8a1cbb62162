"""The other end of a wire, on real sockets, and all that can come from there instead of an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
HTML = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 16\r\n\r\n<h1>Welcome</h1>"
ENDLESS = b"transfer-encoding: chunked\r\n\r\n"
GARBAGE = {
    "truncated": JSON + b'content-length: 900\r\n\r\n{"id": ',
    "half": JSON + b'content-length: 7\r\n\r\n{"id": ',
    "html": HTML,
    "schema": JSON + b'content-length: 13\r\n\r\n["a","b",1.5]',
    "nested": JSON + b"content-length: 200000\r\n\r\n" + b"[" * 200_000,
    "redirect": b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    "noise": b"\x00\xff garbage\r\n\r\n",
    "hung up": b"",
}
"""Answers no service of ours gives; each is followed by the end of the connection."""
FINE = JSON + b"content-length: 2\r\n\r\n{}"
PART = b"10000\r\n" + b"[" * 65536 + b"\r\n"


class Wire:
    """Hears every request and answers with its fault: ``hole``, ``endless``, ``fine`` or a garbage."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.once: list[str] = []
        """Faults that happen to one request each, before the lasting one."""
        self.heard = 0
        self.open = 0
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        self.open -= 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.heard += 1
        fault = self.once.pop() if self.once else self.fault
        if fault == "fine" or fault in GARBAGE:
            writer.write(GARBAGE.get(fault, FINE))
            await writer.drain()
        elif fault == "endless":
            writer.write(JSON + ENDLESS)
            while not writer.is_closing():
                writer.write(PART)
                await writer.drain()
        else:
            await reader.read()  # until the caller gives up


@asynccontextmanager
async def wire(*, fault: str) -> AsyncIterator[Wire]:
    made = Wire(fault)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()


async def ends(made: Wire) -> None:
    """Wait until no connection is left on a wire."""
    async with asyncio.timeout(5):
        while made.open:
            await asyncio.sleep(0.005)


class Peak:
    """The most memory this process held since, in bytes."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self._before = _status("VmRSS")

    def grown(self) -> int:
        return _status("VmHWM") - self._before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

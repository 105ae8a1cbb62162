"""A server that leaves without losing a request: it says so first, answers whatever came, and shuts the door last."""

import asyncio
import ctypes
import json
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer
import uvicorn

HANDSHAKE_SECONDS = 0.1
"""Time for callers whose connection is half made when newcomers are turned away."""
PATIENCE_SECONDS = 1
"""How long a caller who has connected may take to begin its request."""
LOOK_SECONDS = 0.02
SO_ATTACH_FILTER = 26  # Linux; Python does not name it
# Classic BPF over the TCP header: of its flags SYN without ACK is dropped as if it had never arrived, the rest passes.
NEWCOMERS = ((0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


class Server(uvicorn.Server):
    """uvicorn that says on which port it listens, and that takes its time to leave.

    uvicorn alone closes its listener and its connections at once: callers the kernel has accepted for it, in the queue
    or with a request not read yet, are then reset.
    """

    def __init__(self, config: uvicorn.Config, *, state: Any, owner: bool) -> None:
        super().__init__(config)
        self._state, self._owner = state, owner

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then say so."""
        await super().startup(sockets=sockets)
        for each in sockets or ():
            typer.echo(json.dumps({"service": self._state.name, "port": each.getsockname()[1]}))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Turn readiness red, drain, turn newcomers away, hear who is there already, then end as uvicorn does."""
        self._state.health.leaving.set()
        self._part_after_each_answer()
        await self._while(lambda: True, self._state.settings.drain_seconds)
        if self._owner:  # else another process keeps the socket open, and the queue waits for whoever serves it next
            await self._turn_away(sockets or [])
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        await self._while(self._is_anybody_about_to_speak, PATIENCE_SECONDS)
        await super().shutdown(sockets=sockets)

    def _part_after_each_answer(self) -> None:
        """Every answer from now on is the last on its connection, and says so."""
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        for each in self.server_state.connections:
            if not _is_idle(each):
                each.shutdown()

    async def _turn_away(self, sockets: list[socket.socket]) -> None:
        """Let nobody join the kernel's queue, and accept all who stand in it."""
        for each in sockets:
            with suppress(OSError):  # a kernel without such filters: the queue is emptied all the same
                refuse_newcomers(each)
        await asyncio.sleep(HANDSHAKE_SECONDS)
        await self._while(lambda: any(_has_arrivals(each) for each in sockets), PATIENCE_SECONDS)

    def _is_anybody_about_to_speak(self) -> bool:
        """Close what is idle; whether a caller has not begun its first request, or has begun another."""
        waiting = False
        for each in list(self.server_state.connections):
            if each.cycle is None or (_is_idle(each) and _has_arrivals(each.transport.get_extra_info("socket"))):  # type: ignore[union-attr]  # HTTP only
                waiting = True
            elif _is_idle(each):
                each.shutdown()
        return waiting

    async def _while(self, condition: Callable[[], bool], seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        ends = clock() + seconds
        while not self.force_exit and clock() < ends and condition():  # noqa: ASYNC110 -- the kernel tells no event
            await asyncio.sleep(LOOK_SECONDS)


def refuse_newcomers(listener: socket.socket) -> None:
    """Connections not begun yet are not begun: their callers are refused once the listener is closed."""
    code = b"".join(struct.pack("HBBI", *each) for each in NEWCOMERS)
    held = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(NEWCOMERS), ctypes.addressof(held))
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def _is_idle(connection: Any) -> bool:
    return connection.cycle is None or bool(connection.cycle.response_complete)


def _has_arrivals(sock: Any) -> bool:
    """Whether the kernel holds something for us: bytes of a connection, callers of a listener."""
    look = select.poll()
    look.register(sock.fileno(), select.POLLIN)
    return bool(look.poll(0))

"""Heads nobody should send (S04, R35): refused, sent away when late, one request behind the gateway as before it."""

import resource
import socket
import time
from contextlib import suppress

from tests.wire.conftest import SECONDS, Answer, Process, read, until

HOST = b"host: a\r\n"
GET = b"GET /v1/needs HTTP/1.1\r\n" + HOST
POST = b"POST /v1/needs HTTP/1.1\r\n" + HOST + b"content-type: application/json\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n"
LAST = b"connection: close\r\n\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST + LAST
SMUGGLED = b"GET /v1/needs/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"

TOO_LARGE = {
    "a thousand headers": (GET + b"x: 1\r\n" * 1000 + b"\r\n", 431, "HEADERS_TOO_LARGE"),
    "a header of 64 kB": (GET + b"x: " + b"a" * 65_536 + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
    "a header of 1 MB": (GET + b"x: " + b"a" * 1_048_576 + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
    "an address of 20 kB": (
        b"GET /v1/needs?q=" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        414,
        "ADDRESS_TOO_LONG",
    ),
    "an address of 1 MB": (b"GET /v1/needs?q=" + b"a" * 1_000_000, 414, "ADDRESS_TOO_LONG"),
}
MALFORMED = {
    "NUL in a value": GET + b"x: a\0b\r\n\r\n",
    "CR in a value": GET + b"x: a\rb\r\n\r\n",
    "LF in a value": GET + b"x: a\ny: b\r\n\r\n",
    "bare LF": b"GET /v1/needs HTTP/1.1\nhost: a\n\n",
    "a folded value": GET + b"x: a\r\n b\r\n\r\n",
    "a space before the colon": GET + b"x : a\r\n\r\n",
    "no host": b"GET /v1/needs HTTP/1.1\r\n\r\n",
    "two hosts": GET + HOST + b"\r\n",
    "HTTP/0.9": b"GET /v1/needs\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "CONNECT": b"CONNECT a:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "no path": b"GET http://evil.example HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path that is not ASCII": "GET /v1/needs/中 HTTP/1.1\r\nhost: a\r\n\r\n".encode(),
    "a chunk size that overflows": CHUNKED + b"ffffffffffffffffff\r\n{}",
    "a negative chunk": CHUNKED + b"-2\r\n{}",
    "a chunk with 0x": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + b"2\r\n{}xx\r\n0\r\n\r\n",
    "a chunk extension ended by LF": CHUNKED + b"2;a\n{}\r\n0\r\n\r\n",
    "chunks ended by LF": CHUNKED + b"2\n{}\n0\n\n",
    "a length behind the body": CHUNKED + b"2\r\n{}\r\n0\r\ncontent-length: 9\r\n\r\n",
}
# Read one way by one, another way by the next: the classical ways to hide a second request.
AMBIGUOUS = {
    "two lengths": b"content-length: 2\r\ncontent-length: 44\r\n\r\n{}",
    "the same length twice": b"content-length: 2\r\ncontent-length: 2\r\n\r\n{}",
    "a list of lengths": b"content-length: 2, 2\r\n\r\n{}",
    "a signed length": b"content-length: +2\r\n\r\n{}",
    "a hexadecimal length": b"content-length: 0x2\r\n\r\n{}",
    "an endless length": b"content-length: " + b"9" * 30 + b"\r\n\r\n{}",
    "length and chunks": b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
    "chunked, identity": b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "identity, chunked": b"transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "gzip, chunked": b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "something like chunked": b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked behind a tab": b"transfer-encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
}


def answered(raw: bytes, process: Process) -> Answer:
    """The only answer, and the last one."""
    found = process.say(raw)
    assert found.rest == b""
    return found


def test_heads_that_are_too_large(process):
    for what, (raw, status, code) in TOO_LARGE.items():
        found = answered(raw, process)
        assert (found.status, found.code) == (status, code), what
        assert found.headers["connection"] == "close", what


def test_what_is_no_request(process):
    for what, raw in MALFORMED.items():
        found = answered(raw, process)
        assert (found.status, found.code) == (400, "REQUEST_MALFORMED"), what


def test_what_could_be_read_in_two_ways(process):
    for what, raw in AMBIGUOUS.items():
        found = answered(POST + raw + SMUGGLED, process)
        assert (found.status, found.code) == (400, "REQUEST_MALFORMED"), what
    found = answered(b"POST /v1/needs HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, process)
    assert found.status == 400


def mark(process: Process, name: str) -> None:
    process.say(f"GET /v1/needs/{name} HTTP/1.1\r\n".encode() + HOST + LAST)


def test_a_service_hears_only_what_the_gateway_took_for_one_request(gateway, needs):
    mark(gateway, "mark-1")
    for raw in AMBIGUOUS.values():
        gateway.say(POST + raw + SMUGGLED)
    extended = CHUNKED + b'2;a="b"\r\n{}\r\n0\r\nauthorization: Bearer x\r\nwushe-identity: x\r\n\r\n'
    assert gateway.say(extended + GET + LAST).status == 401  # by the service: the gateway has heard no token
    mark(gateway, "mark-2")
    assert needs.heard("mark-2") == ["POST /v1/needs", "GET /v1/needs"]


def test_requests_behind_each_other_are_answered_in_order(process):
    first = process.say(GET + b"\r\nGET /v1/nothing HTTP/1.1\r\n" + HOST + LAST)
    second = Answer(first.rest)
    assert (first.status, second.status, second.rest) == (401, 404, b"")


def test_garbage_behind_a_request_is_not_its_answer(gateway, needs):
    behind = {
        b"\0\1garbage\r\n\r\n": "REQUEST_MALFORMED",
        GET + b"x: " + b"a" * 40_000 + b"\r\n\r\n": "HEADERS_TOO_LARGE",
        b"GET /v1/need": "REQUEST_TIMEOUT",
    }
    said = [(process, garbage) for process in (gateway, needs) for garbage in behind]
    found = ended(begun([(process, GET + b"\r\n" + garbage) for process, garbage in said]))
    for (process, garbage), first in zip(said, found, strict=True):
        assert first.code == "NOT_AUTHENTICATED", (process.service, garbage[:20])
        assert not first.rest or Answer(first.rest).code == behind[garbage]


def test_what_cannot_be_read_behind_a_waiting_request_is_not_its_answer(process):
    waiting = b"GET /v1/needs HTTP/1.1\r\nhost: a\r\n\r\n"
    broken = b"POST /v1/needs HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
    assert process.say(waiting + waiting + broken).status != 400


def test_old_and_odd_requests_that_are_fine(process):
    fine = {
        "HTTP/1.0": b"GET /v1/needs HTTP/1.0\r\n\r\n",
        "an absolute address": b"GET http://evil.example/v1/needs HTTP/1.1\r\n" + HOST + LAST,
        "an upgrade nobody offers": GET + b"connection: upgrade, close\r\nupgrade: websocket\r\n\r\n",
        "empty lines before": b"\r\n\r\n" + GET + LAST,
    }
    for what, raw in fine.items():
        assert answered(raw, process).code == "NOT_AUTHENTICATED", what


def test_a_head_that_does_not_end_is_answered_408(gateway, needs):
    wanted = {b"GET /v1/need": 408, GET + b"x: ": 408, POST: 408, b"": 0, b"\r\n\r\n": 0}
    said = [(process, begin) for process in (gateway, needs) for begin in wanted]
    for (process, begin), found in zip(said, ended(begun(said)), strict=True):
        assert found.status == wanted[begin], (process.service, begin)
        assert not found.status or (found.code, found.headers["connection"]) == ("REQUEST_TIMEOUT", "close")


def test_a_head_that_comes_byte_by_byte_is_late_all_the_same(gateway):
    with gateway.connect() as made:
        made.settimeout(0.05)
        got, began = b"", time.monotonic()
        made.sendall(GET)
        while not got and time.monotonic() - began < 10 * SECONDS:
            made.sendall(b"x")
            try:
                got = made.recv(65_536)
            except TimeoutError:
                continue
    assert Answer(got).status == 408


def begun(to: list[tuple[Process, bytes]]) -> list[socket.socket]:
    """Connections that begin a request and say no more."""
    made = [process.connect() for process, _ in to]
    for each, (_, begin) in zip(made, to, strict=True):
        with suppress(ConnectionError):
            each.sendall(begin)
    return made


def ended(made: list[socket.socket]) -> list[Answer]:
    """What becomes of all of them."""
    found = [Answer(read(each)) for each in made]
    for each in made:
        each.close()
    return found


def test_500_half_open_connections_do_not_keep_others_out(gateway, needs):
    before = {process: process.open_files() for process in (gateway, needs)}
    holding = begun([(process, GET) for process in before for _ in range(500)])
    assert [process.say(LIVE).status for process in before] == [200, 200]
    assert {each.status for each in ended(holding)} == {408}
    for process, files in before.items():
        until(lambda process=process, files=files: process.open_files() <= files + 4, "its files closed")


def test_a_gateway_without_files_to_open_recovers(gateway):
    usual = resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, (gateway.open_files() + 60, usual[1]))
    try:
        holding = begun([(gateway, GET)] * 200)
        assert gateway.say(LIVE).status == 0, "there were files left"
        until(lambda: gateway.say(LIVE).status == 200, "an answer to somebody else")
    finally:
        resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, usual)
    for each in holding:
        each.close()

"""Bodies nobody should send (S03): refused before they are kept, and the memory of real processes stays small."""

import gzip
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.harness import COMMUNITY
from tests.wire.conftest import SECONDS, Answer, Process
from wushe.commands import tokens
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, Trust, sign
from wushe.settings import DEVELOPMENT_ROOT

MEGABYTE = 1_000_000
GROWTH = 20 * MEGABYTE
JSON = b"content-type: application/json\r\n"


@pytest.fixture
def begin(process: Process) -> bytes:
    """The first lines of a resident's write, as the process in question is told who writes."""
    if process.service == "gateway":
        who = f"authorization: Bearer {tokens.issue(f'resident@{COMMUNITY}', person=str(uuid7()))}"
    else:
        person = Caller(subject="a", client="c", role="resident", scope=COMMUNITY, request_id="r", issuer="gateway")
        trust = Trust(root=DEVELOPMENT_ROOT, folder=None)
        who = f"{HEADER}: {sign(person, issuer='gateway', audience='needs', trust=trust)}"
    return f"POST /v1/needs HTTP/1.1\r\nhost: a\r\n{who}\r\nidempotency-key: k\r\n".encode() + JSON


@pytest.fixture(autouse=True)
def in_little_memory(gateway: Process, needs: Process) -> Iterator[None]:
    """Neither process may grow by more than 20 MB, not even for a moment."""
    before = {}
    for each in (gateway, needs):
        each.forget_peak()
        before[each] = each.peak()
    yield
    for each, size in before.items():
        assert each.peak() - size < GROWTH, each.service


def answer_while_sending(process: Process, head: bytes, part: bytes) -> tuple[Answer, int]:
    """What comes back while part after part follows, up to 60 MB, and how many bytes it took."""
    sent, got = 0, b""
    with process.connect() as made:
        made.sendall(head)
        while not got and sent < 60 * MEGABYTE:
            made.settimeout(0.001)
            with suppress(TimeoutError):
                got = made.recv(65_536)
            made.settimeout(15)
            made.sendall(part)
            sent += len(part)
        while not Answer(got).whole:
            got += made.recv(65_536)
        return Answer(got), sent


def test_60_megabytes_are_refused_by_their_length_alone(process, begin):
    found = process.say(begin + b"connection: close\r\ncontent-length: 60000000\r\n\r\n")
    assert (found.status, found.code) == (413, "BODY_TOO_LARGE")


def test_a_body_that_is_sent_though_it_was_refused_is_not_kept(process, begin):
    found, sent = answer_while_sending(process, begin + b"content-length: 60000000\r\n\r\n", b" " * 65_536)
    assert (found.status, found.code) == (413, "BODY_TOO_LARGE")
    assert sent < 10 * MEGABYTE


def test_chunks_without_end_are_refused_at_the_limit(process, begin):
    part = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    found, sent = answer_while_sending(process, begin + b"transfer-encoding: chunked\r\n\r\n", part)
    assert (found.status, found.code) == (413, "BODY_TOO_LARGE")
    assert sent < 10 * MEGABYTE


def test_one_chunk_without_end_is_refused_at_the_limit(process, begin):
    head = begin + b"transfer-encoding: chunked\r\n\r\nfffffffff\r\n"
    found, sent = answer_while_sending(process, head, b" " * 65_536)
    assert (found.status, found.code) == (413, "BODY_TOO_LARGE")
    assert sent < 10 * MEGABYTE


def test_what_follows_a_refused_body_does_not_hold_the_connection(process, begin):
    ends, open_still = time.monotonic() + 10 * SECONDS, True
    with process.connect() as made, suppress(ConnectionError):
        made.sendall(begin + b"content-length: 60000000\r\n\r\n")
        made.settimeout(0.05)
        while open_still and time.monotonic() < ends:
            with suppress(TimeoutError):
                made.sendall(b"x")
                open_still = made.recv(65_536) != b""
    assert time.monotonic() < ends


def test_a_compressed_bomb_is_refused_unopened(process, begin):
    bomb = gzip.compress(b"[" + b" " * 60 * MEGABYTE + b"]", 1)
    assert len(bomb) < MEGABYTE
    for coding in (b"gzip", b"deflate", b"br", b"gzip, gzip", b"GZIP"):
        head = b"connection: close\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n" % (coding, len(bomb))
        found = process.say(begin + head + bomb)
        assert (found.status, found.code) == (415, "MEDIA_TYPE_UNSUPPORTED"), coding


def test_a_body_longer_than_it_says_ends_where_it_says(process, begin):
    found = process.say(begin + b'content-length: 2\r\n\r\n{]{"statement": "x"}')
    assert (found.status, found.code) == (400, "MALFORMED_BODY")
    assert not found.rest or Answer(found.rest).code == "REQUEST_MALFORMED"


def test_a_trailer_without_end_is_cut_off(process, begin):
    with process.connect() as made:
        made.sendall(begin + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: ")
        sent = 0
        with suppress(ConnectionError):
            while sent < MEGABYTE:
                made.sendall(b"a" * 4096)
                sent += 4096
                time.sleep(0.001)  # each part is read by itself
    assert sent < MEGABYTE

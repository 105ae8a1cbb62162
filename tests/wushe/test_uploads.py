"""One file per request: as a form, as wx.uploadFile sends it, or bare; refused early, and hashed for repetition."""

import tempfile
from hashlib import sha256

import pytest

from tests.harness import COMMUNITY
from tests.wushe.test_writes import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/v1/pictures"
EDGE = "----wx"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def part(name: str, content: bytes, *, filename: str | None = None, media: str | None = None) -> bytes:
    said = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{said}\r\n'
    head += f"Content-Type: {media}\r\n" if media else ""
    return head.encode() + b"\r\n" + content + b"\r\n"


def picture(content: bytes = PNG, *, name: str = "file", filename: str = "灯.png", media: str | None = "image/png"):
    return part(name, content, filename=filename, media=media)


def form(*parts: bytes, end: bytes = f"--{EDGE}--\r\n".encode()) -> bytes:
    return b"".join(parts) + end


WHERE = part("division", COMMUNITY.encode())


async def send(probe, body, *, kind: str = f"multipart/form-data; boundary={EDGE}", path: str = PATH, **more):
    headers = {"content-type": kind, **more.pop("headers", {})}
    return await probe.acting("worker").post(path, content=body, headers=headers, **more)


async def taken(probe, body, **more):
    answer = await send(probe, body, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(probe, body, status: int, code: str, **more):
    answer = await send(probe, body, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await rows(probe, "select 1 from things") == []
    return answer.json()


async def test_a_form_brings_one_file_and_its_fields(probe):
    found = await taken(probe, form(WHERE, part("flag", b"true"), part("state", b"open"), picture()))
    assert (found["name"], found["media"], found["size"]) == ("灯.png", "image/png", len(PNG))
    assert (found["flag"], found["state"]) == (True, "open")
    assert found["sha256"] == sha256(PNG).hexdigest()


async def test_a_bare_body_brings_its_fields_in_the_query(probe):
    found = await taken(probe, b"a,b\n1,2\n", kind="text/csv", path=f"{PATH}?division={COMMUNITY}&flag=true")
    assert (found["name"], found["media"], found["size"], found["flag"]) == ("", "text/csv", 8, True)


async def test_a_name_says_what_the_sender_does_not_and_leads_nowhere(probe):
    plain = picture(filename="../../etc/a.CSV", media="application/octet-stream")
    found = await taken(probe, form(WHERE, plain))
    assert (found["media"], found["name"]) == ("text/csv", "a.CSV")


async def test_the_same_file_and_fields_are_the_same_request_however_framed(probe):
    first = await taken(probe, form(WHERE, picture()), key="k")
    again = await send(probe, form(picture(), WHERE), key="k")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first, "true")
    for other in (form(WHERE, picture(PNG + b"x")), form(WHERE, part("flag", b"true"), picture())):
        answer = await send(probe, other, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_a_large_file_waits_on_disk_and_is_gone_afterwards(probe, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spooled, plain = [], tempfile.SpooledTemporaryFile.rollover

    def rollover(file):
        plain(file)
        spooled.append(file)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    await taken(probe, form(WHERE, picture(b"x" * 1_500_000)))
    await taken(probe, b"x" * 1_500_000, kind="image/png", path=f"{PATH}?division={COMMUNITY}")
    assert [file.closed for file in spooled] == [True, True]
    assert list(tmp_path.iterdir()) == []


TOO_LARGE = b"x" * 2_000_001
NO_BOUNDARY = "multipart/form-data"
WRONG = {
    "json": (b"{}", 415, "FILE_TYPE_UNSUPPORTED", {"kind": "application/json"}),
    "no type": (PNG, 415, "FILE_TYPE_UNSUPPORTED", {"kind": ""}),
    "a film": (form(WHERE, picture(media="video/mp4")), 415, "FILE_TYPE_UNSUPPORTED", {}),
    "a name of no kind": (form(WHERE, picture(filename="a.exe", media=None)), 415, "FILE_TYPE_UNSUPPORTED", {}),
    "packed": (PNG, 415, "FILE_TYPE_UNSUPPORTED", {"kind": "image/png", "headers": {"content-encoding": "gzip"}}),
    "no file": (form(WHERE), 422, "FILE_MISSING", {}),
    "a file of another name": (form(WHERE, picture(name="photo")), 422, "FILE_MISSING", {}),
    "an empty file": (form(WHERE, picture(b"")), 422, "FILE_MISSING", {}),
    "nothing": (b"", 422, "FILE_MISSING", {"kind": "image/png"}),
    "two files": (form(WHERE, picture(), picture(name="other")), 422, "FILES_TOO_MANY", {}),
    "three files": (form(*[picture()] * 3), 400, "MALFORMED_BODY", {}),
    "broken off": (form(WHERE, picture(), end=b""), 400, "MALFORMED_BODY", {}),
    "broken off inside": (form(WHERE, picture())[:-200], 400, "MALFORMED_BODY", {}),
    "no form at all": (b"whatever", 400, "MALFORMED_BODY", {}),
    "no boundary": (form(WHERE, picture()), 400, "MALFORMED_BODY", {"kind": NO_BOUNDARY}),
    "a field twice": (form(WHERE, WHERE, picture()), 400, "MALFORMED_BODY", {}),
    "a nul": (form(WHERE, part("state", b"a\0"), picture()), 400, "MALFORMED_BODY", {}),
    "many fields": (form(*[part(f"a{n}", b"") for n in range(99)]), 400, "MALFORMED_BODY", {}),
    "a long field": (form(part("state", b"x" * 9000), picture()), 400, "MALFORMED_BODY", {}),
    "no division": (form(picture()), 422, "INVALID_INPUT", {}),
    "an unknown field": (form(WHERE, part("version", b"9"), picture()), 422, "INVALID_INPUT", {}),
    "a wrong value": (form(WHERE, part("state", b"ajar"), picture()), 422, "INVALID_INPUT", {}),
    "too large": (form(WHERE, picture(TOO_LARGE)), 413, "BODY_TOO_LARGE", {}),
    "too large and bare": (TOO_LARGE, 413, "BODY_TOO_LARGE", {"kind": "image/png"}),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_no_upload_is_refused_and_changes_nothing(probe, what):
    body, status, code, more = WRONG[what]
    await refused(probe, body, status, code, **more)


async def test_a_wrong_field_is_named(probe):
    found = await refused(probe, form(WHERE, part("state", b"ajar"), part("x", b""), picture()), 422, "INVALID_INPUT")
    assert {(each["pointer"], each["code"]) for each in found["errors"]} == {
        ("/state", "ENUM"),
        ("/x", "EXTRA_FORBIDDEN"),
    }


async def test_what_declares_too_much_is_refused_before_it_is_read(probe):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 65_536
            yield b"x" * 65_536

    for kind in ("image/png", f"multipart/form-data; boundary={EDGE}"):
        answer = await send(probe, endless(), kind=kind, headers={"content-length": "99999999"})
        assert (answer.status_code, answer.json()["code"], read) == (413, "BODY_TOO_LARGE", 0)
        answer = await send(probe, endless(), kind=kind)
        assert answer.status_code in {400, 413} and read < 4_000_000
        read = 0

"""What a file is, pictures made again from their pixels, and stored bytes under the name of what they are."""

import asyncio
import io
import os
import signal
import zipfile
from hashlib import sha256

import pytest
import pytest_asyncio
from PIL import Image, ImageCms

from gateway.storage import Darkroom, Objects, PictureDamaged, PictureTooWide, key_of, sort_of
from gateway.storage.pictures import THUMBNAIL_BYTES, Damaged, TooWide, develop
from tests.gateway.pictures import CANARY, bomb, opened, photo, recording, saved
from tests.gateway.s3 import BUCKET, CREDENTIALS, s3_running
from wushe.errors import Unavailable

PIXELS = 50_000_000


def workbook(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as box:
        for name in names:
            box.writestr(name, "<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photo(), "image/jpeg"),
        (photo(form="PNG"), "image/png"),
        (photo(form="WEBP"), "image/webp"),
        (recording("amr"), "audio/amr"),
        (recording("mp3"), "audio/mpeg"),
        (recording("aac"), "audio/aac"),
        (recording("m4a"), "audio/mp4"),
        (recording("wav"), "audio/wav"),
        (recording("ogg"), "audio/ogg"),
        (b"%PDF-1.7\n", "application/pdf"),
        (
            workbook("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_file_is_what_its_bytes_say(content, media_type):
    found = sort_of(content)
    assert found
    assert found.media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"<html>",
        b"<svg onload=alert(1)>",
        b"GIF89a",
        b"PK\x03\x04 not a box",
        workbook("[Content_Types].xml", "word/document.xml"),
        workbook("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        b"\x00\x00\x00\x20ftypqt  ",
    ],
)
def test_anything_else_is_no_file_of_ours(content):
    assert sort_of(content) is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_gone_from_the_picture_and_its_thumbnail(form):
    taken = photo(form=form)
    assert opened(taken).getexif().get_ifd(0x8825), "the test's own photograph says where it was taken"
    found = develop(taken, pixels=PIXELS)
    for kept in (found.content, found.thumbnail):
        assert CANARY.encode() not in kept
        assert not opened(kept).getexif()
        assert {"xmp", "exif", "comment", "icc_profile", "Author"} & set(opened(kept).info) == set()
    assert opened(found.content).format == form


def test_a_picture_stands_upright():
    found = develop(photo(width=320, height=180, orientation=6), pixels=PIXELS)
    assert (found.width, found.height) == (180, 320)
    red, green, _ = opened(found.content).getpixel((170, 20))  # the corner that was at the top left is turned right
    assert red > 150 > green


@pytest.mark.parametrize("size", [(640, 480), (900, 60), (40, 40)])
def test_a_thumbnail_fits_into_thirty_kilobytes(size):
    noise = Image.effect_noise(size, 120).convert("RGB")
    found = develop(saved(noise, "JPEG"), pixels=PIXELS)
    assert len(found.thumbnail) <= THUMBNAIL_BYTES
    assert opened(found.thumbnail).format == "JPEG"
    assert max(opened(found.thumbnail).size) <= max(size)


def test_what_is_transparent_lies_on_white():
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    found = develop(saved(clear, "PNG"), pixels=PIXELS)
    assert opened(found.content).mode == "RGBA"
    assert min(opened(found.thumbnail).getpixel((30, 30))) > 240


def test_the_same_photograph_is_the_same_bytes_again():
    taken = photo()
    assert develop(taken, pixels=PIXELS) == develop(taken, pixels=PIXELS)


def test_a_profile_is_used_and_left_behind():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colour = Image.new("RGB", (40, 40), (200, 100, 50))
    found = develop(saved(colour, "PNG", icc_profile=profile), pixels=PIXELS)
    assert "icc_profile" not in opened(found.content).info
    assert opened(found.content).getpixel((20, 20)) == pytest.approx((200, 100, 50), abs=2)
    assert develop(saved(colour, "PNG", icc_profile=b"not a profile"), pixels=PIXELS).width == 40


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_half_a_picture_is_none(form, share):
    whole = photo(form=form)
    with pytest.raises(Damaged):
        develop(whole[: int(len(whole) * share)], pixels=PIXELS)


def test_a_picture_that_unfolds_without_end_is_refused_before_it_does():
    with pytest.raises(TooWide):
        develop(bomb(), pixels=PIXELS)
    with pytest.raises(TooWide):
        develop(photo(width=400, height=300), pixels=100_000)


@pytest.fixture(scope="module")
def darkroom():
    room = Darkroom(1, pixels=PIXELS)
    yield room
    room.close()


@pytest.mark.asyncio(loop_scope="session")
async def test_pictures_are_developed_in_another_process(darkroom):
    found = await darkroom.develop(photo())
    assert found == develop(photo(), pixels=PIXELS) or found.width == 180
    with pytest.raises(PictureDamaged):
        await darkroom.develop(photo()[:800])
    with pytest.raises(PictureTooWide):
        await darkroom.develop(bomb())


@pytest.mark.asyncio(loop_scope="session")
async def test_a_picture_that_kills_its_worker_harms_no_other(darkroom):
    await darkroom.develop(photo())
    worker = darkroom._started[-1]
    (process,) = worker._processes.values()
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(PictureDamaged):
        await darkroom.develop(photo())
    assert (await darkroom.develop(photo())).width == 180


@pytest_asyncio.fixture(params=["a folder", "S3"], loop_scope="session")
async def stored(request, tmp_path):
    """The store and a way to look at its keys past it."""
    if request.param == "a folder":
        folder = tmp_path / "files"
        yield Objects(folder.as_uri()), lambda: {each.name for each in folder.rglob("*") if each.is_file()}
        return
    async with s3_running() as fake:
        store = Objects(f"s3://{BUCKET}", endpoint=fake.address, **CREDENTIALS)
        yield store, lambda: {key.rpartition("/")[2] for key in fake.kept}
        assert fake.unsigned == 0


@pytest.mark.asyncio(loop_scope="session")
async def test_an_object_is_named_by_what_it_is(stored):
    store, keys = stored
    content = os.urandom(300_000)
    key = await store.put(content)
    assert key == key_of(content) == sha256(content).hexdigest()
    assert await store.put(content) == key
    assert keys() == {key}
    assert await store.read(key) == content
    assert b"".join([part async for part in await store.open(key)]) == content
    assert await store.has(key)
    await store.delete(key)
    await store.delete(key)
    assert not await store.has(key)
    assert keys() == set()
    with pytest.raises(Unavailable):
        await store.open(key)


@pytest.mark.asyncio(loop_scope="session")
async def test_many_store_the_same_thing_at_once(stored):
    store, keys = stored
    assert len(set(await asyncio.gather(*(store.put(b"the same") for _ in range(8))))) == 1
    assert keys() == {key_of(b"the same")}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_store_that_is_away_is_unavailable():
    async with s3_running() as fake:
        store = Objects(f"s3://{BUCKET}", endpoint=fake.address, **CREDENTIALS)
        fake.away = True
        for attempt in (store.put(b"x"), store.read("00"), store.open("00"), store.has("00"), store.delete("00")):
            with pytest.raises(Unavailable):
                await attempt

"""Pictures and recordings as telephones make them, made here: nobody's face, nobody's voice, nobody's street."""

import io
import struct
import zlib

from PIL import Image, ImageDraw, PngImagePlugin

PLACE = (24.9, 118.6)
CANARY = "SYN-CAMERA-OF-SOMEBODY"
_GPS, _MAKE, _MODEL, _ORIENTATION = 0x8825, 0x010F, 0x0110, 0x0112


def photo(*, width: int = 320, height: int = 180, orientation: int = 6, form: str = "JPEG", **more: object) -> bytes:
    """A photograph with the place it was taken at, the telephone it was taken with, and a word in its comments."""
    image = Image.effect_noise((width, height), 60).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(200, 20, 20))
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL], exif[_ORIENTATION] = CANARY, CANARY, orientation
    exif.get_ifd(_GPS).update({1: "N", 2: (24.0, 54.0, 0.0), 3: "E", 4: (118.0, 36.0, 0.0)})
    packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    if form == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", CANARY)
        more["pnginfo"] = words
    elif form == "JPEG":
        more |= {"comment": CANARY, "quality": 88}
    return saved(image, form, exif=exif, **({"xmp": packet} if form != "PNG" else {}), **more)


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, format=form, **how)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few hundred bytes that say they are a picture of 3.6 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def recording(kind: str = "amr") -> bytes:
    """The beginning of a recording of one sort, and silence."""
    beginnings = {
        "amr": b"#!AMR\n",
        "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
        "aac": b"\xff\xf1\x50\x80",
        "m4a": b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00",
        "wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
        "ogg": b"OggS\x00\x02" + bytes(20),
    }
    return beginnings[kind] + bytes(200)

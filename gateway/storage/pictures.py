"""Pictures made again from their pixels alone: no camera, no place, no hidden second picture comes along.

This module runs in a worker process under limits of memory and time: decoders of pictures are where files attack.
"""

import io
import warnings

from PIL import Image, ImageCms, ImageOps

from gateway.storage.kinds import Picture

_FORMATS = ("JPEG", "PNG", "WEBP")
_SAVING: dict[str, dict[str, int]] = {"JPEG": {"quality": 90}, "PNG": {}, "WEBP": {"quality": 90}}
THUMBNAIL_BYTES = 30 * 1024
_SIDES, _QUALITIES = (480, 360, 240, 160, 96), (80, 65, 50, 35)


class Damaged(ValueError):
    """The bytes begin like a picture, but no whole picture comes out of them."""


class TooWide(ValueError):
    """It would unfold to more pixels than anybody here looks at."""


def develop(content: bytes, *, pixels: int) -> Picture:
    """The same picture without anything but its pixels, upright, in sRGB; more than ``pixels`` are refused."""
    try:
        with warnings.catch_warnings():
            # Telephones write broken metadata, which is thrown away anyhow; too many pixels are no matter of taste.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image, name = _read(content, pixels)
            return Picture(
                content=_written(image, name, **_SAVING[name]),
                media_type=f"image/{name.lower()}",
                width=image.width,
                height=image.height,
                thumbnail=_thumbnail(image),
            )
    except (TooWide, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise TooWide from fault
    except Exception as fault:  # decoders raise OSError, SyntaxError, struct.error, ZeroDivisionError …
        raise Damaged from fault


def _read(content: bytes, pixels: int) -> tuple[Image.Image, str]:
    Image.MAX_IMAGE_PIXELS = pixels
    opened = Image.open(io.BytesIO(content), formats=_FORMATS)
    if opened.width * opened.height > pixels:  # before a pixel is unfolded
        raise TooWide
    opened.load()
    # MPO is the JPEG of telephones that keep a second picture behind the first.
    name = opened.format if opened.format in _FORMATS else "JPEG"
    upright = ImageOps.exif_transpose(opened)
    image = _in_srgb(upright, "RGBA" if name != "JPEG" and upright.has_transparency_data else "RGB")
    image.info = {}  # else Pillow writes profile and comments again
    return image, name


def _in_srgb(image: Image.Image, mode: str) -> Image.Image:
    """The colours as a screen without profiles shows them; a profile nobody can read is left aside."""
    profile = image.info.get("icc_profile")
    plain = image.convert(mode)
    if not profile or image.mode not in {"RGB", "RGBA"}:
        return plain
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain
    return converted or plain


def _thumbnail(image: Image.Image) -> bytes:
    """The largest and best JPEG of a few that fits into 30 KB, on white where the picture is transparent."""
    small = image.copy()
    for side in _SIDES:
        small.thumbnail((side, side))
        flat = Image.new("RGB", small.size, "white")
        flat.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
        for quality in _QUALITIES:
            written = _written(flat, "JPEG", quality=quality)
            if len(written) <= THUMBNAIL_BYTES:
                return written
    return written  # 96 pixels a side cannot need more


def _written(image: Image.Image, name: str, **how: int) -> bytes:
    target = io.BytesIO()
    image.save(target, format=name, **how)
    return target.getvalue()

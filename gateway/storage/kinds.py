"""What a file is, told by its first bytes and never by its name."""

import io
import re
import zipfile
from dataclasses import dataclass

IMAGE, AUDIO, DOCUMENT = "image", "audio", "document"


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of file: its kind, what it is called on the wire, and the ending a saved copy gets."""

    kind: str
    media_type: str
    ending: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept, and its thumbnail, a JPEG."""

    content: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes


JPEG = Sort(IMAGE, "image/jpeg", "jpg")
PNG = Sort(IMAGE, "image/png", "png")
WEBP = Sort(IMAGE, "image/webp", "webp")
MP3 = Sort(AUDIO, "audio/mpeg", "mp3")
M4A = Sort(AUDIO, "audio/mp4", "m4a")
AAC = Sort(AUDIO, "audio/aac", "aac")
AMR = Sort(AUDIO, "audio/amr", "amr")
WAV = Sort(AUDIO, "audio/wav", "wav")
OGG = Sort(AUDIO, "audio/ogg", "ogg")
PDF = Sort(DOCUMENT, "application/pdf", "pdf")
XLSX = Sort(DOCUMENT, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
SORTS = {sort.media_type: sort for sort in (JPEG, PNG, WEBP, MP3, M4A, AAC, AMR, WAV, OGG, PDF, XLSX)}

# Moving pictures come in the box sound comes in; only brands that promise sound alone, or nothing, are taken as sound.
_SOUND_BRANDS = "M4A |M4B |mp42|isom|iso2|mp41"
_BEGINNINGS = (
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), WAV),
    (re.compile(rb"OggS\x00"), OGG),
    (re.compile(rb"#!AMR(?:-WB)?\n"), AMR),
    (re.compile(rb"....ftyp(?:" + _SOUND_BRANDS.encode() + rb")", re.DOTALL), M4A),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), AAC),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), MP3),
    (re.compile(rb"%PDF-\d\.\d"), PDF),
)
_PARTS = 2000
_MANIFEST, _BOOK, _MACROS = "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"


def sort_of(content: bytes) -> Sort | None:
    """The sort of file these bytes are, or None for anything we do not take."""
    found = next((sort for beginning, sort in _BEGINNINGS if beginning.match(content)), None)
    return XLSX if found is None and _is_workbook(content) else found


def _is_workbook(content: bytes) -> bool:
    """Whether it is a workbook without macros; only the table of contents is read, nothing is inflated."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            names = box.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return len(names) <= _PARTS and _MANIFEST in names and _BOOK in names and _MACROS not in names

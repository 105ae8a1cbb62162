"""Where files lie and what they are: stored bytes, kinds told by content, pictures made again."""

from gateway.storage.darkroom import Darkroom, PictureDamaged, PictureTooWide
from gateway.storage.kinds import AUDIO, IMAGE, SORTS, Picture, Sort, sort_of
from gateway.storage.objects import Objects, key_of

__all__ = [
    "AUDIO",
    "IMAGE",
    "SORTS",
    "Darkroom",
    "Objects",
    "Picture",
    "PictureDamaged",
    "PictureTooWide",
    "Sort",
    "key_of",
    "sort_of",
]

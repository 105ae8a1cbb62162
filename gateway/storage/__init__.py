"""Where files lie and what they are: stored bytes, kinds told by content, pictures made again."""

from gateway.storage.darkroom import Darkroom, DarkroomFault
from gateway.storage.kinds import SORTS, FileKind, Sort, sort_of
from gateway.storage.objects import Objects, key_of

__all__ = ["SORTS", "Darkroom", "DarkroomFault", "FileKind", "Objects", "Sort", "key_of", "sort_of"]

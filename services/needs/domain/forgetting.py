"""By what a person is known in lines nobody has worked through yet, and what is left of such a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.needs.domain.identity import Identity

Line = dict[str, Any]
Key = tuple[str, str, str]
"""Whose, in which system, which."""
HOTLINE = "12345"
ERASED: Line = {"erased": True}
"""What stands in place of a line that was about somebody who is forgotten."""
_GUARDIAN = ("guardian_id", "guardian_relation")
_SPELLING = re.compile(r"[\s().·-]")


@dataclass(frozen=True, slots=True)
class Traces:
    """What names one person: ids and keys of ours and of others, and who they are, where they live."""

    ids: frozenset[str]
    """Ours, and the name they were minted under."""
    keys: frozenset[Key]
    division: str
    identity: Identity

    def left_of(self, line: Line, *, client: str, division: str | None) -> Line:
        """A line without the person: as it is, without the guardian they were, or nothing where it is about them.

        ``client`` sent it, and ``division`` is where its lines are about unless they say so.
        """
        if self._is_about(line, client, division):
            return ERASED
        if _word(line, "guardian_id") in self.ids | {value for _, _, value in self.keys}:
            return {name: value for name, value in line.items() if name not in _GUARDIAN}
        return line

    def _is_about(self, line: Line, client: str, division: str | None) -> bool:
        """By a key or ID of theirs; by telephone or name only where no ID says that it is somebody else's.

        Families share telephones. Namesakes are many: a name counts where the person lives.
        """
        texts = {_plain(text) for text in _texts({name: line[name] for name in line if name not in _GUARDIAN})}
        known = self.identity
        named = self.ids & {_word(line, "resident_id"), _word(line, "person_id")} or self.keys & {*_keys(line, client)}
        if named or _among(known.id_number, texts):
            return True
        if known.id_number and _is_id(line.get("id_number")):
            return False
        place = line.get("community_code") or line.get("division") or division
        namesake = _word(line, "name") == known.name and place == self.division
        return _among(known.phone, texts) or (known.name is not None and namesake)


def _keys(line: Line, client: str) -> Iterator[Key]:
    """What the sender calls a line's object."""
    system = _word(line, "external_system") or "import"
    for name, known in (("id", system), ("external_id", system), ("number", HOTLINE)):
        yield client, known, _word(line, name)
    listed = line.get("external_ids")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            yield client, _word(each, "system"), _word(each, "id")


def _word(line: Line, name: str) -> str:
    """A member that is a text; foreign files hold anything."""
    value = line.get(name)
    return value if isinstance(value, str) else ""


def _plain(text: str) -> str:
    return _SPELLING.sub("", text).upper()


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(_plain(value)) == 18


def _among(mark: str | None, texts: set[str]) -> bool:
    """Whether a number stands in any of the texts, alone or in a sentence."""
    return mark is not None and any(_plain(mark) in text for text in texts)


def _texts(value: Any) -> Iterator[str]:
    """Every text of a line, however deep; a number that is one as well."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)

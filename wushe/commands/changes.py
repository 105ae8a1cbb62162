"""What today's contract breaks for those who rely on the released one: operations, schemas and events compared.

What we read (``heard``) may only become wider, answers and events only narrower. A new value of a closed enum in an
answer breaks: clients branch on it, and generated ones refuse what they do not know. A new problem code does not: a
client falls back on its status. Texts, examples and limits on what we say are no part of the promise.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from wushe.commands.surface import NAMED, Json

UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
COMPARED = {
    *("type", "enum", "const", "format", "pattern", "default", "properties", "required", "items"),
    *("additionalProperties", *UPPER, *LOWER),
}


class Break(NamedTuple):
    """One difference somebody has to know of: the operation, schema or event, and what happened to it."""

    subject: str
    what: str

    def __str__(self) -> str:
        return f"`{self.subject}`: {self.what}"


def breaks(before: Json, after: Json) -> list[Break]:
    """Every difference that breaks a caller, a reader of answers or a listener, each once."""
    schemas = Schemas(before["schemas"], after["schemas"])
    found: list[Break] = []
    moved = {each["operation"]: address for address, each in after["operations"].items()}
    for address, old in before["operations"].items():
        new, name = after["operations"].get(address), old["operation"]
        if new is None:
            where = f"moved from {address} to {moved[name]}" if name in moved else f"{address} is gone"
            found.append(Break(name, where))
        else:
            found += _changed_operation(old, new, schemas)
    for kind, old in before["events"].items():
        new = after["events"].get(kind)
        if new is None or old["public"] > new["public"]:
            found.append(Break(kind, "is gone" if new is None else "is no longer public"))
        else:
            found += schemas.compare(old["data"], new["data"], heard=False, at="data", subject=kind)
    return list(dict.fromkeys(found))


def _changed_operation(old: Json, new: Json, schemas: "Schemas") -> Iterator[Break]:
    name = old["operation"]
    if new["operation"] != name:
        yield Break(name, f"is now called {new['operation']}")
    lost = sorted({*old["access"]} - {*new["access"]})
    if lost and new["access"] != ["public"]:
        yield Break(name, f"is no longer open to {', '.join(lost)}")
    if new["body"] and not old["body"]:
        yield Break(name, "a body is now required")
    yield from _changed_content(old["body"], new["body"], schemas, heard=True, at="the body", subject=name)
    yield from _changed_parameters(name, old["parameters"], new["parameters"], schemas)
    yield from _changed_answers(name, old["answers"], new["answers"], schemas)
    yield from _changed_problems(name, old["problems"], new["problems"])


def _changed_parameters(name: str, old: Json, new: Json, schemas: "Schemas") -> Iterator[Break]:
    for key, each in new.items():
        if each["required"] and not old.get(key, {}).get("required"):
            yield Break(name, f"{key} is now required")
    for key, each in old.items():
        if key in new:
            yield from schemas.compare(each["schema"], new[key]["schema"], heard=True, at=key, subject=name)
        else:
            yield Break(name, f"{key} is no longer read")


def _changed_answers(name: str, old: Json, new: Json, schemas: "Schemas") -> Iterator[Break]:
    for status in sorted({*new} - {*old}):
        if status.startswith("2"):
            yield Break(name, f"may now answer {status}")
    for status, answer in old.items():
        now = new.get(status)
        if now is None:
            yield Break(name, f"no longer answers {status}")
            continue
        for header in sorted({*answer["headers"]} - {*now["headers"]}):
            yield Break(name, f"{status} comes without {header}")
        at = f"answer {status}"
        yield from _changed_content(answer["content"], now["content"], schemas, heard=False, at=at, subject=name)


def _changed_problems(name: str, old: Json, new: Json) -> Iterator[Break]:
    now = {code: status for status, codes in new.items() for code in codes}
    for status, codes in old.items():
        for code in codes:
            if code not in new.get(status, ()):
                instead = f", but with {now[code]}" if code in now else ""
                yield Break(name, f"{code} is no longer answered with {status}{instead}")


def _changed_content(
    old: Json, new: Json, schemas: "Schemas", *, heard: bool, at: str, subject: str
) -> Iterator[Break]:
    for kind, schema in old.items():
        if kind in new:
            yield from schemas.compare(schema, new[kind], heard=heard, at=at, subject=subject)
        else:
            yield Break(subject, f"{at} is no longer {kind}")


class Schemas:
    """Two generations of named schemas, and the comparison of any two schemas that refer to them."""

    def __init__(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> None:
        self._before, self._after = before, after
        self._known: dict[tuple[str, str, bool], list[Break]] = {}

    def compare(self, old: Json, new: Json, *, heard: bool, at: str, subject: str) -> list[Break]:
        """What was accepted before and is not now, or with ``heard`` false, what may be said now and was not before."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), heard)
        if pair in self._known:
            return self._known[pair]
        name = pair[0].removeprefix(NAMED)
        if name and "." not in name:
            subject, at = name, ""
        if all(pair[:2]):
            self._known[pair] = []  # a schema that refers to itself ends here
        found = list(self._lost(old, new, heard=heard, at=at, subject=subject))
        if all(pair[:2]):
            self._known[pair] = found
        return found

    def _lost(self, old: Json, new: Json, *, heard: bool, at: str, subject: str) -> Iterator[Break]:
        olds, news = list(_kinds(old, self._before)), list(_kinds(new, self._after))
        for each in olds if heard else news:
            pairs = [(each, other) for other in news] if heard else [(other, each) for other in olds]
            tried = [
                list(self._alike(a, b, heard=heard, at=at, subject=subject))
                for a, b in pairs
                if (_fits(a, b) if heard else _fits(b, a))
            ]
            if tried:
                best: list[Break] = min(tried, key=len)
                yield from best
            else:
                verb = "is no longer accepted" if heard else "may now be said"
                yield Break(subject, f"{_place(at)}{_name(each)} {verb}")

    def _alike(self, old: Json, new: Json, *, heard: bool, at: str, subject: str) -> Iterator[Break]:
        """The differences of two schemas of one type."""

        def inner(a: Json, b: Json, name: str) -> list[Break]:
            return self.compare(a, b, heard=heard, at=f"{at}/{name}", subject=subject)

        wide, narrow = (new, old) if heard else (old, new)
        reports = [*_values(narrow, wide, heard=heard), *_promises(old, new), *_exactness(narrow, wide, heard=heard)]
        if heard:
            reports += _limits(old, new)
        yield from (Break(subject, f"{_place(at)}{report}") for report in reports)
        yield from _members(old, new, inner, heard=heard, at=at, subject=subject)
        for name in ("items", "additionalProperties"):
            if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
                yield from inner(old[name], new[name], "*")


def _place(at: str) -> str:
    return f"{at.strip('/')}: " if at else ""


def _kinds(schema: Json, named: Mapping[str, Json]) -> Iterator[Json]:
    """The schemas of one type each that a schema stands for."""
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if "$ref" in schema:
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        yield from _kinds({**beside, **named[schema["$ref"].removeprefix(NAMED)]}, named)
    elif choices:
        shared = {word: value for word, value in schema.items() if word not in {"anyOf", "oneOf"}}
        for choice in choices:
            yield from _kinds({**shared, **choice}, named)
    elif isinstance(schema.get("type"), list):
        yield from ({**schema, "type": kind} for kind in schema["type"])
    else:
        yield schema


def _fits(narrow: Json, wide: Json) -> bool:
    kinds = (narrow.get("type"), wide.get("type"))
    return kinds[1] in {kinds[0], None} or kinds == ("integer", "number")


def _name(schema: Json) -> str:
    return str(schema.get("type", "anything"))


def _values(narrow: Json, wide: Json, *, heard: bool) -> Iterator[str]:
    few, many = _enumerated(narrow), _enumerated(wide)
    if many is not None:
        verb = "is no longer accepted" if heard else "may now be said"
        yield from (f"{value!r} {verb}" for value in few or () if value not in many)
        if few is None:
            yield f"any {_name(narrow)} {verb}" if not heard else f"only {many} is accepted now"


def _enumerated(schema: Json) -> list[object] | None:
    found: list[object] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _exactness(narrow: Json, wide: Json, *, heard: bool) -> Iterator[str]:
    for word in ("format", "pattern"):
        if word in wide and wide[word] != narrow.get(word):
            yield f"{word} {wide[word]} {'is now required' if heard else 'is no longer promised'}"


def _promises(old: Json, new: Json) -> Iterator[str]:
    """Words of JSON Schema this page has no opinion on: any change of theirs is shown to a person."""
    for word in sorted({*old, *new} - COMPARED):
        if old.get(word) != new.get(word):
            yield f"{word} changed"


def _limits(old: Json, new: Json) -> Iterator[str]:
    for words, sign in ((UPPER, 1), (LOWER, -1)):
        for word in words:
            if word in new and (word not in old or sign * new[word] < sign * old[word]):
                yield f"{word} is now {new[word]}"
    if "default" in old and old["default"] != new.get("default"):
        yield f"default is now {new.get('default')!r}"


def _members(
    old: Json, new: Json, inner: Callable[[Json, Json, str], list[Break]], *, heard: bool, at: str, subject: str
) -> Iterator[Break]:
    """What happened to the properties of an object."""
    before, after = old.get("properties", {}), new.get("properties", {})
    had, has = {*old.get("required", ())}, {*new.get("required", ())}
    for name, schema in before.items():
        if name not in after:
            yield Break(subject, f"{_place(at)}{name} is gone")
        else:
            yield from inner(schema, after[name], name)
    for name in sorted(has - had if heard else (had - has) & {*after}):
        yield Break(subject, f"{_place(at)}{name} {'is now required' if heard else 'may now be missing'}")
    if heard and old.get("additionalProperties", True) is not False is new.get("additionalProperties"):
        yield Break(subject, f"{_place(at)}unknown members are now refused")

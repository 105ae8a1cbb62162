"""The part of XPath that questionnaires may use: read into functions of our own, never given to an interpreter.

An expression outside this part is refused when the questionnaire is uploaded, so that what is stored can be evaluated.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.needs.domain.patterns import Unsupported, pattern_of

Value = str | float | bool
LONGEST, DEEPEST = 1000, 20
EPOCH = date(1970, 1, 1).toordinal()

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>'[^']*'|\"[^\"]*\")|\$\{(?P<ref>[^{}]{1,200})\}"
    r"|(?P<name>[A-Za-z][A-Za-z-]*)|(?P<mark>!=|<=|>=|[-=<>+*(),.]))"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can see: the answers by name, the answer it stands at, and the day."""

    answers: Mapping[str, Value]
    current: Value = ""
    today: str = ""


Run = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: the questions it names, and what it comes to."""

    text: str
    names: frozenset[str]
    run: Run

    def holds(self, scope: Scope) -> bool:
        """Whether it comes out true."""
        return truth(self.run(scope))


def truth(value: Value) -> bool:
    """A text is true unless empty, a number unless zero or none."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def number(value: Value) -> float:
    """A day counts from 1970 on; what is no number is NaN, which compares as false."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return float(date.fromisoformat(value).toordinal() - EPOCH)
        except ValueError:
            return math.nan
    try:
        return float(value)
    except ValueError:
        return math.nan


def text(value: Value) -> str:
    """A whole number is written without its point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value


def equal(left: Value, right: Value) -> bool:
    """As XPath compares: by the narrower of the two kinds."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def _divided(left: float, right: float) -> float:
    return left / right if right else math.nan


def _remainder(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


_NUMERIC: dict[str, Callable[[float, float], Value]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": _divided,
    "mod": _remainder,
}
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


def _round(value: Value) -> Value:
    found = number(value)
    return float(math.floor(found + 0.5)) if math.isfinite(found) else found


def _int(value: Value) -> Value:
    found = number(value)
    return float(math.trunc(found)) if math.isfinite(found) else found


_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "not": (1, 1, lambda value: not truth(value)),
    "selected": (2, 2, lambda chosen, name: text(name) in text(chosen).split()),
    "count-selected": (1, 1, lambda chosen: float(len(text(chosen).split()))),
    "string-length": (1, 1, lambda value: float(len(text(value)))),
    "contains": (2, 2, lambda value, part: text(part) in text(value)),
    "starts-with": (2, 2, lambda value, part: text(value).startswith(text(part))),
    "concat": (1, 20, lambda *values: "".join(map(text, values))),
    "coalesce": (2, 2, lambda first, other: first if text(first) else other),
    "if": (3, 3, lambda test, yes, no: yes if truth(test) else no),
    "number": (1, 1, number),
    "string": (1, 1, text),
    "int": (1, 1, _int),
    "round": (1, 1, _round),
}


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read an expression; Unsupported names what is outside the part of XPath we evaluate."""
    if len(source) > LONGEST:
        raise Unsupported(f"长度超过 {LONGEST} 个字符", f"longer than {LONGEST} characters")
    reader = _Reader(_tokens(source))
    run = reader.level(0)
    reader.end()
    return Expression(source, frozenset(reader.names), run)


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while source[at:].strip():
        match = _TOKEN.match(source, at)
        if match is None:
            rest = source[at:].strip()[:20]
            raise Unsupported(f"“{rest}”不能使用", f"'{rest}' is not supported")
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    return found


class _Reader:
    """Reads tokens by the usual order of operators."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self.names: set[str] = set()

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        found = self._next()
        self._at += 1
        return found

    def _expect(self, mark: str) -> None:
        kind, found = self._take()
        if (kind, found) != ("mark", mark):
            raise _unexpected(found)

    def end(self) -> None:
        """Refuse what follows a whole expression."""
        if self._next()[0] != "end":
            raise _unexpected(self._next()[1])

    def level(self, level: int) -> Run:
        """One expression whose operators bind at least as tightly as the level's."""
        if level == len(_LEVELS):
            return self._unary()
        left = self.level(level + 1)
        while self._next()[0] in {"mark", "name"} and self._next()[1] in _LEVELS[level]:
            left = _binary(self._take()[1], left, self.level(level + 1))
        return left

    def _unary(self) -> Run:
        if self._next() == ("mark", "-"):
            self._take()
            inner = self._deeper(self._unary)
            return lambda scope: -number(inner(scope))
        return self._primary()

    def _deeper(self, read: Callable[[], Run]) -> Run:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsupported("嵌套太深", "nested too deeply")
        found = read()
        self._depth -= 1
        return found

    def _primary(self) -> Run:
        kind, found = self._take()
        if kind == "number":
            return _constant(float(found))
        if kind == "string":
            return _constant(found[1:-1])
        if kind == "ref":
            return self._question(found.strip())
        if kind == "name":
            return self._call(found)
        if found == ".":
            return lambda scope: scope.current
        if found == "(":
            inner = self._deeper(lambda: self.level(0))
            self._expect(")")
            return inner
        raise _unexpected(found)

    def _question(self, name: str) -> Run:
        self.names.add(name)
        return lambda scope: scope.answers.get(name, "")

    def _call(self, name: str) -> Run:
        self._expect("(")
        first = self._at
        arguments: list[Run] = []
        while self._next() != ("mark", ")"):
            arguments.append(self._deeper(lambda: self.level(0)))
            if self._next() != ("mark", ")"):
                self._expect(",")
        self._expect(")")
        if name == "today" and not arguments:
            return lambda scope: scope.today
        if name == "regex":
            return _regex(arguments, self._tokens[first : self._at - 1])
        return _function(name, arguments)


def _constant(value: Value) -> Run:
    return lambda _: value


def _binary(sign: str, left: Run, right: Run) -> Run:
    if sign == "or":
        return lambda scope: truth(left(scope)) or truth(right(scope))
    if sign == "and":
        return lambda scope: truth(left(scope)) and truth(right(scope))
    if sign == "=":
        return lambda scope: equal(left(scope), right(scope))
    if sign == "!=":
        return lambda scope: not equal(left(scope), right(scope))
    compute = _NUMERIC[sign]
    return lambda scope: compute(number(left(scope)), number(right(scope)))


def _function(name: str, arguments: list[Run]) -> Run:
    least, most, compute = _FUNCTIONS.get(name, (1, 0, number))
    if name not in _FUNCTIONS:
        raise Unsupported(f"函数 {name}() 不能使用", f"the function {name}() is not supported")
    if not least <= len(arguments) <= most:
        raise Unsupported(f"函数 {name}() 的参数个数不对", f"{name}() takes another number of arguments")
    return lambda scope: compute(*(argument(scope) for argument in arguments))


def _regex(arguments: list[Run], tokens: list[tuple[str, str]]) -> Run:
    """A pattern is written down as a text, so that it is read and judged before anybody answers."""
    if len(arguments) != 2 or tokens[-1][0] != "string" or tokens[-2] != ("mark", ","):
        raise Unsupported("regex() 的第二个参数须是一段文字", "the second argument of regex() must be a quoted text")
    pattern, subject = pattern_of(tokens[-1][1][1:-1]), arguments[0]
    return lambda scope: pattern.matches(text(subject(scope)))


def _unexpected(found: str) -> Unsupported:
    return Unsupported(f"“{found[:20]}”的位置不对", f"'{found[:20]}' is not expected here")

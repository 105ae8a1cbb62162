"""Patterns written by whoever made a questionnaire: only those no answer can keep busy for long."""

import math
import re
import warnings
from dataclasses import dataclass
from re import _parser as sre  # type: ignore[attr-defined]  # the library's own reading of a pattern
from typing import Any

LONGEST_PATTERN, LONGEST_SUBJECT, MOST_WAYS = 200, 200, 50_000
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_REFUSED = {sre.GROUPREF, sre.GROUPREF_EXISTS, sre.ASSERT, sre.ASSERT_NOT}


class Unsupported(Exception):
    """What a questionnaire asks and this software does not evaluate, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read and is cheap: two open repeats at most, nothing undecided inside a repeat."""

    compiled: re.Pattern[str]

    def matches(self, subject: str) -> bool:
        """Whether the text contains it; a text longer than any such answer does not."""
        return len(subject) <= LONGEST_SUBJECT and self.compiled.search(subject) is not None


def pattern_of(source: str) -> Pattern:
    """Read a pattern; Unsupported when it is none or could run for long."""
    if len(source) > LONGEST_PATTERN:
        raise Unsupported("正则表达式太长", "the pattern is too long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled, tree = re.compile(source), sre.parse(source)
    except (re.error, RecursionError, OverflowError, Warning) as fault:
        raise Unsupported("正则表达式有误", "the pattern cannot be read") from fault
    if _ways(tree) > MOST_WAYS:
        raise Unsupported("正则表达式的重复太多", "too many repeats")
    return Pattern(compiled)


def _ways(node: Any) -> int:
    """In how many ways a text can be tried against a pattern; ways inside a repeat, or a look around, are refused."""
    ways = 1
    for operator, argument in node:
        if operator in _REFUSED:
            raise Unsupported("正则表达式不能引用前文或前后查看", "no back reference, no looking around")
        inner = [_ways(part) for part in _parts(argument)]
        if operator is sre.BRANCH:
            ways *= sum(inner)
            continue
        if operator in _REPEATS:
            least, most = argument[0], min(argument[1], LONGEST_SUBJECT)
            if most > 1 and inner[0] > 1:
                raise Unsupported("正则表达式的重复不能嵌套", "no repeat or choice inside a repeat")
            ways *= most - least + 1
        ways *= math.prod(inner)
    return ways


def _parts(argument: Any) -> list[Any]:
    """The patterns inside one node, however the library nests them."""
    if isinstance(argument, sre.SubPattern):
        return [argument]
    if isinstance(argument, tuple | list):
        return [part for each in argument for part in _parts(each)]
    return []

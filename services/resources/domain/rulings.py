"""Rule data as this service uses it; whoever edits a rule may have written anything of the same kind."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wushe.errors import Refusal

LONGEST_HOURS = 24 * 366


class RuleUnreadable(Refusal):
    """A rule was edited into something that cannot be used."""

    zh = "规则“{rule}”的配置有误，请联系管理员。"
    en = "Rule '{rule}' has been configured in a way that cannot be used."
    toast = "规则配置有误"


def hours(rule: str, value: Any) -> timedelta:
    """How long somebody may wait: whole hours, from one up to a year."""
    if not _is_whole(value) or not 1 <= value <= LONGEST_HOURS:
        raise RuleUnreadable(rule=rule)
    return timedelta(hours=value)


def weights(rule: str, value: Any) -> Mapping[str, int]:
    """What each term of a match is worth: whole points, none below zero or above a hundred."""
    if not isinstance(value, dict) or not all(_is_whole(each) and 0 <= each <= 100 for each in value.values()):
        raise RuleUnreadable(rule=rule)
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

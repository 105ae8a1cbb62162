"""What fits into a subscribe message: WeChat limits each value by the kind its name begins with."""

import re
from collections.abc import Mapping
from datetime import datetime

from wushe.errors import CHINA

LIMITS = {
    "thing": 20,
    "phrase": 5,
    "character_string": 32,
    "name": 10,
    "phone_number": 17,
    "car_number": 8,
    "symbol": 5,
}
"""Characters; what is longer is cut and ends in "…"."""
KIND = re.compile(r"(?P<kind>[a-z]+(?:_[a-z]+)*)[0-9]+")
NOTICE, TIME = "{notice}", "{time}"
"""What a template row may ask for beside its own fixed words."""


def kind_of(name: str) -> str:
    """The kind of a value: ``thing2`` is a thing; empty for what is no name of a value."""
    found = KIND.fullmatch(name)
    return found["kind"] if found else ""


def fitted(name: str, value: str) -> str:
    """A value as long as its kind allows, counted in characters."""
    limit = LIMITS.get(kind_of(name))
    return value if limit is None or len(value) <= limit else value[: limit - 1] + "…"


def filled(fields: Mapping[str, str], *, notice: str, at: datetime) -> dict[str, str]:
    """The values of one message: the notice's own sentence, the time as a clock in China shows it, or fixed words."""
    moment = f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    told = {NOTICE: notice, TIME: moment}
    return {name: fitted(name, told.get(value, value)) for name, value in fields.items()}

"""Who announces and who listens agree, in both directions, down to the values."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from wushe.commands import reference
from wushe.inbox import Heard, event_of

ANNOUNCED = {kind.type: kind for kind in reference.events()}
HEARD = reference.consumed()
PAIRS = [(name, kind) for name, copies in HEARD.items() for kind in copies]

# Words in public events, each with the reason why no person can be in them; every other field is of a kind that
# holds no words: an id, a state or another code, a number, a time.
WORDS = {
    "title": "the wording of a concern, written by staff for the public and confirmed before it is announced",
    "scheme_hash": "a digest",
    "record_digest": "a digest",
    "content_hash": "a digest",
    "log_root": "a digest",
    "from_codes": "codes of divisions",
    "to_code": "the code of a division",
    "grade": "the code of a grade of the frozen scheme",
}
WORDLESS = (UUID, Enum, bool, int, float, Decimal, date, datetime, type(None))


def test_types_are_named_by_service_noun_and_past_participle():
    assert ANNOUNCED
    for kind in ANNOUNCED.values():
        prefix, company, service, noun, verb, version = kind.type.split(".")
        owner = kind.__module__.split(".")[1 if kind.__module__.startswith("services") else 0]
        assert (prefix, company, service, version) == ("cn", "wushe", owner, "v1"), kind
        assert noun and verb


def test_every_subscriber_listens():
    for kind, event in ANNOUNCED.items():
        for name in event.subscribers:
            assert kind in HEARD[name], f"{name} does not listen to {kind}"


def test_the_gateway_hears_every_public_event():
    copy, _ = reference.consumers_of("gateway").otherwise
    public = [event for event in ANNOUNCED.values() if event.public]
    assert public
    for event in public:
        assert "gateway" in event.destinations()
        assert event.type not in HEARD["gateway"], f"{event.type} would not reach the feed"
    assert copy.model_config["extra"] == "allow", "the feed would lose what events carry"


@pytest.mark.parametrize("name", HEARD)
def test_every_listener_hears_what_is_announced(name):
    for kind, copy in HEARD[name].items():
        event = ANNOUNCED[kind]
        assert name in event.subscribers, f"{kind} is not sent to {name}"
        ours = set(copy.model_fields) - set(Heard.model_fields)
        assert ours <= set(event.model_fields), f"{name} reads {ours - set(event.model_fields)} of {kind}"


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_every_listener_reads_the_values_that_were_announced(name, kind):
    event, copy = ANNOUNCED[kind], HEARD[name][kind]

    @settings(SHORT)
    @given(instances(event))
    def read(announced):
        data = announced.model_dump(mode="json")
        heard = event_of(copy, {**ENVELOPE, "type": kind, "data": data})
        for field in set(copy.model_fields) - set(Heard.model_fields):
            value = heard.model_dump(mode="json")[field]
            assert agrees(data[field], value), f"{name} reads {field} of {kind} as {value!r}, announced {data[field]!r}"

    read()


# Examples as they come: an event is too large to look for a smaller one.
SHORT = settings(max_examples=8, phases=[Phase.generate], derandomize=True, database=None, deadline=None)
ENVELOPE = {
    "id": "0198f0c2-0000-7000-8000-000000000001",
    "sequence": "0000000001",
    "subject": "x",
    "division": "350502001001",
    "source": "/x",
    "time": "2026-11-20T09:00:00Z",
}


def instances(model):
    """Models as a service could announce them: nothing in optional fields, every code, empty and full lists."""
    return st.builds(model, **{name: values(field.annotation) for name, field in model.model_fields.items()})


def values(annotation: Any):
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(parts[0])
    if origin in (Union, UnionType):
        return st.one_of(*map(values, parts))
    if origin is list:
        return st.lists(values(parts[0]), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return instances(annotation)
    bounded = {float: st.floats(-1e9, 1e9), Decimal: st.decimals(0, 1, places=2)}
    return bounded[annotation] if annotation in bounded else st.from_type(annotation)


def agrees(announced: Any, heard: Any) -> bool:
    """Whether what was heard is what was announced, as far as it was read."""
    if isinstance(announced, dict) and isinstance(heard, dict):
        return all(name in announced and agrees(announced[name], value) for name, value in heard.items())
    if isinstance(announced, list) and isinstance(heard, list):
        return len(announced) == len(heard) and all(map(agrees, announced, heard))
    return announced == heard


def test_public_events_cannot_carry_a_person():
    words = set()
    for event in ANNOUNCED.values():
        if event.public:
            for path, kind in members(event):
                name = path.rpartition(".")[2]
                assert "person_id" not in name, f"{event.type} names a person: {path}"
                if not issubclass(kind, WORDLESS):
                    assert kind is str and name in WORDS, f"{event.type}.{path} could carry anything: {kind.__name__}"
                    words.add(name)
    assert words == set(WORDS)


def members(model: type[BaseModel], at: str = ""):
    """Every field of a model and the models inside it, with each kind of value it may have."""
    for name, field in model.model_fields.items():
        for kind in kinds(field.annotation):
            if issubclass(kind, BaseModel):
                yield from members(kind, f"{at}{name}.")
            else:
                yield f"{at}{name}", kind


def kinds(annotation: Any) -> list[type]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kinds(parts[0])
    if origin in (Union, UnionType, list):
        return [kind for part in parts for kind in kinds(part)]
    return [origin or annotation]

"""Who announces and who listens agree, in both directions."""

import pytest

from wushe.commands import reference
from wushe.inbox import Heard

ANNOUNCED = {kind.type: kind for kind in reference.events()}
HEARD = reference.consumed()


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
            assert kind in HEARD[name] or (name == "gateway" and event.public), f"{name} does not listen to {kind}"


@pytest.mark.parametrize("name", HEARD)
def test_every_listener_hears_what_is_announced(name):
    for kind, copy in HEARD[name].items():
        event = ANNOUNCED[kind]
        assert name in event.destinations(), f"{kind} is not sent to {name}"
        ours = set(copy.model_fields) - set(Heard.model_fields)
        assert ours <= set(event.model_fields), f"{name} reads {ours - set(event.model_fields)} of {kind}"


def test_public_events_carry_no_person():
    for kind in ANNOUNCED.values():
        if kind.public:
            assert [
                name
                for name in kind.model_fields
                if "person" in name and "count" not in name and "times" not in name and name != "persons"
            ] == [], kind

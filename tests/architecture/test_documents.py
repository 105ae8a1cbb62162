"""What is printed from the code stands in docs/ as the code says it."""

import string
from enum import StrEnum
from importlib import import_module

import pytest

from wushe.commands import documents, reference, states
from wushe.errors import code_of


@pytest.mark.parametrize("page", reference.PAGES)
def test_page_is_current(page):
    path = reference.DOCS / page
    assert path.exists(), f"run: python -m wushe docs ({page} is missing)"
    assert path.read_text() == reference.PAGES[page](), f"run: python -m wushe docs ({page} is out of date)"


def test_every_setting_has_its_sentence_in_both_languages():
    fields = {
        field: reference.meanings_of(reference.settings_of(name)).get(field)
        for name in reference.PACKAGES
        for field in reference.settings_of(name).model_fields
    }
    assert fields
    assert [field for field, sentence in fields.items() if not sentence] == []
    assert fields.keys() == reference.printed()["settings"].keys()  # docs/printed.toml


def test_a_setting_of_every_process_stands_on_its_page_once():
    assert reference.settings_page().count("_POOL_SIZE`") == 1


def test_every_event_says_when_in_both_languages():
    assert [kind.type for kind in reference.events() if not reference.when(kind)] == []  # docs/printed.toml
    assert sum(map(len, reference.printed()["events"].values())) == len(reference.events())


def test_every_refusal_says_what_to_do():
    duties = {reference.duty(kind) for kind in reference.refusals()}
    assert duties == {each["name"] for each in reference.printed()["duties"]}


def test_every_state_and_verb_has_its_word_and_its_cause():
    found = {f"{service}.{name}": table for service, name, table in states.machines(reference.SERVICES)}
    words = {f"{s}.{name}": said for s, group in states.names(reference.DOCS).items() for name, said in group.items()}
    assert found.keys() == words.keys()
    for name, table in found.items():
        assert words[name]["verbs"].keys() == {verb for _, verb in table}, name
        assert words[name]["states"].keys() >= {state for state, _ in table} | set(table.values()), name
    for service in reference.SERVICES:
        known = {state for name, said in words.items() if name.startswith(service) for state in said["states"]}
        assert known == _declared_states(service), service


def _declared_states(service: str) -> set[str]:
    """The members of every enumeration of states, also those no verb leads to."""
    module = import_module(f"services.{service}.domain.lifecycle")
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    return {str(state) for kind in kinds if kind.__name__.endswith(("State", "Standing")) for state in kind}


def test_every_refusal_speaks_both_languages():
    refusals = reference.refusals()
    assert len(refusals) > 20
    for kind in refusals:
        assert any("\u4e00" <= character <= "\u9fff" for character in kind.zh), kind
        assert kind.zh.endswith("。") and kind.en.endswith("."), kind
        assert 0 < len(kind.toast) <= 7, kind
        assert 400 <= kind.status < 600, kind
        assert _facts(kind.zh) >= _facts(kind.en), kind
        assert kind.__doc__, kind


def test_a_code_means_one_thing():
    """Services share no classes, so two may declare the same refusal; it is then one status and one class a service."""
    declared: dict[str, list[type]] = {}
    for kind in reference.refusals():
        declared.setdefault(code_of(kind), []).append(kind)
    for code, kinds in declared.items():
        owners = [".".join(kind.__module__.split(".")[:2]) for kind in kinds]
        assert len(set(owners)) == len(owners), code
        assert len({kind.status for kind in kinds}) == 1, code


def _facts(template: str) -> set[str]:
    return {name.partition("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_committed_openapi_documents_are_current():
    documents.openapi(reference.DOCS.parent / "openapi", check=True)

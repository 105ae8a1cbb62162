"""What is printed from the code stands in docs/ as the code says it."""

import string

import pytest

from wushe.commands import documents, reference
from wushe.errors import code_of


@pytest.mark.parametrize("page", reference.PAGES)
def test_page_is_current(page):
    path = reference.DOCS / page
    assert path.exists(), f"run: python -m wushe docs ({page} is missing)"
    assert path.read_text() == reference.PAGES[page](), f"run: python -m wushe docs ({page} is out of date)"


def test_every_setting_has_its_sentence():
    fields = {
        f"{name}.{field}": reference.meanings_of(reference.settings_of(name)).get(field)
        for name in reference.PACKAGES
        for field in reference.settings_of(name).model_fields
    }
    assert fields
    assert [name for name, sentence in fields.items() if not sentence] == []


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

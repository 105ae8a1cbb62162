"""What a model makes of statements: words of several ways of speaking, and nothing where it knows nothing."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.needs.sets import DEV, HELDOUT, read, words
from services.needs.domain import triage
from services.needs.domain.triage import Card, Example, Model, figures, pack, suggest, training, unpack, wilson
from services.needs.domain.triage.text import grams, plain

SHIPPED = Path(triage.__file__).with_name("shipped.model")
FLOOR = 0.06
CARDS = [
    Card("street_light", "路灯照明", ("residents",), "normal", ("路灯不亮", "黑灯瞎火", "灯坏了")),
    Card("pet_dog", "养犬管理", ("residents",), "normal", ("不牵绳", "遛狗", "狗屎")),
    Card("elder_meal", "老年助餐", ("elderly", "living_alone_elderly"), "normal", ("食堂", "送饭", "热饭")),
]
EXAMPLES = [Example("小区东侧路灯坏了三盏", "street_light", "residents", "normal")]


def bayes_only(rows):
    return np.zeros((int(rows.themes.max()) + 1, rows.width)), np.zeros(int(rows.themes.max()) + 1)


@pytest.fixture(scope="module")
def small() -> Model:
    return training.fit(CARDS, EXAMPLES, bayes_only)


@pytest.fixture(scope="module")
def shipped() -> Model:
    return unpack(SHIPPED.read_bytes())


def first(model: Model, text: str) -> str | None:
    found = suggest(model, text, floor=FLOOR).themes
    return found[0].value if found else None


def test_width_script_fillers_and_repetition_do_not_matter():
    assert plain("嗯那个樓燈！！壞壞壞壞了") == "楼灯 坏坏了"
    assert grams("ＡＢ") == {"a": 1, "b": 1, "ab": 1}
    assert plain("嗯") == "嗯"


def test_a_statement_is_proposed_for_with_the_words_that_led_there(small):
    found = suggest(small, "门口那盏路灯不亮了", floor=FLOOR)
    assert found.themes[0].value == "street_light"
    assert any("路灯" in word for word in found.themes[0].words)
    assert found.target_groups[0].value == "residents"
    assert [each.value for each in found.urgencies] == ["normal"]


def test_nothing_is_proposed_on_no_evidence(small):
    assert suggest(small, "龘齉", floor=FLOOR) == triage.Suggestions()
    assert suggest(small, "", floor=FLOOR) == triage.Suggestions()
    assert suggest(small, "路灯不亮", floor=1.01) == triage.Suggestions()


def test_listed_words_move_target_group_and_urgency(small):
    lists = (triage.WordList("living_alone_elderly", ("独居",)),)
    usual = suggest(small, "想要食堂送饭", floor=FLOOR, groups=lists)
    alone = suggest(small, "独居，想要食堂送饭", floor=FLOOR, groups=lists)
    assert usual.target_groups[0].value == "elderly"
    assert (alone.target_groups[0].value, alone.target_groups[0].words) == ("living_alone_elderly", ("独居",))


def test_the_order_of_what_is_learned_changes_nothing():
    made = pack(training.fit(CARDS, EXAMPLES, bayes_only))
    assert pack(training.fit(CARDS[::-1], [*EXAMPLES][::-1], bayes_only)) == made
    assert pack(unpack(made)) == made


def test_a_theme_no_card_knows_is_learned_from_confirmed_statements():
    taught = [Example(f"河道漂着水葫芦，第{number}次反映", "river_care") for number in range(50)]
    model = training.fit(CARDS, taught, bayes_only)
    assert first(model, "水葫芦把河面盖满了") == "river_care"
    assert first(training.fit(CARDS, [], bayes_only), "水葫芦把河面盖满了") != "river_care"


def test_an_outside_embedding_adds_its_voice(small):
    vectors = [[1.0, 0.0], [0.0, 1.0], [0.7, 0.7]]
    seen = training.with_embedding(small, vectors, ["street_light", "pet_dog", "elder_meal"])
    assert int(seen.scores("没有一个词认识", [0.0, 2.0]).argmax()) == seen.themes.index("pet_dog")
    assert np.array_equal(seen.scores("路灯"), small.scores("路灯"))
    assert np.array_equal(seen.scores("路灯", [1.0, 2.0, 3.0]), small.scores("路灯"))  # of another embedding
    assert training.with_embedding(small, [], []) is small


def test_every_example_is_judged_by_a_model_that_has_not_seen_it():
    judged = figures.cross_examine(CARDS, [replace(EXAMPLES[0], text="路灯不亮"), *EXAMPLES], bayes_only)
    assert sorted(judged) == [(EXAMPLES[0].text, 0), ("路灯不亮", 0)]
    assert figures.figures_of([("a", 0), ("b", 2), ("c", 4), ("d", 9)], {}).top3 == 0.5
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(81, 100) == (0.7222, 0.8749)


@pytest.mark.parametrize(
    ("since", "former", "worse"), [(50, 50, False), (44, 50, False), (30, 45, True), (0, 0, False)]
)
def test_a_version_is_compared_on_what_neither_had_seen(since, former, worse):
    judged = [(str(n), 0 if n < since else 9) for n in range(50)]
    before = {str(n): 2 if n < former else None for n in range(50)}
    found = figures.figures_of([("of long ago", 9), *judged], before)
    assert (found.n, found.since, found.since3, found.former3) == (51, 50, since / 50, former / 50)
    assert found.clearly_worse() is worse
    assert not figures.figures_of(judged, {}).clearly_worse()


def test_the_shipped_model_knows_every_style(shipped):
    heldout = read(HELDOUT)
    chosen = random.Random(1).sample(heldout, 60)
    ranked = [[each.value for each in suggest(shipped, row.text, floor=FLOOR).themes] for row in chosen]
    assert sum(row.theme in found[:1] for row, found in zip(chosen, ranked, strict=True)) >= 0.85 * len(chosen)
    assert sum(row.theme in found for row, found in zip(chosen, ranked, strict=True)) >= 0.95 * len(chosen)
    assert {row.theme for row in read(DEV)} == {row.theme for row in heldout} == set(shipped.themes)


def test_several_themes_in_one_statement_all_stand_among_the_five(shipped):
    found = suggest(shipped, "路灯不亮，停车没地方，垃圾也没人收", floor=FLOOR)
    assert {"street_light", "parking", "garbage_point"} <= {each.value for each in found.themes}


def test_noise_is_a_proposal_on_evidence_never_the_default(shipped):
    assert first(shipped, "测试一下") == "not_a_need"
    assert first(shipped, "龘齉") is None
    heldout = [row for row in read(HELDOUT) if row.theme != "not_a_need"][::4]
    assert sum(first(shipped, row.text) == "not_a_need" for row in heldout) <= len(heldout) / 50


def test_shipped_words_name_known_groups(shipped):
    assert {each.value for each in words("target_group")} >= {"elderly", "disabled"}
    assert {each.value for each in words("urgency")} == {"critical", "high", "normal", "low"}
    found = suggest(shipped, "老兵，当过兵", floor=FLOOR, groups=words("target_group"))
    assert found.target_groups[0].value == "veteran"

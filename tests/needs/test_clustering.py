"""Groups by words, place and time: in any order the same, unmoved by what has nothing to do with them."""

import csv
import random
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.needs import clustering as measured
from bench.needs.sets import DEV, HELDOUT, SHIPPED, read
from services.needs.domain.clustering import Limits, Utterance, cluster
from services.needs.domain.drift import drift, recognised
from services.needs.domain.triage import unpack
from tests.harness import COMMUNITY

LIMITS = Limits(anchor=0.25, likeness=0.3, same_place=0.05, gap_days=180)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MODEL = unpack(SHIPPED.read_bytes())
KNOWN = [row for row in [*read(DEV), *read(HELDOUT)] if row.theme != "not_a_need"]
SOME = 200
UNRELATED = Path(__file__).parents[2] / "bench" / "data" / "unrelated.csv"


def said(texts, *, first=0, **more):
    values = {"division": COMMUNITY, "place": None, "at": NOW} | more
    return [Utterance(need_id=UUID(int=first + place), text=text, **values) for place, text in enumerate(texts)]


def groups_of(utterances):
    return cluster(utterances, MODEL, LIMITS)


def known(old, groups):
    members = [frozenset(group.members) for group in groups]
    return dict(zip(recognised(old, members), members, strict=True))


@pytest.fixture(scope="module")
def sample():
    chosen = random.Random(3).sample(KNOWN, SOME)
    utterances = said([row.text for row in chosen])
    return utterances, groups_of(utterances)


def test_clustering_sees_words_place_and_time_and_no_label():
    assert {field.name for field in fields(Utterance)} == {"need_id", "division", "text", "place", "at"}


def test_shuffled_input_gives_the_same_groups_and_ids(sample):
    utterances, groups = sample
    again = groups_of(random.Random(1).sample(utterances, len(utterances)))
    assert again == groups
    assert known({}, again) == known({}, groups)
    assert len(known({}, groups)) > 30


def test_a_hundred_unrelated_needs_move_hardly_a_member(sample):
    utterances, groups = sample
    with UNRELATED.open(newline="", encoding="utf-8") as file:
        more = said([row["text"] for row in csv.DictReader(file)], first=10_000)
    assert len(more) == 100
    before = known({}, groups)
    after = known(before, groups_of([*utterances, *more]))
    assert drift(before, after).moved_share <= 0.05
    assert all(before[ident] <= after[ident] for ident in before)  # nobody was torn from their group


def test_held_out_statements_fall_into_their_themes():
    kept = [row for row in read(HELDOUT)[::2] if row.theme != "not_a_need"]
    homes, right = measured.ours(kept), [row.theme for row in kept]
    assert measured.adjusted_rand(homes, right) > 0.75
    assert measured.purity(homes, right) > 0.9
    assert measured.pair_f1(homes, right) > 0.75
    assert measured.adjusted_rand(measured.leaders(kept), right) < 0.3


def test_what_is_of_another_street_or_another_season_is_another_concern():
    lamps = ["路灯不亮了", "路灯坏了三盏"]
    elsewhere = said(lamps, first=10, division="350502002001")
    later = said(lamps, first=20, at=NOW + timedelta(days=400))
    assert [len(group.members) for group in groups_of([*said(lamps), *elsewhere, *later])] == [2, 2, 2]
    soon = said(lamps, first=20, at=NOW + timedelta(days=30), division="350502001002")
    assert [len(group.members) for group in groups_of([*said(lamps), *soon])] == [4]


def test_what_no_theme_knows_finds_its_like():
    [group] = groups_of(said(["龘齉靐几点开门", "龘齉靐开到几点", "爨爩驫"]))
    assert (group.anchor, group.members) == (None, (UUID(int=0), UUID(int=1)))


def test_noise_and_a_need_alone_are_no_concern():
    assert groups_of(said(["测试一下", "测试测试", "路灯坏了"])) == []
    assert groups_of([]) == []


MEMBERS = st.frozensets(st.integers(0, 30).map(lambda number: UUID(int=number)), min_size=1)


def disjoint(groups):
    seen, kept = set(), []
    for group in groups:
        if rest := group - seen:
            kept.append(frozenset(rest))
            seen |= rest
    return kept


GROUPS = st.lists(MEMBERS, max_size=6).map(disjoint)


@settings(max_examples=50, deadline=None)
@given(GROUPS, GROUPS, st.permutations(range(6)))
def test_ids_are_given_once_and_in_any_order(first, second, order):
    old = dict(zip(recognised({}, first), first, strict=True))
    found = dict(zip(recognised(old, second), second, strict=True))
    assert len(found) == len(second)
    shuffled = [second[place] for place in order if place < len(second)]
    assert dict(zip(recognised(old, shuffled), shuffled, strict=True)) == found
    assert dict(zip(recognised(old, first), first, strict=True)) == old
    assert drift(old, old).moved_share == 0


def test_a_group_keeps_its_id_when_it_grows_and_the_report_names_what_became_of_each():
    ids = [UUID(int=number) for number in range(12)]
    old = {UUID(int=100): frozenset(ids[:4]), UUID(int=101): frozenset(ids[4:6]), UUID(int=102): frozenset(ids[6:8])}
    new = [frozenset([*ids[:3], ids[8]]), frozenset(ids[4:8]), frozenset([ids[3]]), frozenset(ids[9:])]
    found = recognised(old, new)
    assert found[:2] == [UUID(int=100), UUID(int=101)]
    report = drift(old, dict(zip(found, new, strict=True)))
    assert (report.born, report.died, report.merged, report.split) == (1, 0, 1, 1)
    assert report.moved_share == 0.375

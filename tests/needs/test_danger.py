import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain import danger
from tests.needs.phrases import HARMLESS, HELD_OUT, LOOKALIKES
from tests.needs.phrases import IN_DANGER as SIXTY
from tests.needs.rules import crisis_net, help_lines

NET, LINES = crisis_net(), help_lines()

IN_DANGER = [
    ("我真的不想活了，谁来劝都没用。", "self_harm"),
    ("最近总觉得活着没什么意思，每天睁眼到天亮", "self_harm"),
    ("女儿把手腕划了好几道口子，我不知道怎么办", "self_harm"),
    ("他在楼顶站着不下来，快来人", "self_harm"),
    ("老公一喝酒就打我和孩子", "violence"),
    ("他又动手了，我脸上缝了五针", "violence"),
    ("隔壁女孩说后爸摸她下面", "violence"),
    ("我公公今天早上出门到现在未归", "missing_person"),
    ("孩子放学后不见了，电话打不通", "missing_person"),
    ("对门独居的阿婆好几天没见了，敲门也没人应", "no_sign_of_life"),
    ("妈妈在厨房摔倒了起不来，喘不上气", "medical"),
    ("楼道着火了，三楼还有人", "disaster"),
    ("水已经进水到膝盖，老人转移不了", "disaster"),
    ("隔壁那娃天天被爸爸打得浑身是伤", "violence"),
    ("她坐在阳台栏杆上，说要跳", "self_harm"),
    ("我站在桥上，真的要跳了", "self_harm"),
    ("他喝了酒，非要跳江", "self_harm"),
]

ORDINARY = [
    "希望社区办个老年食堂，中午有口热饭。",
    "小区停车位太少，晚上没地方停。",
    "想学用手机挂号。",
    "路灯坏了三盏，晚上很黑。",
    "广场舞太吵，孩子没法写作业。",
    "天天晚上在楼下要跳广场舞，音响太吵",
    "孩子要跳绳，没有场地",
]


@pytest.mark.parametrize(("statement", "kind"), IN_DANGER)
def test_danger_is_caught_and_answered_with_lines(statement, kind):
    caught = danger.read(statement, NET, LINES)
    assert kind in caught.kinds
    assert caught.lines


@pytest.mark.parametrize("statement", [*ORDINARY, *HARMLESS])
def test_ordinary_needs_pass(statement):
    caught = danger.read(statement, NET, LINES)
    assert not caught
    assert caught.lines == ()


def test_recall_is_whole_on_what_is_known_and_high_on_what_was_not_looked_at():
    missed = [each for each in SIXTY if not danger.read(each, NET, LINES)]
    unseen = sum(bool(danger.read(each, NET, LINES)) for each in HELD_OUT)
    assert (len(SIXTY), missed) == (60, [])
    assert (len(HELD_OUT), unseen) == (40, 39), "39 of 40, Wilson 95 % interval 87-100 %"


def test_what_only_sounds_like_danger_costs_a_look():
    alarms = [each for each in LOOKALIKES if danger.read(each, NET, LINES)]
    assert len(alarms) <= 4, "the net prefers a false alarm; a reader clears it"


@pytest.mark.parametrize("between", ["", " ", "，", "…", "\n", "　", "-", "。。。"])
def test_nothing_between_the_characters_hides_a_call_for_help(between):
    assert danger.read(between.join("我不想活了"), NET, LINES)


def test_full_width_and_case_do_not_matter():
    net = [{"kind": "x", "patterns": ["SOS"], "lines": []}]
    assert danger.read("\uff33\uff4f\uff33", net, []).kinds == ("x",)


def test_a_gap_reaches_only_so_far():
    net = [{"kind": "x", "patterns": ["打…我"], "lines": []}]
    assert danger.read("打" + "一" * danger.REACH + "我", net, [])
    assert not danger.read("打" + "一" * (danger.REACH + 1) + "我", net, [])


def test_patterns_are_literal_text():
    net = [{"kind": "x", "patterns": ["a.b", "(((", ".*"], "lines": []}]
    assert not danger.read("axb", net, [])


def test_lines_come_once_in_the_order_of_urgency():
    net = [
        {"kind": "first", "patterns": ["火"], "lines": ["119", "110"]},
        {"kind": "second", "patterns": ["伤"], "lines": ["120", "110"]},
    ]
    caught = danger.read("着火了，有人受伤", net, LINES)
    assert [line.number for line in caught.lines] == ["119", "110", "120"]
    assert caught.kinds == ("first", "second")


def test_every_row_of_the_default_net_names_lines_that_exist():
    known = {line["number"] for line in LINES}
    assert all(set(row["lines"]) <= known and row["lines"] for row in NET)
    assert all(danger.plain(pattern) for row in NET for pattern in row["patterns"])


@given(st.text(max_size=300))
def test_reading_never_fails(statement):
    caught = danger.read(statement, NET, LINES)
    assert bool(caught) is bool(caught.kinds)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from([p for row in NET for p in row["patterns"]]))
def test_words_around_a_pattern_never_hide_it(before, after, pattern):
    assert danger.read(before + pattern + after, NET, LINES)


def test_no_row_stalls_the_reader():
    gaps = [{"kind": "violence", "patterns": ["一…" * 60 + "二"], "lines": []}]
    assert not danger.read("一" * 2000, gaps, LINES), "an expression would try it in more ways than there are seconds"
    assert danger.read("一" * 100 + "二", gaps, LINES).kinds == ("violence",)


@given(st.text("一二三", max_size=30), st.lists(st.text("一二三", min_size=1, max_size=3), min_size=1, max_size=4))
def test_parts_follow_one_another_within_reach(text, parts):
    expression = re.compile(f".{{0,{danger.REACH}}}".join(parts))
    net = [{"kind": "violence", "patterns": [danger.GAP.join(parts)], "lines": []}]
    assert bool(danger.read(text, net, LINES)) == (expression.search(text) is not None)

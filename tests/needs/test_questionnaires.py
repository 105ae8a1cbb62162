"""What is made of an XLSForm, what is refused with its cell, and which expressions and patterns are understood."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.forms import write
from services.needs.clients import xlsform_reader
from services.needs.domain.answers import check
from services.needs.domain.expressions import Scope, parse
from services.needs.domain.patterns import Unsupported, pattern_of
from services.needs.domain.questionnaires import Built, build, questions

TODAY = date(2026, 11, 30)


def built(content: bytes) -> Built:
    told = xlsform_reader.read(content)
    return build(told["form"], told["sheets"])


@pytest.fixture(scope="module")
def visit():
    return built(write.visit()).definition


@pytest.fixture(scope="module")
def survey():
    return built(write.survey()).definition


def test_a_form_keeps_its_groups_repeats_languages_and_choices(visit):
    assert (visit["title"], visit["form_id"], visit["label"]) == ("独居老人探访", "lone_elder_visit", "2026-01")
    assert (visit["default_language"], visit["languages"]) == ("zh", ["en", "zh"])
    kinds = [(item["kind"], item["name"]) for item in visit["items"]]
    assert ("group", "health") in kinds
    assert ("repeat", "relative") in kinds
    asked = {each["name"]: each for each in questions(visit["items"])}
    assert "began" not in asked  # the visit itself knows when it began
    types = "note select_one text integer select_multiple date geopoint image audio decimal calculate"
    assert {each["type"] for each in asked.values()} == set(types.split())
    assert asked["mood"]["label"] == {"zh": "今天心情", "en": "Mood today"}
    assert asked["mood"]["required"] is True
    assert [choice["crisis"] for choice in asked["mood"]["choices"]] == [False, False, True]
    assert asked["words"]["relevant"] == "${mood} != 'good'"
    assert asked["falls"]["constraint_message"] == {"zh": "次数应在 0 到 60 之间"}
    assert (asked["station"]["read_only"], asked["station"]["default"]) == (True, "社工站")


CELLS = {
    "TYPE_UNSUPPORTED": "survey!A3",
    "EXPRESSION_UNSUPPORTED": "survey!G3",
    "REFERENCE_UNKNOWN": "survey!F5",
    "NAME_REPEATED": "survey!B3",
    "NESTED_REPEAT": "survey!A3",
    "COLUMN_UNSUPPORTED": "survey!L2",
    "TOO_LONG": "survey",
}


@pytest.mark.parametrize("code", CELLS)
def test_what_is_not_supported_is_refused_with_its_cell(code):
    assert [(each.code, each.pointer) for each in built(write.broken()[code]).errors] == [(code, CELLS[code])]


def test_what_breaks_the_rules_of_xlsform_is_told_with_its_row():
    told = xlsform_reader.read(write.broken()["XLSFORM_RULE"])
    assert told["fault"] == {"row": 2, "said": "Question or group with no name."}


@pytest.mark.parametrize("content", [b"", b"not a table", b"PK\x03\x04broken"])
def test_what_is_no_xlsx_is_not_read(content):
    assert xlsform_reader.read(content) == {"broken": "not_xlsx"}


# Expressions


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${mood} = 'bad'", True),
        ("${mood} != 'bad' or ${age} >= 60", True),
        ("not(${mood} = 'bad') and ${age} > 0", False),
        ("selected(${helps}, 'meal')", True),
        ("selected(${helps}, 'me')", False),
        ("count-selected(${helps}) = 2", True),
        ("${age} * 2 - 10 div 4", 137.5),
        ("-(${age} mod 50)", -20.0),
        (". <= today()", True),
        ("${day} < today() - 7", True),
        ("${unanswered} > 3", False),
        ("${unanswered} = ''", True),
        ("if(${age} > 60, 'old', 'young')", "old"),
        ("concat('a', 3, coalesce(${unanswered}, 'b'))", "a3b"),
        ("1 div 0 = 1 div 0", False),
        ("regex(., '^2026-[0-9]{2}')", True),
        ("string-length(${mood}) = 3 and starts-with(${mood}, 'b') and contains(${mood}, 'a')", True),
        ("round(2.5) + int(-1.5) + number('4')", 6.0),
        ("string(true()) = 'true' and not(false())", True),
    ],
)
def test_expressions_are_evaluated_as_on_the_phone(source, expected):
    answers = {"mood": "bad", "age": 70.0, "helps": "meal clean", "day": "2026-11-01"}
    assert parse(source).run(Scope(answers, "2026-11-30", "2026-11-30")) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "1 2",
        "pulldata('a', 'b')",
        "__import__('os')",
        "/data/x = 1",
        "../x = 1",
        "${a} | ${b}",
        "selected(1)",
        "today(1)",
        "true() and",
        "regex(., ${a})",
        "regex(., '(a+)+$')",
        "(" * 30 + "1" + ")" * 30,
        "1 + " * 300 + "1",
    ],
)
def test_expressions_outside_the_subset_are_refused(source):
    with pytest.raises(Unsupported) as told:
        parse(source)
    assert told.value.zh
    assert told.value.en


@settings(max_examples=60)
@given(st.text(alphabet="${}ab='\"()<>!.+-*, 10orndtx", max_size=40))
def test_reading_an_expression_ends_in_a_value_or_a_refusal(source):
    try:
        run = parse(source).run
    except Unsupported:
        return
    assert isinstance(run(Scope({"a": "x"}, "1", "2026-11-30")), str | float | bool)


@pytest.mark.parametrize(
    "source", ["(a+)+$", "(a|ab)*c", ".*.*.*x", "a?" * 30 + "a" * 30, r"(a)\1", "(?=a)b", "(", "[[a]"]
)
def test_patterns_that_could_keep_us_busy_are_refused(source):
    with pytest.raises(Unsupported):
        pattern_of(source)


def test_ordinary_patterns_are_understood():
    assert pattern_of(r"^(\d{3,4}-)?\d{7,8}$").matches("0595-22281234")
    assert not pattern_of(r"^1[3-9]\d{9}$").matches("12345")
    assert not pattern_of("a").matches("a" * 201)


# Answers


GOOD = {
    "mood": "low",
    "words": "腿疼，睡不好",
    "falls": 2,
    "helps": ["meal", "clean"],
    "relative": [{"kin": "侄女", "last_seen": "2026-11-01"}],
    "spot": {"lon": 118.58, "lat": 24.91, "crs": "gcj02"},
    "door": "0198f0c2-0000-7000-8000-000000000001",
    "room": 16.5,
}


def test_answers_that_fit_are_kept_with_what_is_worked_out(visit):
    found = check(visit, GOOD, today=TODAY)
    assert found.errors == []
    assert found.answers == {**GOOD, "risk": 4, "station": "社工站"}
    assert found.texts == ["腿疼，睡不好", "侄女"]
    assert {at: str(file.file_id) for at, file in found.files.items()} == {"/answers/door": GOOD["door"]}
    assert found.flagged == []


def test_a_choice_that_means_danger_is_told_with_its_question(visit):
    assert check(visit, {"mood": "despair"}, today=TODAY).flagged == ["今天心情：说过不想活"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"mood": None}, "mood", "REQUIRED"),
        ({"mood": "angry"}, "mood", "WRONG_TYPE"),
        ({"mood": "good"}, "words", "NOT_ASKED"),
        ({"falls": 61}, "falls", "CONSTRAINT"),
        ({"falls": True}, "falls", "WRONG_TYPE"),
        ({"falls": 1.5}, "falls", "WRONG_TYPE"),
        ({"helps": "meal clean"}, "helps", "WRONG_TYPE"),
        ({"helps": ["meal", "clean", "meal"]}, "helps", "WRONG_TYPE"),
        ({"helps": ["meal"]}, "room", "NOT_ASKED"),
        ({"phone": "12345"}, "phone", "CONSTRAINT"),
        ({"words": "长" * 2001}, "words", "WRONG_TYPE"),
        ({"relative": [{"last_seen": "2026-11-01"}]}, "relative/0/kin", "REQUIRED"),
        ({"relative": [{"kin": "侄", "last_seen": "2026-12-01"}]}, "relative/0/last_seen", "CONSTRAINT"),
        ({"relative": [{"kin": "侄", "last_seen": "2026-02-30"}]}, "relative/0/last_seen", "WRONG_TYPE"),
        ({"relative": {"kin": "侄"}}, "relative", "WRONG_TYPE"),
        ({"relative": ["侄"]}, "relative/0", "WRONG_TYPE"),
        ({"spot": {"lon": 118.5, "lat": 24.9}}, "spot", "WRONG_TYPE"),
        ({"spot": {"lon": 118.5, "lat": 124.9, "crs": "wgs84"}}, "spot", "WRONG_TYPE"),
        ({"door": "not-a-file"}, "door", "WRONG_TYPE"),
        ({"risk": 4}, "risk", "NOT_ASKED"),
        ({"hello": "您好"}, "hello", "NOT_ASKED"),
        ({"station": "别处"}, "station", "NOT_ASKED"),
        ({"nothing": 1}, "nothing", "UNKNOWN"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(visit, change, pointer, code):
    found = check(visit, {**GOOD, **change}, today=TODAY)
    assert [(each.pointer, each.code) for each in found.errors] == [(f"/answers/{pointer}", code)]


def test_a_constraint_speaks_with_the_words_of_the_form(visit):
    (told,) = check(visit, {**GOOD, "falls": -1}, today=TODAY).errors
    assert told.zh == "次数应在 0 到 60 之间"


def test_one_answer_bounds_another(survey):
    asked = {"people": 2, "old": "yes", "olds": 3, "wishes": ["meal"]}
    assert [each.code for each in check(survey, asked, today=TODAY).errors] == ["CONSTRAINT"]
    assert check(survey, {**asked, "olds": 2}, today=TODAY).errors == []


def test_the_samples_are_written_as_files(tmp_path):
    names = {path.name for path in write.write(tmp_path)}
    assert {"lone-elder-visit.xlsx", "community-survey.xlsx", "broken-name-repeated.xlsx"} <= names
    assert all((tmp_path / name).read_bytes()[:2] == b"PK" for name in names)

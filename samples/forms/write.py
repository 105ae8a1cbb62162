"""Writes the sample questionnaires as XLSForms: ``python -m samples.forms.write FOLDER``.

Two that a community can use as they are, and one broken in each way an upload is refused for.
"""

import io
import sys
from pathlib import Path

import xlsxwriter

Sheet = list[list[str]]
ZH, EN = "label::中文 (zh)", "label::English (en)"
HEADS = [
    "type",
    "name",
    ZH,
    EN,
    "required",
    "relevant",
    "constraint",
    "constraint_message::中文 (zh)",
    "calculation",
    "read_only",
    "default",
]


def row(kind: str, name: str = "", zh: str = "", en: str = "", **more: str) -> list[str]:
    """One row of the survey sheet; ``message`` is the constraint's."""
    rest = [more.get(head, "") for head in ("required", "relevant", "constraint", "message")]
    return [kind, name, zh, en, *rest, *(more.get(head, "") for head in ("calculation", "read_only", "default"))]


def workbook(survey: Sheet, choices: Sheet, *, title: str, form_id: str, heads: list[str] = HEADS) -> bytes:
    """The three sheets of an XLSForm."""
    settings = [["form_title", "form_id", "version", "default_language"], [title, form_id, "2026-01", "中文 (zh)"]]
    lists = [["list_name", "name", ZH, EN, "wushe:crisis"], *choices]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in (("survey", [heads, *survey]), ("choices", lists), ("settings", settings)):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, cell)
    return content.getvalue()


CARE = [
    ["mood", "good", "好", "Good"],
    ["mood", "low", "低落", "Low"],
    ["mood", "despair", "说过不想活", "Spoke of dying", "yes"],
    ["help", "meal", "送餐", "Meals"],
    ["help", "clean", "打扫", "Cleaning"],
    ["help", "escort", "陪诊", "Escort to a doctor"],
]


def visit() -> bytes:
    """独居老人探访: what a volunteer sees and hears at the door of somebody who lives alone."""
    survey = [
        row("start", "began"),
        row("note", "hello", "请先说明来意，征得同意", "Say why you come and ask for consent"),
        row("begin group", "health", "身体和心情", "Health and mood"),
        row("select_one mood", "mood", "今天心情", "Mood today", required="yes"),
        row("text", "words", "老人怎么说", "In their words", relevant="${mood} != 'good'"),
        row(
            "integer",
            "falls",
            "近一个月跌倒次数",
            "Falls in the last month",
            constraint=". >= 0 and . <= 60",
            message="次数应在 0 到 60 之间",
        ),
        row("end group"),
        row("select_multiple help", "helps", "需要什么帮助", "What would help"),
        row(
            "text",
            "phone",
            "紧急联系人手机",
            "Mobile of an emergency contact",
            constraint="regex(., '^1[3-9][0-9]{9}$')",
            message="请填 11 位手机号",
        ),
        row("begin repeat", "relative", "常来往的亲友", "Relatives and friends"),
        row("text", "kin", "称呼", "Who", required="yes"),
        row("date", "last_seen", "上次见面", "Last seen", constraint=". <= today()", message="不能晚于今天"),
        row("end repeat"),
        row("geopoint", "spot", "位置", "Where"),
        row("image", "door", "门牌照片", "Photograph of the door"),
        row("audio", "voice", "录音", "Recording"),
        row("decimal", "room", "室温", "Room temperature", relevant="selected(${helps}, 'clean')"),
        row("text", "station", "站点", "Station", read_only="yes", default="社工站"),
        row("calculate", "risk", calculation="if(${falls} > 1, 2, 0) + count-selected(${helps})"),
    ]
    return workbook(survey, CARE, title="独居老人探访", form_id="lone_elder_visit")


WISHES = [
    ["wish", "meal", "老年助餐", "Meals for the old"],
    ["wish", "child", "课后托管", "After-school care"],
    ["wish", "yard", "活动场地", "A place to meet"],
    ["yes_no", "yes", "是", "Yes"],
    ["yes_no", "no", "否", "No"],
]


def survey() -> bytes:
    """社区需求调研: what a household of the community would like to see done."""
    rows = [
        row("integer", "people", "家里几口人", "People at home", required="yes", constraint=". > 0 and . <= 20"),
        row("select_one yes_no", "old", "有没有六十岁以上的老人", "Anybody over sixty", required="yes"),
        row("integer", "olds", "几位", "How many", relevant="${old} = 'yes'", constraint=". <= ${people}"),
        row("select_multiple wish", "wishes", "最需要的服务", "Services most wanted", required="yes"),
        row("text", "other", "其他想法", "Other ideas", constraint="string-length(.) <= 500"),
    ]
    return workbook(rows, WISHES, title="社区需求调研", form_id="community_survey")


ONE = [row("text", "said", "说了什么", "What was said")]


def _one(kind: str = "text", **more: str) -> bytes:
    return workbook([*ONE, row(kind, "asked", "问题", "Question", **more)], CARE, title="错误示例", form_id="broken")


def broken() -> dict[str, bytes]:
    """A form for each kind of error an upload is refused for, by the code of the error."""
    nested = [
        row("begin repeat", "outer", "外", "Outer"),
        row("begin repeat", "inner", "内", "Inner"),
        row("text", "word", "词", "Word"),
        row("end repeat"),
        row("end repeat"),
    ]
    again = [row("begin group", "a", "甲", "A"), *ONE, row("end group"), row("begin group", "b", "乙", "B"), *ONE]
    return {
        "XLSFORM_RULE": workbook([row("text", "", "没有名称", "No name")], CARE, title="错误示例", form_id="broken"),
        "TYPE_UNSUPPORTED": _one("barcode"),
        "EXPRESSION_UNSUPPORTED": _one(constraint="pulldata('list', 'a', 'b', .) = 1"),
        "REFERENCE_UNKNOWN": workbook(
            [*nested[:1], nested[2], nested[4], row("note", "told", "好", "Good", relevant="${word} = 'a'")],
            CARE,
            title="错误示例",
            form_id="broken",
        ),
        "NAME_REPEATED": workbook([*again, row("end group")], CARE, title="错误示例", form_id="broken"),
        "NESTED_REPEAT": workbook(nested, CARE, title="错误示例", form_id="broken"),
        "COLUMN_UNSUPPORTED": workbook(
            [["select_one mood", *ONE[0][1:], "${said} != ''"]],
            CARE,
            title="错误示例",
            form_id="broken",
            heads=[*HEADS, "choice_filter"],
        ),
        "TOO_LONG": workbook(
            [row("text", f"q{number}", "问", "Q") for number in range(501)], CARE, title="错误示例", form_id="broken"
        ),
    }


def write(folder: Path) -> list[Path]:
    """Write every sample into a folder."""
    files = {"lone-elder-visit": visit(), "community-survey": survey()}
    files |= {f"broken-{code.lower().replace('_', '-')}": content for code, content in broken().items()}
    for name, content in files.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    return [folder / f"{name}.xlsx" for name in files]


if __name__ == "__main__":
    for path in write(Path(sys.argv[1])):
        print(path)

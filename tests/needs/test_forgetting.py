"""Whoever is forgotten is in no line that waits to be taken in, in no report, and in no register to begin with."""

import asyncio
import json

import pytest

from services.needs.domain.forgetting import ERASED, Traces
from services.needs.domain.identifiers import check_digit
from services.needs.domain.identity import Identity
from services.needs.jobs.imports import take_in_rows
from tests.harness import COMMUNITY
from tests.needs import tables
from tests.needs.stories import ELSEWHERE, refused, registered, resident, statement, submitted, worker
from wushe.db import uuid7
from wushe.pii import Sealed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def number(body: str) -> str:
    return body + check_digit(body)


NAME, PHONE, OWN, OTHER = "金丝雀甲", "13899990011", number("99999919500101001"), number("99999919800101002")
IDENTITY = {"name": NAME, "phone": PHONE, "id_number": OWN}
CANARIES = (NAME, PHONE, OWN, "SYN-CANARY")
KEY = ("test", "hospital", "SYN-CANARY")
KNOWN = Traces(frozenset({"resident-1", "person-1"}), frozenset({KEY}), COMMUNITY, Identity(**IDENTITY))
HERE = {"community_code": COMMUNITY}


async def erased(needs, known):
    path = f"/v1/residents/{known['id']}/erase"
    answer = await worker(needs).post(path, {"reason": "本人申请"}, if_match=known["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def waiting(needs) -> str:
    """Every line that waits, opened."""
    vault, found = needs.database.vault, []
    columns = "id, key_version, data_key, content"
    for row in await needs.sql(f"select {columns} from operation_batches order by operation_id, position"):
        sealed = Sealed(row.key_version, row.data_key, row.content)
        found.append(vault.open(sealed, place=f"operation_batches|content|{row.id}"))
    return json.dumps(found, ensure_ascii=False)


# --- The rule ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        {"id_number": OWN},
        {"id_number": OWN.lower(), "name": "别人"},
        {"phone": PHONE},
        {"phone": "+86 138-9999-0011"},
        {"statement": f"请打电话 {PHONE} 找我"},
        {"identity": {"phone": int(PHONE)}},
        {"name": NAME, **HERE},
        {"resident_id": "resident-1"},
        {"external_id": "SYN-CANARY", "external_system": "hospital"},
        {"external_ids": [{"system": "hospital", "id": "SYN-CANARY"}]},
    ],
)
async def test_a_line_about_them_is_gone(line):
    assert KNOWN.left_of(line, client="test", division=None) == ERASED


@pytest.mark.parametrize(
    "line",
    [
        {"phone": PHONE, "id_number": OTHER},  # somebody of the family, on the same telephone
        {"name": NAME, "id_number": OTHER, **HERE},
        {"name": NAME, "community_code": ELSEWHERE},  # a namesake
        {"external_id": "SYN-CANARY", "external_system": "school"},
        {"statement": "路灯坏了", "place": "3 号楼"},
        {"statement": None, "asks": [], "synthetic": True, "external_ids": ["x"]},
        {"resident_id": [], "guardian_id": {}, "external_system": [], "id": {}, "external_ids": [{"system": []}]},
    ],
)
async def test_a_line_about_somebody_else_stays(line):
    assert KNOWN.left_of(line, client="test", division=None) == line


async def test_a_name_counts_where_the_table_is_about():
    assert KNOWN.left_of({"name": NAME}, client="test", division=COMMUNITY) == ERASED
    assert KNOWN.left_of({"name": NAME}, client="test", division=None) == {"name": NAME}


async def test_another_system_may_use_the_same_key():
    line = {"external_id": "SYN-CANARY", "external_system": "hospital"}
    assert KNOWN.left_of(line, client="other", division=None) == line


async def test_a_child_stays_without_the_guardian_they_were():
    line = {"name": "孩子", "guardian_id": "SYN-CANARY", "guardian_relation": "mother"}
    assert KNOWN.left_of(line, client="test", division=None) == {"name": "孩子"}


# --- Tables that are being taken in ------------------------------------------


async def test_lines_that_wait_lose_the_person_and_the_others_come_in(needs):
    known = await registered(needs, identity=IDENTITY)
    person = {"社区代码": COMMUNITY, "年龄段": "60-79", "姓名": NAME, "电话": PHONE, "身份证号": OWN}
    rows = [person, {**person, "姓名": "金小妹", "身份证号": OTHER}, {**person, "姓名": "", "身份证号": ""}]
    staff = worker(needs)
    operation = await tables.sent(staff, "residents", tables.csv_of(*rows), dry_run="false")
    said = statement(channel="paper", input="worker_notes", statement=f"{PHONE} 家里漏水", resident_id=known["id"])
    asked = await tables.sent(staff, "needs", json.dumps(said).encode(), "a.ndjson", dry_run="false")
    before = await waiting(needs)
    assert all(word in before for word in (NAME, PHONE, OWN, known["id"]))

    await erased(needs, known)
    after = await waiting(needs)
    assert not [word for word in (NAME, OWN, "漏水", known["id"]) if word in after]
    assert "金小妹" in after
    for each in (operation, asked):
        await tables.work(needs, each)
    told = await tables.report(staff, operation)
    assert [each["code"] for each in told] == ["ROW_ERASED", "TAKEN", "ROW_ERASED"]
    assert [each["code"] for each in await tables.report(staff, asked)] == ["ROW_ERASED"]


async def test_wherever_the_table_was_sent(needs):
    known = await registered(needs, identity=IDENTITY)
    row = {"社区代码": ELSEWHERE, "年龄段": "60-79", "姓名": "金丝雀", "电话": PHONE}
    await tables.sent(worker(needs, ELSEWHERE), "residents", tables.csv_of(row), dry_run="false")
    await erased(needs, known)
    assert PHONE not in await waiting(needs)


async def test_lines_of_others_are_not_touched(needs):
    known = await registered(needs, identity=IDENTITY)
    row = {"社区代码": COMMUNITY, "年龄段": "60-79", "姓名": "别人"}
    await tables.sent(worker(needs), "residents", tables.csv_of(row), dry_run="false")
    kept = await needs.sql("select content from operation_batches")
    await erased(needs, known)
    assert await needs.sql("select content from operation_batches") == kept


@pytest.mark.parametrize("first", ["erasure", "import"])
async def test_a_table_taken_in_at_the_same_moment(committed, first):
    real = committed.open("needs")
    known = await registered(real, identity=IDENTITY)
    person = {"社区代码": COMMUNITY, "年龄段": "60-79", "姓名": NAME, "电话": PHONE, "身份证号": OWN}
    operation = await tables.sent(worker(real), "residents", tables.csv_of(*[person] * 201), dry_run="false")
    both = [erased(real, known), take_in_rows(real.database, operation_id=str(tables.ident(operation)))]
    await asyncio.gather(*(both if first == "erasure" else reversed(both)))
    told = {each["code"] for each in await tables.report(worker(real), operation, "&only=refused")}
    assert told <= {"RESIDENT_KNOWN", "ROW_ERASED"}  # as it was before or after, and nothing between
    [left] = (await worker(real).get("/v1/residents")).json()["items"]
    assert left["state"] == "erased"


async def test_a_report_repeats_no_key_of_a_row(needs):
    key = [{"system": "import", "id": OWN}]
    await registered(needs, external_ids=key)
    row = {"id": OWN, "社区代码": COMMUNITY, "年龄段": "60-79"}
    operation = await tables.imported(needs, worker(needs), "residents", tables.csv_of(row))
    [told] = await tables.report(worker(needs), operation)
    assert (told["code"], told["zh"]) == ("EXTERNAL_ID_TAKEN", "外部编号 import/… 已经对应另一条记录。")
    [row] = await needs.sql("select t::text as said from operation_rows t")
    assert OWN not in row.said


async def test_what_is_held_without_a_network_keeps_no_words(needs):
    author = resident(needs)
    held = {"client_id": "w", "kind": "withdraw", "at": "2026-11-20T08:00:00+08:00", "base": "n"}
    assert (await author.post("/v1/needs/batches", {"items": [held]})).json()["items"][0]["state"] == "held"
    said = {"client_id": "n", "kind": "need", "at": "2026-11-20T08:00:00+08:00", "need": statement(statement=NAME)}
    await resident(needs).post("/v1/needs/batches", {"items": [said]})
    rows = await needs.sql("select t::text as said, content from offline_items t order by client_id")
    assert [row.content for row in rows] == [None, {"kind": "withdraw"}]
    assert not [row for row in rows if NAME in row.said]


# --- Whoever is in no register -----------------------------------------------


async def test_somebody_in_no_register_is_forgotten_as_well(needs):
    person = uuid7()
    author, gateway = resident(needs, person), needs.sibling("gateway", COMMUNITY)
    here = await submitted(author, statement="金丝雀的话", place="金丝雀楼")
    elsewhere = await submitted(needs.acting("resident", ELSEWHERE, person=person), division=ELSEWHERE)
    other = await submitted(resident(needs))
    path = f"/internal/persons/{person}/data"
    assert "金丝雀的话" in (await gateway.get(path)).text
    answer = await gateway.post("/internal/erasures", {"person_id": str(person)})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["state"], found["resident_id"], found["receipts"]["gateway"]) == ("open", None, None)
    left = await needs.sql("select id, statement, place from needs")
    assert {str(row.id) for row in left if "erased on request" in row.statement} == {here["id"], elsewhere["id"]}
    assert [row.place for row in left if str(row.id) == here["id"]] == [None]
    assert [row.statement for row in left if str(row.id) == other["id"]] == [other["statement"]]
    assert "金丝雀" not in (await gateway.get(path)).text
    told = await needs.announced("cn.wushe.needs.person.erased.v1")
    assert [event["data"]["person_id"] for event in told] == [str(person)]
    read = await worker(needs).get(f"/v1/erasures/{found['id']}")
    assert read.json()["resident_id"] is None


async def test_words_of_others_cannot_be_redacted_for_them(needs):
    gateway = needs.sibling("gateway", COMMUNITY)
    await gateway.post("/internal/erasures", {"person_id": str(uuid7())})
    await submitted(resident(needs))
    with pytest.raises(Exception, match="the statement of a need is final"):
        await needs.sql("update needs set statement = '（已按本人要求删除 · erased on request）'")


async def test_a_correction_is_of_an_entry(needs):
    asked = {"person_id": str(uuid7()), "text": "不对"}
    refused(await needs.sibling("gateway").post("/internal/corrections", asked), 404, "NOT_FOUND")

"""Tables taken in row by row: tried first, reported row by row, resumable, in the name of whoever sent them."""

import csv
import json
from pathlib import Path

import pytest

from services.needs.domain.table_words import in_codes
from tests.harness import COMMUNITY, STREET
from tests.needs.stories import ELSEWHERE, refused, registered, worker
from tests.needs.tables import csv_of, imported, report, sent, upload, work
from tests.wushe.test_sheets import TOO_LARGE, UNREADABLE, million, workbook
from wushe.db import uuid7
from wushe.sheets import XLSX

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP = "三号楼门前的路灯坏了两周，晚上看不清台阶"


def labelled():
    return list(csv.DictReader(Path("gateway/codes.csv").read_text(encoding="utf-8").splitlines()))


async def row(needs, **more):
    resident = await registered(needs)
    return {"诉求原文": LAMP, "居民编号": resident["id"], "同意版本": "2026-01", **more}


async def listed(needs):
    return (await worker(needs).get("/v1/needs")).json()["items"]


async def test_a_table_is_tried_first_and_leaves_nothing(needs):
    rows = [await row(needs, 渠道="hotline"), await row(needs, 渠道="carrier_pigeon"), await row(needs, 渠道="hotline")]
    mine = worker(needs)
    operation = await sent(mine, "needs", csv_of(*rows))
    assert (operation["state"], operation["dry_run"], operation["total"]) == ("queued", True, 3)
    await work(needs, operation)
    done = (await mine.get(f"/v1/operations/{operation['id']}")).json()
    assert (done["state"], done["done"], done["created"], done["refused"], done["percent"]) == ("done", 3, 0, 1, 100)
    codes = [each["code"] for each in await report(mine, operation)]
    assert codes == ["WOULD_BE_TAKEN", "INVALID_INPUT", "WOULD_BE_TAKEN"]
    [wrong] = await report(mine, operation, "&only=refused")
    assert wrong["number"] == 3
    sentences = {"zh": "不在可选值中", "en": "not one of the allowed values"}
    assert wrong["errors"] == [{"pointer": "/channel", "code": "ENUM", **sentences}]
    assert await listed(needs) == []
    assert await needs.announced("cn.wushe.needs.need.submitted.v1") == []


async def test_a_row_is_taken_in_under_the_name_of_who_sent_it_whatever_comes_of_others(needs):
    person = uuid7()
    mine = needs.acting("community_worker", person=person)
    rows = [await row(needs), await row(needs, 居民编号=str(uuid7())), await row(needs)]
    done = await imported(needs, mine, "needs", csv_of(*rows))
    assert (done["state"], done["created"], done["refused"]) == ("done", 2, 1)
    first, wrong, last = await report(mine, done)
    assert (wrong["code"], wrong["errors"][0]["pointer"]) == ("INVALID_INPUT", "/resident_id")
    assert {each["id"] for each in await listed(needs)} == {first["object_id"], last["object_id"]}
    found = await needs.sql("select person_id, role, request_id, verb from audit where subject like 'needs/%'")
    assert {(each.person_id, each.role, each.verb) for each in found} == {(str(person), "community_worker", "submit")}
    assert len({each.request_id for each in found}) == 1
    assert len(await needs.announced("cn.wushe.needs.need.submitted.v1")) == 2


async def test_no_row_stays_once_it_is_taken_in_and_none_lies_open_before(needs):
    mine = worker(needs)
    operation = await sent(mine, "needs", csv_of(await row(needs)), dry_run="false")
    [waiting] = await needs.sql("select content from operation_batches")
    assert "路灯".encode() not in bytes(waiting.content)
    await work(needs, operation)
    assert await needs.sql("select 1 from operation_batches") == []
    assert LAMP not in json.dumps([str(each) for each in await needs.sql("select * from operation_rows")])


async def test_a_known_external_id_is_not_taken_twice(needs):
    table = csv_of(await row(needs, 外部编号="A-1"), await row(needs, 外部编号="A-1"), await row(needs, 外部编号="A-2"))
    mine = worker(needs)
    first = await imported(needs, mine, "needs", table)
    again = await imported(needs, mine, "needs", table)
    assert (first["created"], first["refused"], again["created"], again["refused"]) == (2, 1, 0, 3)
    assert {each["code"] for each in await report(mine, again)} == {"EXTERNAL_ID_TAKEN"}


async def test_every_format_says_the_same(needs):
    known = await row(needs, 渠道="meeting")
    lines = json.dumps(known | {"statement": known.pop("诉求原文"), "channel": "meeting"}, ensure_ascii=False)
    english = {"statement": LAMP, "resident_id": known["居民编号"], "consent_version": "1", "channel": "meeting"}
    files = {
        "a.csv": csv_of(english, encoding="gb18030"),
        "a.xlsx": workbook(list(english), list(english.values())),
        "a.ndjson": json.dumps(english).encode(),
        "b.ndjson": lines.encode(),
    }
    told = {name: await imported(needs, worker(needs), "needs", content, name) for name, content in files.items()}
    assert {name: (done["created"], done["refused"]) for name, done in told.items()} == {
        "a.csv": (1, 0),
        "a.xlsx": (1, 0),
        "a.ndjson": (1, 0),
        "b.ndjson": (0, 1),  # an object names its members as the interface does
    }


async def test_a_wrong_head_is_refused_whole_and_named(needs):
    path, mine = "/v1/needs/imports", worker(needs)
    table = csv_of({"姓名": "王", "渠道": "visit"})
    problem = refused(await mine.post(path, **upload(table)), 422, "COLUMNS_NOT_UNDERSTOOD")
    wrong = [(each["pointer"], each["code"]) for each in problem["errors"]]
    assert wrong == [("/1", "UNKNOWN"), ("/statement", "MISSING")]
    assert "王" not in json.dumps(problem, ensure_ascii=False)
    twice = "诉求原文,statement\na,b\n".encode()
    problem = refused(await mine.post(path, **upload(twice)), 422, "COLUMNS_NOT_UNDERSTOOD")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/2", "TWICE")]


async def test_a_row_that_is_none_and_a_number_that_lost_its_digits_are_refused_alone(needs):
    mine, good = worker(needs), await row(needs)
    long = csv_of(good) + ("x," * 9 + "\n").encode()
    done = await imported(needs, mine, "needs", long)
    assert (done["created"], done["refused"]) == (1, 1)
    assert [each["code"] for each in await report(mine, done, "&only=refused")] == ["ROW_UNREADABLE"]
    table = workbook(["statement", "external_id"], [LAMP, 350502199001011234])
    [told] = await report(mine, await imported(needs, mine, "needs", table, "a.xlsx"))
    assert (told["errors"][0]["pointer"], told["errors"][0]["code"]) == ("/external_id", "INEXACT")


async def test_a_table_beyond_the_limit_is_refused_with_the_limit(needs):
    await needs.sql("update rule set value = '{\"rows\": 2}' where code = 'import_limits'")
    table = csv_of(*[{"诉求原文": LAMP}] * 3)
    problem = refused(await worker(needs).post("/v1/needs/imports", **upload(table)), 422, "TABLE_TOO_LARGE")
    assert "2 行" in problem["detail"]


@pytest.mark.parametrize("what", [name for name, (_, media, _) in {**UNREADABLE, **TOO_LARGE}.items() if media == XLSX])
async def test_whatever_a_workbook_does_it_is_refused_and_the_next_is_taken(needs, what):
    """S07 over HTTP: no row is named, nothing is left, and the service goes on."""
    content, _, _ = {**UNREADABLE, **TOO_LARGE}[what]
    await needs.sql("update rule set value = '{\"rows\": 50}' where code = 'import_limits'")
    mine, path = worker(needs), "/v1/needs/imports"
    code = "TABLE_TOO_LARGE" if what in TOO_LARGE else "TABLE_UNREADABLE"
    problem = refused(await mine.post(path, **upload(content, "a.xlsx")), 422, code)
    assert problem["errors"] == []
    assert await needs.sql("select 1 from operations") == []
    assert (await mine.post(path, **upload(workbook(["statement"], [LAMP]), "b.xlsx"))).status_code == 202


async def test_a_million_shared_strings_are_read_apart(needs):
    answer = await worker(needs).post("/v1/needs/imports", **upload(million("statement"), "a.xlsx"))
    assert (answer.status_code, answer.json()["total"]) == (202, 1)


async def test_rows_belong_where_the_sender_says_and_nowhere_else(needs):
    mine, street = worker(needs), worker(needs, STREET)
    path = "/v1/needs/imports"
    refused(await mine.post(path, **upload(csv_of(await row(needs)), division=ELSEWHERE)), 403, "OUT_OF_SCOPE")
    done = await imported(needs, mine, "needs", csv_of(await row(needs, 区划代码=ELSEWHERE)))
    assert [each["code"] for each in await report(mine, done)] == ["OUT_OF_SCOPE"]
    done = await imported(needs, street, "needs", csv_of(await row(needs)), division=COMMUNITY)
    assert (done["created"], done["division"]) == (1, STREET)
    refused(await mine.get(f"/v1/operations/{done['id']}"), 404, "NOT_FOUND")
    assert (await listed(needs))[0]["division"] == COMMUNITY


async def test_stopping_keeps_what_was_taken_in_and_forgets_the_rest(needs):
    mine = worker(needs)
    operation = await sent(mine, "needs", csv_of(await row(needs)), dry_run="false")
    path = f"/v1/operations/{operation['id']}"
    stopped = (await mine.post(f"{path}/cancel")).json()
    assert (stopped["state"], stopped["done"]) == ("cancelled", 0)
    await work(needs, operation)
    assert (await mine.get(path)).json()["state"] == "cancelled"
    assert await listed(needs) == await needs.sql("select 1 from operation_batches") == []
    refused(await mine.post(f"{path}/cancel"), 409, "ACTION_NOT_ALLOWED")


async def test_work_is_found_by_its_whole_name_and_by_nobody_elses_system(needs):
    system = needs.acting("integration", client="agency")
    operation = await sent(system, "needs", csv_of(await row(needs)))
    path = f"/v1/operations/{operation['id']}"
    assert (await system.get(path)).status_code == (await worker(needs).get(path)).status_code == 200
    other = needs.acting("integration", client="other")
    for answer in (
        await other.get(path),
        await other.post(f"{path}/cancel"),
        await worker(needs).get(path.replace("needs.", "")),
        await worker(needs).get(path.replace("needs.", "projects.")),
    ):
        refused(answer, 404, "NOT_FOUND")


async def test_work_nobody_knows_any_more_is_given_up(needs):
    operation = await sent(worker(needs), "needs", csv_of(await row(needs)))
    await needs.sql("update operations set collection = 'gone'")
    await work(needs, operation)
    assert (await worker(needs).get(f"/v1/operations/{operation['id']}")).json()["state"] == "failed"
    assert await needs.sql("select 1 from operation_batches") == []


async def test_the_same_upload_twice_begins_once(needs):
    table, mine = csv_of(await row(needs)), worker(needs)
    first = await mine.post("/v1/needs/imports", key="k", **upload(table))
    again = await mine.post("/v1/needs/imports", key="k", **upload(table))
    assert (first.status_code, first.json(), again.headers["idempotency-replayed"]) == (202, again.json(), "true")
    refused(await mine.post("/v1/needs/imports", key="k", **upload(table + b"x")), 422, "IDEMPOTENCY_KEY_REUSED")


async def test_cells_may_say_in_words_what_the_interface_says_in_codes(needs):
    said = {
        "渠道": "入户走访",
        "录入方式": "本人录入",
        "服务领域": "残疾人服务/残障康复",
        "服务人群": "独居老人",
        "紧急程度": "特急(立即)",
    }
    point = {"经度": "118.675676", "纬度": "24.874132", "坐标系": "高德"}
    mine = worker(needs)
    done = await imported(needs, mine, "needs", csv_of(await row(needs, **said, **point)))
    [made] = await report(mine, done)
    assert made["code"] == "TAKEN"
    [need] = await needs.sql("select channel, input, field, target_group, urgency from needs")
    assert tuple(need) == ("visit", "typed", "disability", "living_alone_elderly", "critical")
    need = (await mine.get(f"/v1/needs/{made['object_id']}")).json()
    assert need["location"] == {"lon": 118.675676, "lat": 24.874132, "crs": "gcj02"}


async def test_a_word_nobody_knows_and_half_a_point_are_refused_where_they_stand(needs):
    mine = worker(needs)
    table = csv_of(await row(needs, 服务人群="火星人", 经度=""), await row(needs, 服务人群="", 经度="118.6"))
    told = await report(mine, await imported(needs, mine, "needs", table))
    assert [(each["errors"][0]["pointer"], each["errors"][0]["code"]) for each in told] == [
        ("/target_group", "ENUM"),
        ("/crs", "MISSING"),
    ]


async def test_every_label_of_the_code_tables_is_a_word_of_tables(needs):
    [rule] = await needs.sql("select value from rule where code = 'import_words'")
    columns = {"service_field": "field", "target_group": "target_group", "urgency": "urgency"}
    labels = [each for each in labelled() if each["table"] in columns]
    for each in labels:
        column = columns[each["table"]]
        assert in_codes(rule.value, {column: each["zh"]}) == {column: each["code"]}, each["zh"]
    assert len(labels) == 50

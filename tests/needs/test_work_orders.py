"""Orders of the 12345 hotline: each becomes a need once, both keep up with each other, and the hotline is told."""

import csv
import io
import json

import pytest
from python_calamine import load_workbook

from services.needs.domain.lifecycle import WORK_ORDER_TRANSITIONS, WorkOrderState, advance
from services.needs.domain.lifecycle.work_orders import steps_to
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import ELSEWHERE, TRIAGE, done, read, refused, registered, resident, worker
from tests.needs.tables import csv_of, imported, report, upload
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP = "三号楼门前的路灯坏了两周，晚上看不清台阶"
DANGER = "我不想活了，没有我会更好"


def order(number: str = "XM20261101001", **more: str) -> dict[str, str]:
    """A line as a city's system writes it, with what is none of our business."""
    return {
        "工单编号": number,
        "来电人姓名": "张某某",
        "诉求内容": LAMP,
        "诉求地址": "幸福小区 3 号楼",
        "诉求分类": "城乡建设/市政/路灯",
        "承办单位": "浮桥街道",
        "工单状态": "已派单",
        "派单时间": "2026-11-01 09:00:00",
        "办理时限": "2026/11/08 18:00",
        **more,
    }


async def taken(needs, *rows, actor=None, **fields):
    mine = actor or worker(needs)
    found = await imported(needs, mine, "work-orders", csv_of(*rows), **fields)
    assert found["refused"] == 0, await report(mine, found)
    return found


async def orders(needs, actor=None):
    answer = await (actor or worker(needs)).get("/v1/work-orders")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def only(needs):
    [found] = await orders(needs)
    return found


async def need_of(needs, found):
    return await read(worker(needs), {"id": found["need_id"]})


async def exported(needs, form="csv", actor=None):
    answer = await (actor or worker(needs)).get(f"/v1/work-orders/export?format={form}")
    assert answer.status_code == 200, answer.text
    return answer


async def lines(needs, actor=None):
    content = (await exported(needs, actor=actor)).content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_an_order_becomes_a_need_and_keeps_what_the_hotline_says(needs):
    await taken(needs, order())
    found = await only(needs)
    assert (found["number"], found["state"], found["unit"]) == ("XM20261101001", "dispatched", "浮桥街道")
    assert found["category"] == "城乡建设/市政/路灯"
    assert found["due_at"].startswith("2026-11-08T10:00:00")  # their clock is China's
    need = await need_of(needs, found)
    assert (need["statement"], need["channel"], need["state"]) == (LAMP, "hotline", "submitted")
    assert (need["field"], need["place"], need["author_person_id"]) == ("environment_facility", "幸福小区 3 号楼", None)
    kept = await needs.sql("select client, system, value from external_id where object_id = :it", it=need["id"])
    assert [tuple(each) for each in kept] == [("test", "12345", "XM20261101001")]


async def test_a_number_known_already_is_brought_up_to_date_and_never_doubled(needs):
    await taken(needs, order())
    first = await only(needs)
    again = await taken(needs, order(), order(承办单位="笋江社区", 工单状态="处理中"))
    assert again["created"] == 2
    found = await only(needs)
    assert (found["id"], found["unit"], found["state"]) == (first["id"], "笋江社区", "handling")
    assert len((await worker(needs).get("/v1/needs")).json()["items"]) == 1
    await taken(needs, order(工单状态="已派单"))  # a list from before
    assert (await only(needs))["state"] == "handling"


async def test_an_order_follows_its_need_and_the_callers_word_is_the_call_back(needs):
    asker = await registered(needs, identity={"name": "合成一", "phone": "13800000001"})
    await taken(needs, order(联系电话="138 0000 0001"))
    found = await only(needs)
    need = await need_of(needs, found)
    assert need["author_person_id"] == asker["person_id"]
    need = await done(worker(needs), need, "triage", TRIAGE)
    assert (await only(needs))["state"] == "handling"
    need = await done(worker(needs), need, "accept")
    need = await done(worker(needs), need, "respond", {"answer": "路灯已修好。"})
    found = await only(needs)
    assert found["state"] == "completed" and found["completed_at"]
    need = await done(resident(needs, asker["person_id"]), need, "outcome", {"outcome": "not"})
    found = await only(needs)
    assert (found["state"], found["outcome"]) == ("handling", "not")  # dispatched once more
    need = await done(worker(needs), need, "respond", {"answer": "又修了一次。"})
    await done(resident(needs, asker["person_id"]), need, "outcome", {"outcome": "solved"})
    [line] = await lines(needs)
    assert (line["工单状态"], line["办理结果"], line["回访结果"], line["满意度"]) == (
        "已回访",
        "又修了一次。",
        "已解决",
        "满意",
    )


async def test_what_the_hotline_did_reaches_the_need(needs):
    await taken(needs, order())
    need = await done(worker(needs), await need_of(needs, await only(needs)), "triage", TRIAGE)
    await taken(needs, order(工单状态="已办结", 办理结果="市政已更换灯具。", 办结时间="2026-11-03 10:00"))
    assert (await only(needs))["state"] == "completed"
    need = await read(worker(needs), need)
    assert (need["state"], need["answer"]) == ("responded", "市政已更换灯具。")
    await taken(needs, order(工单状态="已回访", 满意度="不满意"))
    need = await read(worker(needs), need)
    assert (need["state"], need["outcome"]) == ("reopened", "not")
    found = await only(needs)
    assert (found["state"], found["outcome"], found["satisfaction"]) == ("called_back", "not", "不满意")


async def test_what_nobody_here_has_read_is_not_answered_by_a_list(needs):
    await taken(needs, order(工单状态="已办结", 办理结果="已处理。"))
    found = await only(needs)
    assert found["state"] == "completed"
    assert (await need_of(needs, found))["state"] == "submitted"


async def test_a_need_turned_down_returns_the_order(needs):
    await taken(needs, order())
    await done(worker(needs), await need_of(needs, await only(needs)), "reject", {"reason_code": "out_of_remit"})
    assert (await only(needs))["state"] == "returned"
    await taken(needs, order(工单状态="处理中"))
    assert (await only(needs))["state"] == "returned"


async def test_words_the_mapping_does_not_know_are_named(needs):
    mine = worker(needs)
    bad = [order("A", 工单状态="挂起"), {**order("B"), "诉求内容": ""}, order("C", 派单时间="昨天"), order("D")]
    found = await imported(needs, mine, "work-orders", csv_of(*bad))
    told = [[each["pointer"] for each in row["errors"]] for row in await report(mine, found)]
    assert told == [["/status"], ["/statement"], ["/dispatched_at"], []]
    assert [each["number"] for each in await orders(needs)] == ["D"]


async def test_a_city_says_its_own_columns_and_words(needs):
    official = needs.acting("civil_affairs", COUNTY)
    rule = (await official.get(f"/v1/rules/needs/work_order_mapping?division={COMMUNITY}")).json()
    value = {
        **rule["value"],
        "columns": {"number": ["流水号"], "statement": ["内容"], "status": ["环节"], "reply": ["答复"]},
    }
    value["states"] = {"dispatched": ["一"], "completed": ["二"]}
    body = {"division": COUNTY, "value": value, "source": "test"}
    answer = await official.put("/v1/rules/needs/work_order_mapping", body, if_match=1)
    assert answer.status_code == 200, answer.text
    await taken(needs, {"流水号": "1", "内容": LAMP, "环节": "二"})
    [line] = await lines(needs)
    assert (line["流水号"], line["环节"]) == ("1", "二")
    answer = await official.put("/v1/rules/needs/work_order_mapping", {**body, "value": {"columns": {}}}, if_match=1)
    refused(answer, 422, "RULE_MISSHAPEN")


async def test_a_list_without_numbers_is_no_list(needs):
    answer = await worker(needs).post("/v1/work-orders/imports", **upload(csv_of({"诉求内容": LAMP})))
    assert refused(answer, 422, "COLUMNS_NOT_UNDERSTOOD")["errors"][0]["pointer"] == "/number"


async def test_nothing_of_the_caller_is_kept_but_the_words(needs):
    await taken(needs, order(联系电话="13800000009"))
    for table in ("work_orders", "needs", "operation_rows", "audit", "event"):
        whole = json.dumps([str(row) for row in await needs.sql(f"select * from {table}")], ensure_ascii=False)
        assert "张某某" not in whole and "13800000009" not in whole, table


async def test_danger_stays_out_of_lists_and_exports(needs):
    await taken(needs, order("SAFE"), order("HIDDEN", 诉求内容=DANGER))
    street = needs.acting("street_officer", STREET)
    system = needs.acting("integration", STREET)
    assert {each["number"] for each in await orders(needs, street)} == {"SAFE", "HIDDEN"}  # who answers it
    assert {each["number"] for each in await orders(needs, system)} == {"SAFE"}
    hidden = next(each for each in await orders(needs, street) if each["number"] == "HIDDEN")
    assert (await system.get(f"/v1/work-orders/{hidden['id']}")).status_code == 404
    for form in ("csv", "json", "xlsx"):
        content = (await exported(needs, form, actor=street)).content
        assert b"HIDDEN" not in content
    workbook = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in workbook[1:]] == ["SAFE"]


async def test_an_export_is_text_a_spreadsheet_cannot_run_and_says_nobodys_words(needs):
    await taken(needs, order("=1+1", 承办单位="@SUM(A1)"))
    content = (await exported(needs)).content
    assert content.startswith(b"\xef\xbb\xbf")
    assert LAMP.encode() not in content and "幸福小区".encode() not in content
    [line] = await lines(needs)
    assert (line["工单编号"], line["承办单位"], line["派单时间"]) == ("'=1+1", "'@SUM(A1)", "2026-11-01 09:00:00")
    [found] = json.loads((await exported(needs, "json")).content)["items"]
    assert (found["number"], found["status"], found["due_at"]) == ("=1+1", "已派单", "2026-11-08 18:00:00")


async def test_what_was_exported_can_be_imported_again(needs):
    await taken(needs, order("A"), order("B", 工单状态="处理中"))
    before = await orders(needs)
    content = (await exported(needs)).content
    again = await imported(needs, worker(needs), "work-orders", content)
    assert (again["refused"], await orders(needs)) == (0, before)


async def test_long_lists_come_page_by_page_and_unchanged_ones_are_not_sent_twice(needs, monkeypatch):
    monkeypatch.setattr("services.needs.api.work_orders.PAGE", 2)
    await taken(needs, *(order(f"N{number}") for number in range(5)))
    assert [line["工单编号"] for line in await lines(needs)] == [f"N{number}" for number in range(5)]
    answer = await exported(needs)
    same = await worker(needs).get("/v1/work-orders/export", headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 304
    monkeypatch.setattr("services.needs.api.work_orders.WORKBOOK", 4)
    refused(await worker(needs).get("/v1/work-orders/export?format=xlsx"), 422, "WORKBOOK_TOO_LONG")


async def test_orders_of_other_divisions_are_not_there(needs):
    await taken(needs, order())
    found = await only(needs)
    stranger = worker(needs, ELSEWHERE)
    assert await orders(needs, stranger) == []
    assert (await stranger.get(f"/v1/work-orders/{found['id']}")).status_code == 404
    assert await lines(needs, stranger) == []
    assert (await worker(needs).get(f"/v1/work-orders/{uuid7()}")).status_code == 404
    foreign = await stranger.post("/v1/work-orders/imports", **upload(csv_of(order()), division=COMMUNITY))
    refused(foreign, 403, "OUT_OF_SCOPE")


async def test_an_order_never_goes_back_by_what_a_list_says():
    for state in WorkOrderState:
        for told in WorkOrderState:
            reached = state
            for step in steps_to(state, told):
                reached = advance(WORK_ORDER_TRANSITIONS, reached, step)
            assert reached in {state, told}
            assert [*WorkOrderState].index(reached) >= [*WorkOrderState].index(state)

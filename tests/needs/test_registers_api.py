"""Needs registers over HTTP: drafted, shown, objected to, published once and for good."""

import csv
import io
from hashlib import sha256

import pytest
import python_calamine
from sqlalchemy.exc import DBAPIError

from tests.harness import COMMUNITY, STREET
from tests.needs.stories import TRIAGE, accepted, confirmed, done, refused, resident, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
LIST = "/v1/need-registers"


def good(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json()


def committee(needs, scope=COMMUNITY):
    return needs.acting("committee", scope, person=uuid7())


async def asked(needs, count=6, **more):
    """A concern that many residents share, confirmed."""
    ids = [(await accepted(needs, resident(needs), **more))["id"] for _ in range(count)]
    return await confirmed(needs, *ids)


async def drafted(needs, division=COMMUNITY, title="居民服务需求清单"):
    body = {"division": division, "title": title}
    return good(await worker(needs, division).post(LIST, body), 201)


async def verb(actor, register, name, body=None):
    return good(await actor.post(f"{LIST}/{register['id']}/{name}", body, if_match=register["version"]))


async def published(needs, register=None):
    register = await verb(committee(needs), register or await drafted(needs), "publicise")
    await needs.advance(days=8)
    return await verb(committee(needs), register, "publish")


async def test_a_register_is_drafted_shown_and_published_with_number_and_hash(needs):
    concern = await asked(needs)
    register = await drafted(needs)
    (line,) = register["content"]["rows"]
    assert (line["key"], line["title"], line["persons"]) == (f"concern:{concern['id']}", "老年助餐", 5)
    shown = await verb(committee(needs), register, "publicise")
    early = await committee(needs).post(f"{LIST}/{register['id']}/publish", if_match=shown["version"])
    assert "公示期到" in refused(early, 409, "PUBLICITY_RUNNING")["detail"]
    await needs.advance(days=8)
    final = await verb(committee(needs), shown, "publish")
    assert (final["state"], final["number"]) == ("published", 1)
    exported = await worker(needs).get(f"{LIST}/{register['id']}/export?format=json")
    assert sha256(exported.content).hexdigest() == final["content_hash"]
    told = await needs.announced("cn.wushe.needs.need_register.published.v1")
    assert told[0]["public"] and told[0]["data"]["content_hash"] == final["content_hash"]


async def test_the_next_register_supersedes_the_one_before_and_says_what_changed(needs):
    await asked(needs)
    first = await published(needs)
    later = await asked(needs, field="culture")
    second = await drafted(needs)
    change = good(await worker(needs).get(f"{LIST}/{second['id']}/diff"))
    assert [row["key"] for row in change["added"]] == [f"concern:{later['id']}"]
    second = await published(needs, second)
    assert (second["number"], second["predecessor_id"]) == (2, first["id"])
    assert good(await worker(needs).get(f"{LIST}/{first['id']}"))["state"] == "superseded"
    assert good(await worker(needs).get(f"{LIST}/{second['id']}/diff"))["predecessor_id"] == first["id"]


async def test_what_was_published_is_never_rewritten(needs):
    register = await published(needs)
    again = await worker(needs).post(f"{LIST}/{register['id']}/recount", if_match=register["version"])
    refused(again, 409, "ACTION_NOT_ALLOWED")
    with pytest.raises(DBAPIError, match="final"):
        await needs.sql("update need_registers set content = '{}' where id = :id", id=register["id"])


async def test_an_upheld_objection_sends_it_back_and_an_open_one_holds_it(needs):
    register = await verb(committee(needs), await drafted(needs), "publicise")
    path = f"{LIST}/{register['id']}/objections"
    one, two = [good(await resident(needs).post(path, {"reason": "照明没有列入"}), 201) for _ in range(2)]
    await needs.advance(days=8)
    held = await committee(needs).post(f"{LIST}/{register['id']}/publish", if_match=register["version"])
    assert "2" in refused(held, 409, "OBJECTIONS_OPEN")["detail"]
    refused(await resident(needs).post(path, {"reason": "晚了"}), 409, "PUBLICITY_OVER")

    async def settle(objection, *, upheld):
        body = {"upheld": upheld, "answer": "已核实"}
        return good(await committee(needs).post(f"{path}/{objection['id']}/settle", body, if_match=1))

    assert (await settle(one, upheld=False))["state"] == "settled"
    assert good(await worker(needs).get(f"{LIST}/{register['id']}"))["state"] == "publicity"
    await settle(two, upheld=True)
    back = good(await worker(needs).get(f"{LIST}/{register['id']}"))
    assert (back["state"], back["publicity_ends_at"]) == ("draft", None)
    again = await committee(needs).post(f"{path}/{one['id']}/settle", {"upheld": True, "answer": "再"}, if_match=2)
    refused(again, 409, "ACTION_NOT_ALLOWED")


async def test_residents_read_their_own_objections_and_staff_all(needs):
    register = await verb(committee(needs), await drafted(needs), "publicise")
    path = f"{LIST}/{register['id']}/objections"
    mine = resident(needs)
    good(await mine.post(path, {"reason": "漏了一条"}), 201)
    good(await resident(needs).post(path, {"reason": "另一条"}), 201)
    assert [each["reason"] for each in good(await mine.get(path))["items"]] == ["漏了一条"]
    assert len(good(await worker(needs).get(path))["items"]) == 2


async def test_who_is_tied_to_nobody_reads_no_objection(needs):
    register = await verb(committee(needs), await drafted(needs), "publicise")
    path = f"{LIST}/{register['id']}/objections"
    good(await needs.acting("resident").post(path, {"reason": "漏了我家"}), 201)
    assert good(await needs.acting("guardian").get(path))["items"] == []
    assert len(good(await worker(needs).get(path))["items"]) == 1


async def test_a_draft_is_for_those_who_work_on_it(needs):
    register = await drafted(needs)
    refused(await resident(needs).get(f"{LIST}/{register['id']}"), 404, "NOT_FOUND")
    refused(await resident(needs).get(f"{LIST}/{register['id']}/export"), 404, "NOT_FOUND")
    assert good(await resident(needs).get(LIST))["items"] == []
    await verb(committee(needs), register, "publicise")
    assert len(good(await resident(needs).get(f"{LIST}?state=publicity"))["items"]) == 1


async def test_danger_is_in_no_register_and_few_are_not_told_apart(needs):
    for _ in range(6):
        good(await worker(needs).get(LIST))
    dangerous = [await accepted(needs, resident(needs)) for _ in range(6)]
    await needs.sql("update needs set danger = true where id = any(:ids)", ids=[each["id"] for each in dangerous])
    await asked(needs, count=4)
    assert (await drafted(needs))["content"]["rows"] == []


async def test_lines_are_rolled_up_into_the_four_classes(needs):
    for field in ("elderly", "social_assistance", "culture"):
        needed = [await accepted_as(needs, field) for _ in range(5)]
        assert needed
    classes = (await drafted(needs))["content"]["classes"]
    assert [(each["zh"], each["rows"], each["persons"]) for each in classes] == [
        ("老人服务", 1, 5),
        ("儿童关爱", 0, 0),
        ("社会救助", 1, 5),
        ("社区治理", 1, 5),
    ]


async def accepted_as(needs, field):
    body = {"statement": "希望社区多办活动", "division": COMMUNITY, "channel": "mini_program", "input": "typed"}
    need = good(await resident(needs).post("/v1/needs", body | {"consent_version": "1"}), 201)
    filed = await done(worker(needs), need, "triage", TRIAGE | {"field": field})
    return await done(worker(needs), filed, "accept")


async def test_files_open_in_spreadsheets_and_run_nothing(needs):
    ids = [(await accepted(needs, resident(needs)))["id"] for _ in range(5)]
    body = {"title": "=1+1 老年助餐", "division": COMMUNITY, "need_ids": ids}
    concern = good(await worker(needs).post("/v1/concerns", body), 201)
    await done(worker(needs), concern, "confirm")
    register = await drafted(needs)
    text = (await worker(needs).get(f"{LIST}/{register['id']}/export?format=csv")).content
    assert text.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))[1][4] == "'=1+1 老年助餐"
    answer = await worker(needs).get(f"{LIST}/{register['id']}/export")
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    book = python_calamine.load_workbook(io.BytesIO(answer.content))
    assert book.get_sheet_by_index(0).to_python()[1][4] == "=1+1 老年助餐"
    refused(await worker(needs).get(f"{LIST}/{register['id']}/export?format=exe"), 422, "INVALID_INPUT")


async def test_the_page_is_one_file_that_escapes_what_it_is_given(needs):
    register = await drafted(needs, title="<b>清单</b>")
    answer = await worker(needs).get(f"{LIST}/{register['id']}/page")
    page = answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;清单" in page and "<b>清单" not in page
    assert "src=" not in page and "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_whoever_was_merged_in_counts_in_the_register_unless_they_left(needs):
    people = [uuid7() for _ in range(4)]
    first, *others = [await accepted(needs, resident(needs, person)) for person in people]
    for need in (first, others[0]):
        assert (await resident(needs, people[-1]).post(f"/v1/needs/{need['id']}/cosign")).status_code in {200, 409}
    neighbour = resident(needs)
    await neighbour.post(f"/v1/needs/{others[0]['id']}/cosign")
    for need in others:
        shown = good(await worker(needs).get(f"/v1/needs/{need['id']}"))
        await done(worker(needs), shown, "merge", {"into_id": first["id"], "reason": "同一个食堂"})
    register = await drafted(needs)
    assert [row["persons"] for row in register["content"]["rows"]] == [5]
    good(await neighbour.post(f"/v1/needs/{others[0]['id']}/leave-merge"))
    assert (await drafted(needs))["content"]["rows"] == [], "four are too few to be told apart"


async def test_residents_read_what_was_published_in_every_form(needs):
    await asked(needs)
    register, reader = await published(needs), resident(needs)
    path = f"{LIST}/{register['id']}"
    assert good(await reader.get(path))["content_hash"] == register["content_hash"]
    answers = [
        await reader.get(f"{path}/{form}") for form in ("page", "export", "export?format=csv", "export?format=json")
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "老年助餐" in answers[0].text and register["content_hash"] in answers[0].text


async def test_a_register_of_the_street_is_not_the_communitys_to_draft(needs):
    answer = await worker(needs).post(LIST, {"division": STREET, "title": "街道清单"})
    refused(answer, 403, "OUT_OF_SCOPE")

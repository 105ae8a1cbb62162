"""Registers of residents as tables: every row once, masked, each look on record."""

import csv
import json
from pathlib import Path

import pytest

from services.needs.domain.identifiers import check_digit
from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import ELSEWHERE, worker
from tests.needs.tables import csv_of, imported, report

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAMPLE = Path(__file__).parents[2] / "samples" / "licheng" / "licheng_persons_in_difficulty_835.csv"


def number(count: int) -> str:
    body = f"99999919500101{count:03d}"
    return body + check_digit(body)


async def looks(needs, verb: str) -> int:
    return len(await needs.sql("select 1 from audit where verb = :verb and subject like 'residents%'", verb=verb))


async def test_the_persons_in_difficulty_come_in_once_masked_and_on_record(needs):
    rows = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 835
    staff = worker(needs, COUNTY)
    known = dict.fromkeys(("name", "phone", "id_number"), "")
    people = [row | known for row in rows]
    for count in range(5):
        people[count] |= {"name": f"居民{count}", "phone": f"1380000{count:04d}", "id_number": number(count)}
    twice = [row | {"id": f"again-{row['id']}"} for row in people[:5]]
    done = await imported(needs, staff, "residents", csv_of(*people, *twice, people[9]))
    assert (done["total"], done["created"], done["refused"]) == (841, 835, 6)
    flagged = [each["code"] for each in await report(staff, done, "&only=refused")]
    assert flagged == ["RESIDENT_KNOWN"] * 5 + ["EXTERNAL_ID_TAKEN"]
    told = json.dumps(await report(staff, done, "&only=refused"), ensure_ascii=False)
    assert not [row for row in people[:5] if row["id_number"] in told or row["phone"] in told]

    [found] = (await staff.post("/v1/residents/search", {"id_number": number(3)})).json()["items"]
    assert (found["identity"]["name"], found["identity"]["phone"]) == ("居**", "138****0003")
    page = (await staff.get("/v1/residents?limit=200")).json()["items"]
    assert len(page) == 200 and all(row["synthetic"] for row in page)
    await staff.get(f"/v1/residents/{found['id']}")
    await staff.post(f"/v1/residents/{found['id']}/unmask", {"reason": "上门核对", "fields": ["phone"]})
    assert [await looks(needs, verb) for verb in ("search", "read", "unmask")] == [1, 2, 1]
    groups = await needs.sql("select count(distinct target_groups) as n, count(guardian_person_id) as g from residents")
    assert (groups[0].n > 5, groups[0].g) == (True, sum(bool(row["guardian_id"]) for row in rows))


async def test_a_wrong_row_is_named_and_the_others_come_in(needs):
    good = {"社区代码": COMMUNITY, "年龄段": "60-79", "姓名": "张小明", "身份证号": number(7)}
    rows = [good, {**good, "身份证号": "123"}, {**good, "社区代码": ELSEWHERE, "身份证号": number(8)}]
    done = await imported(needs, worker(needs), "residents", csv_of(*rows))
    assert (done["created"], done["refused"]) == (1, 2)
    codes = [(each["code"], [error["code"] for error in each["errors"]]) for each in await report(worker(needs), done)]
    assert codes[1:] == [("INVALID_INPUT", ["MALFORMED"]), ("OUT_OF_SCOPE", [])]

"""The asker's own word beside the handler's: what did not help opens again and goes to a supervisor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.codes import Outcome
from services.needs.domain.notices import BY_OUTCOME, OF_NEED
from services.needs.domain.outcomes import figures, wilson
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import (
    ELSEWHERE,
    TRIAGE,
    accepted,
    done,
    notices,
    refused,
    resident,
    responded,
    submitted,
    worker,
)

STAFF = "cn.wushe.needs.staff.noticed.v1"
anyio = pytest.mark.asyncio(loop_scope="session")


async def judged(needs, word, author=None, **more):
    author = author or resident(needs)
    need = await responded(needs, author, **more)
    return await done(author, need, "outcome", {"outcome": word})


async def told(needs, role):
    return [event["data"] for event in await needs.announced(STAFF) if event["data"]["role"] == role]


@anyio
@pytest.mark.parametrize("word", ["not", "worse"])
async def test_what_did_not_help_opens_again_and_goes_to_a_supervisor(needs, word):
    need = await judged(needs, word)
    assert (need["state"], need["handler_status"], need["outcome"]) == ("reopened", "received", word)
    assert need["escalated"] and need["outcome_at"]
    (word_to_staff,) = await told(needs, "supervisor")
    assert (word_to_staff["code"], word_to_staff["about"]["id"]) == ("need_unsolved", need["id"])
    supervisor = needs.acting("supervisor", STREET)
    listed = (await supervisor.get("/v1/needs?escalated=true")).json()["items"]
    assert [each["id"] for each in listed] == [need["id"]]
    again = await done(worker(needs), need, "respond", {"answer": "已重新安排。"})
    assert not again["escalated"]
    assert (await supervisor.get("/v1/needs?escalated=true")).json()["items"] == []
    assert len((await supervisor.get("/v1/needs?escalated=false")).json()["items"]) == 1


@anyio
async def test_two_clocks_are_seen_side_by_side(needs):
    author = resident(needs)
    need = await responded(needs, author)
    assert (need["handler_status"], need["outcome"]) == ("answered", None)
    need = await done(author, need, "outcome", {"outcome": "partly"})
    assert (need["handler_status"], need["outcome"]) == ("done", "partly")


@anyio
@pytest.mark.parametrize(
    ("word", "code", "says"),
    [
        ("solved", "need_outcome", "确认解决"),
        ("partly", "need_outcome", "部分解决"),
        ("no_longer_needed", "need_outcome", "不再需要"),
        ("not", "need_reopen", "没有解决"),
        ("worse", "need_reopen", "没有解决"),
    ],
)
async def test_what_neighbours_are_told_is_bound_to_the_outcome(needs, word, code, says):
    author, neighbour = resident(needs), resident(needs)
    need = await accepted(needs, author)
    signed = await neighbour.post(f"/v1/needs/{need['id']}/cosign")
    answered = await done(worker(needs), {**need, "version": signed.json()["version"]}, "respond", {"answer": "好"})
    await done(author, answered, "outcome", {"outcome": word})
    (notice,) = await notices(needs, code)
    assert says in notice["zh"] and notice["person_id"] == str(neighbour.caller.person_id)


def test_nobody_is_congratulated_on_what_was_not_solved():
    glad = ("高兴", "满意", "感谢", "圆满", "祝")
    for notice in (*OF_NEED.values(), *BY_OUTCOME.values()):
        assert not [word for word in glad if word in notice.zh], notice
    for verb, outcome in BY_OUTCOME:
        if outcome in {"not", "worse", "silence"}:
            said = BY_OUTCOME[verb, outcome].zh
            assert "确认解决" not in said and "没" in said


@anyio
async def test_silence_stands_apart_and_never_counts_as_satisfaction(needs):
    await judged(needs, "solved")
    await judged(needs, "partly")
    await responded(needs, resident(needs))
    await needs.advance(days=15)
    found = (await worker(needs).get("/v1/needs/outcomes")).json()
    assert (found["silent"], found["judged"], found["solved_share"]) == (1, 2, 0.5)
    assert found["counts"] == {"solved": 1, "partly": 1, "not": 0, "worse": 0, "no_longer_needed": 0}
    assert found["replied_share"] == pytest.approx(2 / 3)
    (notice,) = await notices(needs, "need_close")
    assert "没有收到反馈" in notice["zh"]


@anyio
async def test_a_later_success_does_not_wipe_out_an_earlier_no(needs):
    author = resident(needs)
    need = await judged(needs, "not", author)
    need = await done(worker(needs), need, "respond", {"answer": "已重新安排。"})
    assert need["outcome"] is None
    await done(author, need, "outcome", {"outcome": "solved"})
    found = (await worker(needs).get("/v1/needs/outcomes")).json()
    assert (found["counts"]["not"], found["counts"]["solved"], found["judged"]) == (1, 1, 2)


@anyio
async def test_outcomes_are_counted_by_place_and_period_and_without_danger(needs):
    await judged(needs, "solved")
    await needs.advance(days=10)
    await judged(needs, "solved")
    now = (await judged(needs, "solved"))["outcome_at"]
    reader = needs.acting("civil_affairs", COUNTY)

    async def judged_in(query):
        answer = await reader.get(f"/v1/needs/outcomes?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["judged"]

    moment = now.replace("+", "%2B")
    assert [await judged_in(f"division={place}") for place in (COUNTY, STREET, COMMUNITY, ELSEWHERE)] == [3, 3, 3, 0]
    assert [await judged_in(f"from={moment}"), await judged_in(f"to={moment}")] == [1, 2]
    await needs.sql("update needs set danger = true")
    assert await judged_in(f"division={COUNTY}") == 0
    refused(await worker(needs).get(f"/v1/needs/outcomes?division={ELSEWHERE}"), 403, "OUT_OF_SCOPE")
    refused(await resident(needs).get("/v1/needs/outcomes"), 403, "ROLE_NOT_ALLOWED")


@anyio
async def test_each_thing_a_need_asks_is_answered_and_judged(needs):
    author = resident(needs)
    asks = ["停止噪音", "给个处理时间", "告诉我找谁"]
    filed = await done(worker(needs), await submitted(author), "triage", {**TRIAGE, "asks": asks})
    one = {"answer": "已劝导", "asks_answered": [{"ask": 1, "answer": "已劝导"}]}
    path = f"/v1/needs/{filed['id']}/respond"
    problem = refused(await worker(needs).post(path, one, if_match=filed["version"]), 422, "ASK_UNANSWERED")
    assert "2、3" in problem["detail"]
    every = [{"ask": number, "answer": f"答复{number}"} for number in (3, 1, 2)]
    answered = await done(worker(needs), filed, "respond", {"answer": "已处理", "asks_answered": every})
    assert (answered["asks"], answered["ask_answers"]) == (asks, ["答复1", "答复2", "答复3"])
    wrong = {"outcome": "partly", "asks_solved": [4]}
    refused(
        await author.post(f"/v1/needs/{filed['id']}/outcome", wrong, if_match=answered["version"]), 422, "INVALID_INPUT"
    )
    await done(author, answered, "outcome", {"outcome": "partly", "asks_solved": [1, 3]})
    (word,) = await needs.sql("select asks_solved from need_words")
    assert word.asks_solved == [1, 3]


@anyio
async def test_neighbours_do_not_read_what_was_asked(needs):
    author, neighbour = resident(needs), resident(needs)
    filed = await done(worker(needs), await submitted(author), "triage", {**TRIAGE, "asks": ["停止噪音"]})
    seen = (await neighbour.get(f"/v1/needs/{filed['id']}")).json()
    assert (seen["asks"], seen["ask_answers"]) == (None, None)


@anyio
async def test_a_danger_that_was_not_solved_is_marked_and_in_no_inbox(needs):
    author = resident(needs)
    need = await responded(needs, author)
    await needs.sql("update needs set danger = true")
    need = await done(author, need, "outcome", {"outcome": "not"})
    assert need["escalated"] and await needs.announced(STAFF) == []


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (9, 10, 0.5958, 0.9821),
        (45, 50, 0.7864, 0.9565),
        (90, 100, 0.8256, 0.9448),
        (3, 3, 0.4385, 1),
        (0, 5, 0, 0.4345),
    ],
)
def test_the_interval_is_the_one_of_the_domain_pack(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_of_nobodys_word_nothing_is_known():
    found = figures({}, 7)
    assert (found.solved_share, found.low, found.high, found.replied_share) == (None, 0.0, 1.0, 0.0)


@given(st.dictionaries(st.sampled_from(list(Outcome)), st.integers(0, 50)), st.integers(0, 50), st.integers(0, 50))
def test_more_silence_changes_no_share_of_satisfaction(counts, silent, more):
    few, many = figures(counts, silent), figures(counts, silent + more)
    assert (few.solved_share, few.low, few.high, few.judged) == (many.solved_share, many.low, many.high, many.judged)

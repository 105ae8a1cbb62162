"""The chain of a project, joined from services of which any may be away."""

import json
from types import SimpleNamespace

import pytest

from tests.harness import COMMUNITY, COUNTY, TRUST
from wushe.db import uuid7
from wushe.identity import HEADER, verify

pytestmark = pytest.mark.asyncio(loop_scope="session")
PROJECT = str(uuid7())
SLICES = {
    "needs": {
        "concerns": [{"id": "c1", "title": "路灯", "state": "published", "at": "2026-03-02T08:00:00Z"}],
        "needs": [
            {
                "id": "n1",
                "state": "closed",
                "submitted_at": "2026-03-01T08:00:00Z",
                "closed_at": "2026-09-01T08:00:00Z",
            },
            {"id": "n2", "state": "closed", "submitted_at": "2026-03-01T09:00:00Z", "closed_at": None},
        ],
    },
    "projects": {
        "project": {"id": PROJECT, "state": "accepted", "created_at": "2026-04-01T08:00:00+08:00"},
        "deliberation": None,
        "contracts": [
            {
                "id": "k1",
                "state": "signed",
                "signed_at": "2026-05-01T08:00:00Z",
                "due_at": "2027-01-01T00:00:00Z",
            }
        ],
        "activities": [{"id": "a1", "state": "held", "at": "not a time"}],
        "service": {"records": 30, "confirmed": 29},
    },
    "resources": {"resources": {"requests": [], "reservations": []}, "money": {"budget_fen": 0, "disbursements": []}},
    "evaluation": {"scheme": {"id": "s1", "state": "frozen"}, "evaluations": [], "payout_advices": []},
}


def playing(name: str, heard: dict[str, object], status: int = 200):
    """A service that knows one slice."""

    async def app(scope, receive, send) -> None:
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        heard[name] = (scope["path"], verify(headers[HEADER], audience=name, trust=TRUST))
        body = json.dumps(SLICES[name] if status == 200 else {"code": "X"}).encode()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": body})

    return SimpleNamespace(app=app)


@pytest.fixture
def around(bench, house):
    """Play services around the gateway; those given no status do not answer."""
    heard: dict[str, object] = {}

    def play(**status: int) -> dict[str, object]:
        bench.services.update({name: playing(name, heard, code) for name, code in status.items()})
        return heard

    return play


ALL = dict.fromkeys(SLICES, 200)


async def test_the_five_steps_are_joined(around, signed_in):
    heard = around(**ALL)
    answer = await signed_in("resident", person=uuid7()).get(f"/v1/lifecycle/{PROJECT}")
    assert answer.status_code == 200, answer.text
    chain = answer.json()
    assert {name: chain[name] for name in SLICES} == SLICES
    assert [(step["step"], step["status"]) for step in chain["steps"]] == [
        ("collect_needs", "recorded"),
        ("plan", "recorded"),
        ("implement", "recorded"),
        ("link_resources", "absent"),
        ("evaluate", "recorded"),
    ]
    collect, plan = chain["steps"][:2]
    assert (collect["since"], collect["until"]) == ("2026-03-01T08:00:00Z", "2026-09-01T08:00:00Z")
    assert (collect["states"], collect["ids"]) == ({"published": 1, "closed": 2}, ["c1", "n1", "n2"])
    assert (plan["since"], plan["until"]) == ("2026-04-01T08:00:00+08:00", "2026-05-01T08:00:00Z")
    for path, caller in heard.values():
        assert path == f"/internal/lifecycle/{PROJECT}"
        assert (caller.role, caller.issuer, caller.scope) == ("service", "gateway", COMMUNITY)


async def test_a_service_that_is_away_is_named(around, signed_in):
    around(**{**ALL, "evaluation": 500} | {"needs": 404})
    chain = (await signed_in("committee").get(f"/v1/lifecycle/{PROJECT}")).json()
    assert chain["evaluation"] == {"status": "unavailable"}
    assert chain["steps"][-1] == {
        "step": "evaluate",
        "zh": "效果评价",
        "en": "Evaluate",
        "service": "evaluation",
        "status": "unavailable",
        "since": None,
        "until": None,
        "states": {},
        "ids": [],
    }
    assert chain["needs"] == {}
    assert chain["projects"] == SLICES["projects"]


async def test_services_that_cannot_be_reached_are_unavailable(around, signed_in):
    around(projects=200)
    chain = (await signed_in("committee").get(f"/v1/lifecycle/{PROJECT}")).json()
    assert [step["status"] for step in chain["steps"]] == ["unavailable", "recorded", "recorded", *["unavailable"] * 2]


@pytest.mark.parametrize("projects", [{}, {"projects": 500}, {"projects": 403}])
async def test_only_projects_knows_that_there_is_no_such_project(around, signed_in, projects):
    around(needs=404, resources=404, evaluation=404, **projects)
    answer = await signed_in("donor", COUNTY).get(f"/v1/lifecycle/{PROJECT}")
    assert answer.status_code == 200, answer.text
    found = {name: answer.json()[name] for name in SLICES}
    assert found == {"needs": {}, "projects": {"status": "unavailable"}, "resources": {}, "evaluation": {}}


@pytest.mark.parametrize("others", [{}, dict.fromkeys(SLICES, 404), dict.fromkeys(SLICES, 200)])
async def test_a_project_that_is_not_is_404(around, signed_in, others):
    around(**{**others, "projects": 404})
    answer = await signed_in("donor", COUNTY).get(f"/v1/lifecycle/{PROJECT}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_operators_have_no_business_with_projects(signed_in, stranger):
    assert (await signed_in("operator", COUNTY).get(f"/v1/lifecycle/{PROJECT}")).status_code == 403
    assert (await stranger.get(f"/v1/lifecycle/{PROJECT}")).status_code == 401
    assert (await signed_in("donor").get("/v1/lifecycle/1")).status_code == 404

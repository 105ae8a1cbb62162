"""One document of all processes, the page that shows it, and the table of collections it teaches."""

import json
import re

import pytest

from gateway.app import OWN, create_app
from gateway.documents import WIRE_PROBLEMS, merge
from gateway.routing import COLLECTIONS, Routes
from gateway.settings import Settings
from tests.gateway.stage import NOWHERE
from tests.gateway.upstream import listening
from wushe.errors import NotFound

pytestmark = pytest.mark.asyncio(loop_scope="session")


def document(path: str, **schemas: object) -> dict[str, object]:
    operation = {
        "tags": [path.split("/")[2]],
        "operationId": path,
        "x-access": "public" if "open" in path else "resident",
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Goal"}}}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {path: {"get": operation}, "/internal/persons": {"get": operation}},
        "components": {"schemas": {"Problem": {"type": "object"}, "Inner": {"type": "null"}, **schemas}},
    }


FOUND = {
    "needs": document("/v1/needs/{need_id}", Goal={"type": "string"}),
    "projects": document("/v1/open-data", Goal={"$ref": "#/components/schemas/Problem"}),
}


async def test_documents_become_one():
    merged = merge(FOUND)
    assert list(merged["paths"]) == ["/v1/needs/{need_id}", "/v1/open-data"]
    assert set(merged["components"]["schemas"]) == {
        "NeedsGoal",
        "ProjectsGoal",
        "Problem",
    }  # not what only services name
    text = json.dumps(merged)
    pointers = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert pointers <= set(merged["components"]["schemas"])
    assert merged["paths"]["/v1/open-data"]["get"]["security"] == []
    assert merged["paths"]["/v1/needs/{need_id}"]["get"]["security"] == [{"token": []}]
    assert [tag["name"] for tag in merged["tags"]] == ["needs", "open-data"]


def answers(operation: dict) -> dict[str, set[str]]:
    return {status: set(said.get("description", "").split(" · ")) for status, said in operation["responses"].items()}


async def test_what_the_gateway_itself_may_answer_is_documented():
    merged = json.loads((Settings(database_url=NOWHERE).documents_dir / "merged.json").read_text())["paths"]
    assert all(set(WIRE_PROBLEMS) <= set(answers(each)) for item in merged.values() for each in item.values())
    forwarded, own = answers(merged["/v1/needs"]["get"]), answers(merged["/v1/codes"]["get"])
    assert forwarded["400"] == {"CURSOR_INVALID", "REQUEST_MALFORMED"}
    assert forwarded["403"] == {"NO_ACTIVE_GRANT", "ROLE_NOT_ALLOWED", "SCOPE_REQUIRED"}
    assert {"502", "504"} <= set(forwarded) - set(own)
    assert own["401"] == {"NOT_AUTHENTICATED"}  # of a token that is shown though none is needed
    assert not {"401", "403"} & set(answers(merged["/v1/evaluations/{evaluation_id}/ballots"]["post"]))


async def test_documents_teach_the_table_of_collections():
    routes = Routes(OWN)
    with pytest.raises(NotFound):
        routes.find("GET", b"/v1/../x")
    assert routes.find("GET", b"/v1/surveys/1").service is None
    paths = ("/v1/surveys/{id}", "/v1/me", "/v1/funds", "/v1/rules/needs/{code}", "/internal/x")
    routes.learn("needs", {"paths": {path: {} for path in paths}})
    assert routes.find("GET", b"/v1/surveys/1").service == "needs"
    assert routes.find("GET", b"/v1/me").service is None
    assert routes.find("GET", b"/v1/funds").service == "resources"
    for service, collections in COLLECTIONS.items():
        assert routes.find("PUT", f"/v1/rules/{service}/silence_days".encode()).service == service
        assert routes.find("GET", f"/v1/operations/{service}.0198".encode()).service == service
        assert {routes.find("POST", f"/v1/{name}".encode()).service for name in collections} == {service}


async def test_the_merged_document_waits_for_no_one_and_is_kept_once_complete(tmp_path):
    present = {"needs": True, "others": False}

    async def service(scope, receive, send) -> None:
        status = 200 if present["others"] or scope["path"] == "/needs/openapi.json" else 503
        body = json.dumps(document("/v1/surveys", Goal={"type": "string"})).encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    (tmp_path / "projects.json").write_text(json.dumps(document("/v1/kept", Goal={"type": "string"})))
    async with listening(service) as address:
        peers = {name: f"{address}/{name}" for name in COLLECTIONS}
        app = create_app(Settings(database_url=NOWHERE, background=False, peers=peers, documents_dir=tmp_path))
        first = json.loads(await app.documents.document())
        assert {"/v1/surveys", "/v1/kept", "/v1/me"} <= set(first["paths"])
        assert app.routes.find("GET", b"/v1/surveys").service == "needs"
        present["others"] = True
        complete = await app.documents.document()
        assert await app.documents.document() is complete
    await app.state.client.aclose()


async def test_page_and_document_are_served_from_our_own_files(stranger):
    page = await stranger.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?!#)", page.text) == []
    assert "http://" not in page.text
    assert "https://" not in page.text
    answer = await stranger.get("/openapi.json")
    assert answer.json()["openapi"] == "3.1.0"
    assert "/v1/lifecycle/{project_id}" in answer.json()["paths"]
    assert "REQUEST_TIMEOUT" in answer.json()["paths"]["/v1/clients"]["post"]["responses"]["408"]["description"]
    refused = await stranger.post("/docs")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_health_of_the_gateway_itself(stranger):
    assert (await stranger.get("/health/ready")).text == "ok"
    assert (await stranger.get("/health/live")).text == "ok"
    assert (await stranger.get("/nothing")).status_code == 404

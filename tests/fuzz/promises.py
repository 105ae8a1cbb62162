"""What every answer must be, beside what its schema says: documented, and a refusal in the one shape."""

import re
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from tests.fuzz.known import read

MEMBERS = {
    "type",
    "title",
    "status",
    "detail",
    "code",
    "instance",
    "request_id",
    "retryable",
    "toast",
    "allowed",
    "errors",
}
BUILT_IN = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
OURS = ("refused_in_one_shape", "refused_as_documented")


@schemathesis.check
def refused_in_one_shape(ctx: CheckContext, response: Response, case: Case) -> None:
    """RFC 9457 with our members, whoever refuses: a service, the gateway or its router."""
    if response.status_code < 400:
        return
    problem = read(response.content)
    assert response.headers["content-type"] == ["application/problem+json"], "a refusal that is no problem+json"
    assert isinstance(problem, dict) and set(problem) == MEMBERS, "a problem without its members"
    assert problem["status"] == response.status_code, "a problem of another status"
    assert (response.status_code == 405) == ("allow" in response.headers), "a 405 names the methods that are there"
    assert problem["retryable"] == ("retry-after" in response.headers), "Retry-After and retryable disagree"


@schemathesis.check
def refused_as_documented(ctx: CheckContext, response: Response, case: Case) -> None:
    """The operation's document names the code of every refusal it gives."""
    said = documented(case.operation.definition.raw, response.status_code)
    if response.status_code < 400 or said is None:
        return
    code = (read(response.content) or {}).get("code")
    assert code in said, f"{response.status_code} {code} is not among {sorted(said)}"


def documented(operation: dict[str, Any], status: int) -> set[str] | None:
    """The codes an operation may give with a status; None where it does not name the status."""
    found = operation["responses"].get(str(status))
    return None if found is None else set(re.findall(r"[A-Z][A-Z_]+", found["description"]))

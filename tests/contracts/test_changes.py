"""Every kind of change that breaks somebody is named, the same change the other way round is not; and the changelog."""

import json
from copy import deepcopy

import pytest

from wushe.commands import documents
from wushe.commands.changes import breaks
from wushe.commands.faults import CommandRefused
from wushe.commands.surface import surface

NAMED = "#/components/schemas/"
KIND = "cn.wushe.needs.need.submitted.v1"


def contract():
    """A contract with one of everything that can be taken away."""
    problem = {"description": "NOT_FOUND · GONE", "content": {"application/problem+json": {"schema": {}}}}
    return {
        "info": {"version": "0.1.0"},
        "paths": {
            "/v1/needs": {
                "post": {
                    "operationId": "submitNeed",
                    "x-access": "public",
                    "parameters": [
                        {"in": "query", "name": "dry", "schema": {"type": "boolean"}},
                        {"$ref": "#/components/parameters/Language"},
                    ],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": f"{NAMED}NeedIn"}}}},
                    "responses": {
                        "201": {
                            "headers": {"ETag": {}},
                            "content": {"application/json": {"schema": {"$ref": f"{NAMED}NeedOut"}}},
                        },
                        "303": {},
                        "404": problem,
                        "409": {**problem, "description": "TAKEN"},
                    },
                },
                "get": {"operationId": "listNeeds", "x-access": "auditor resident", "responses": {"200": {}}},
            },
        },
        "components": {
            "parameters": {"Language": {"in": "header", "name": "Accept-Language", "schema": {"type": "string"}}},
            "schemas": {
                "NeedIn": {
                    "type": "object",
                    "required": ["statement"],
                    "properties": {
                        "statement": {"type": "string", "maxLength": 9, "description": "words"},
                        "urgency": {"$ref": f"{NAMED}Urgency"},
                        "count": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": 1},
                        "parts": {"type": "array", "items": {"$ref": f"{NAMED}NeedIn"}},
                        "extra": {"type": "object"},
                    },
                },
                "Urgency": {"enum": ["low", "high"], "type": "string"},
                "NeedOut": {
                    "type": "object",
                    "required": ["id", "state"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "state": {"enum": ["open", "closed"], "type": "string"},
                        "count": {"type": "integer"},
                    },
                },
            },
        },
    }


def events():
    about = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
    data = {
        "type": "object",
        "required": ["need_id"],
        "properties": {
            "need_id": {"type": "string", "format": "uuid", "title": "Need Id"},
            "about": {"$ref": "#/$defs/About"},
        },
        "$defs": {"About": about},
    }
    return {"events": {KIND: {"public": True, "subscribers": [], "data": data}}}


def at(path, value):
    """Set, or with None remove, what stands at a path of one of the two documents."""

    def edit(both):
        *parents, last = path.split(">")
        found = both
        for name in parents:
            found = found[int(name) if isinstance(found, list) else name]
        if value is None:
            del found[int(last) if isinstance(found, list) else last]
        else:
            found[int(last) if isinstance(found, list) else last] = value

    return edit


def both_of(*edits):
    return lambda both: [edit(both) for edit in edits]


POST, GET = "api>paths>/v1/needs>post", "api>paths>/v1/needs>get"
IN, OUT = "api>components>schemas>NeedIn", "api>components>schemas>NeedOut"
DATA = f"events>events>{KIND}>data"
DRY = {"in": "query", "name": "dry"}
# What is done to the contract, and what is said of it; the other way round nothing is said.
ONE_WAY = {
    "an operation is gone": (at(GET, None), "`listNeeds`: GET /v1/needs is gone"),
    "a parameter is gone": (at(f"{POST}>parameters>0", None), "`submitNeed`: query dry is no longer read"),
    "a parameter is required": (
        at(f"{POST}>parameters>0>required", True),
        "`submitNeed`: query dry is now required",
    ),
    "a parameter is narrower": (
        at(f"{POST}>parameters>0>schema", {"type": "boolean", "enum": [True]}),
        "`submitNeed`: query dry: only [True] is accepted now",
    ),
    "a shared parameter is longer": (
        at("api>components>parameters>Language>schema>minLength", 2),
        "`submitNeed`: header Accept-Language: minLength is now 2",
    ),
    "a role is out": (at(f"{GET}>x-access", "auditor"), "`listNeeds`: is no longer open to resident"),
    "a header is gone": (at(f"{POST}>responses>201>headers>ETag", None), "`submitNeed`: 201 comes without ETag"),
    "a redirection is gone": (at(f"{POST}>responses>303", None), "`submitNeed`: no longer answers 303"),
    "a problem is gone": (
        at(f"{POST}>responses>404>description", "NOT_FOUND"),
        "`submitNeed`: GONE is no longer answered with 404",
    ),
    "a status is gone": (at(f"{POST}>responses>409", None), "`submitNeed`: TAKEN is no longer answered with 409"),
    "a member must be sent": (at(f"{IN}>required", ["statement", "urgency"]), "`NeedIn`: urgency is now required"),
    "a member is no longer read": (at(f"{IN}>properties>extra", None), "`NeedIn`: extra is gone"),
    "unknown members are refused": (
        at(f"{IN}>additionalProperties", False),
        "`NeedIn`: unknown members are now refused",
    ),
    "null is refused": (
        at(f"{IN}>properties>count>anyOf", [{"type": "integer"}]),
        "`NeedIn`: count: null is no longer accepted",
    ),
    "a type is narrower": (
        at(f"{OUT}>properties>count>type", "number"),
        "`NeedOut`: count: number may now be said",
    ),
    "a text is shorter": (at(f"{IN}>properties>statement>maxLength", 8), "`NeedIn`: statement: maxLength is now 8"),
    "a text has a pattern": (
        at(f"{IN}>properties>statement>pattern", "^a"),
        "`NeedIn`: statement: pattern ^a is now required",
    ),
    "a value is no longer accepted": (
        at("api>components>schemas>Urgency>enum", ["low"]),
        "`Urgency`: 'high' is no longer accepted",
    ),
    "an answer may lack a member": (at(f"{OUT}>required", ["id"]), "`NeedOut`: state may now be missing"),
    "an answer may be null": (
        at(f"{OUT}>properties>id", {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}),
        "`NeedOut`: id: null may now be said",
    ),
    "an answer has a new value": (
        at(f"{OUT}>properties>state>enum", ["open", "closed", "lost"]),
        "`NeedOut`: state: 'lost' may now be said",
    ),
    "an answer has any value": (
        at(f"{OUT}>properties>state", {"type": "string"}),
        "`NeedOut`: state: any string may now be said",
    ),
    "an answer has no format": (
        at(f"{OUT}>properties>id>format", None),
        "`NeedOut`: id: format uuid is no longer promised",
    ),
    "an event is gone": (at(f"events>events>{KIND}", None), f"`{KIND}`: is gone"),
    "an event is internal": (
        at(f"events>events>{KIND}>public", False),
        f"`{KIND}`: is no longer public",
    ),
    "an event may lack a member": (at(f"{DATA}>required", []), f"`{KIND}`: data: need_id may now be missing"),
    "an event has no format": (
        at(f"{DATA}>$defs>About>properties>id>format", None),
        f"`{KIND}`: data/about/id: format uuid is no longer promised",
    ),
}
# Changes that break somebody whichever way they are made.
EITHER_WAY = {
    "a body is needed": (
        at(f"{GET}>requestBody", {"content": {"application/json": {"schema": {"type": "object"}}}}),
        "`listNeeds`: a body is now required",
    ),
    "an address moved": (
        both_of(at("api>paths>/v1/wishes", {"get": contract()["paths"]["/v1/needs"]["get"]}), at(GET, None)),
        "`listNeeds`: moved from GET /v1/needs to GET /v1/wishes",
    ),
    "an operation has another name": (at(f"{GET}>operationId", "allNeeds"), "`listNeeds`: is now called allNeeds"),
    "a success has another status": (
        both_of(at(f"{GET}>responses>200", None), at(f"{GET}>responses>202", {})),
        "`listNeeds`: may now answer 202",
    ),
    "a problem has another status": (
        both_of(at(f"{POST}>responses>409>description", "GONE"), at(f"{POST}>responses>404>description", "TAKEN")),
        "`submitNeed`: GONE is no longer answered with 404, but with 409",
    ),
    "a type is another": (at(f"{IN}>properties>extra>type", "array"), "`NeedIn`: extra: object is no longer accepted"),
    "another value when nothing is said": (
        at(f"{IN}>properties>count>default", 2),
        "`NeedIn`: count: default is now 2",
    ),
    "a word of JSON Schema we do not judge": (
        at(f"{IN}>properties>extra>propertyNames", {"pattern": "^a"}),
        "`NeedIn`: extra: propertyNames changed",
    ),
    "an answer is of another media type": (
        at(f"{POST}>responses>201>content", {"text/csv": {}}),
        "`submitNeed`: answer 201 is no longer application/json",
    ),
}


def compared(edit):
    """What the edit breaks, and what taking it back would break."""
    before = {"api": contract(), "events": events()}
    after = deepcopy(before)
    edit(after)
    assert before != after
    old, new = (surface(each["api"], each["events"]) for each in (before, after))
    return [str(each) for each in breaks(old, new)], [str(each) for each in breaks(new, old)]


@pytest.mark.parametrize("what", ONE_WAY)
def test_what_breaks_is_named_and_its_opposite_is_not(what):
    edit, sentence = ONE_WAY[what]
    forth, back = compared(edit)
    assert forth == [sentence]
    assert back == []


@pytest.mark.parametrize("what", EITHER_WAY)
def test_what_breaks_either_way(what):
    edit, sentence = EITHER_WAY[what]
    forth, back = compared(edit)
    assert sentence in forth
    assert back


def test_texts_and_new_things_break_nothing():
    def edit(both):
        at(f"{IN}>properties>statement>description", "other words")(both)
        at(f"{OUT}>properties>more", {"type": "string"})(both)
        at(f"{IN}>properties>more", {"type": "string"})(both)
        at(f"{POST}>responses>410", {"description": "LATE"})(both)
        at(f"{POST}>parameters>0", {**DRY, "schema": {"type": ["boolean", "null"]}})(both)

    assert compared(edit)[0] == []


@pytest.fixture
def folder(tmp_path):
    """A released contract, and one in which something broke."""
    write(tmp_path, contract())
    documents.release(tmp_path, changelog(tmp_path, ""))
    broken = contract()
    del broken["paths"]["/v1/needs"]["get"]
    write(tmp_path, broken)
    return tmp_path


def write(folder, document):
    for name, each in {"merged": document, "events": events()}.items():
        (folder / f"{name}.json").write_text(json.dumps(each))


def changelog(folder, notes):
    path = folder / "CHANGELOG.md"
    path.write_text(
        f"# Log\n\n## [Unreleased]\n\n### Added\n\n- `listNeeds`\n\n{notes}\n\n## [0.0.1]\n\n- `listNeeds`\n"
    )
    return path


def test_a_break_needs_its_note_and_a_release_a_higher_version(folder, capsys):
    silent = changelog(folder, "")
    for command in (documents.diff, documents.release):
        with pytest.raises(CommandRefused, match="1 breaking changes are not named"):
            command(folder, silent)
    assert "✗ `listNeeds`: GET /v1/needs is gone" in capsys.readouterr().out
    said = changelog(folder, "### Breaking · 不兼容\n\n- `listNeeds` 取消 · is gone")
    documents.diff(folder, said)
    assert "! `listNeeds`: GET /v1/needs is gone" in capsys.readouterr().out
    with pytest.raises(CommandRefused, match=r"above 0\.1\.0"):
        documents.release(folder, said)
    broken = contract() | {"info": {"version": "0.2.0"}}
    del broken["paths"]["/v1/needs"]["get"]
    write(folder, broken)
    documents.release(folder, said)
    documents.diff(folder, silent)


def test_the_contract_of_today_breaks_nothing_unsaid():
    documents.diff()

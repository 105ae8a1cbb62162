"""What the documents add to the types is true: examples can be read, pages turned, versions named."""

import json

import pytest
from pydantic import TypeAdapter

from wushe.commands import reference
from wushe.openapi import NAMED, PARAMETERS


@pytest.fixture(scope="module")
def applications():
    return {name: reference.application(name) for name in reference.PACKAGES}


def operations(app):
    """Every operation of an application with its route."""
    paths = app.openapi()["paths"]
    for context, route in reference.routes(app):
        for method in context.methods:
            yield paths[context.path][method.lower()], route


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_every_example_is_a_body_the_operation_reads(applications, name):
    read = 0
    for operation, route in operations(applications[name]):
        if route.body_field is not None:
            example = operation["requestBody"]["content"]["application/json"]["example"]
            TypeAdapter(route.body_field.field_info.annotation).validate_json(json.dumps(example))
            read += 1
    assert read


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_headers_and_pages_are_documented_where_they_are_used(applications, name):
    app = applications[name]
    schemas = app.openapi()["components"]["schemas"]
    for operation, route in operations(app):
        parameters = {each.get("name") or shared(each) for each in operation["parameters"]}
        assert ("Idempotency-Key" in parameters) == route.contract.keyed, route.operation_id
        assert ("If-Match" in parameters) == route.contract.if_match, route.operation_id
        answer = operation["responses"][str(route.status_code)]
        if route.contract.media:  # bytes: no members, and always an ETag
            assert (set(answer["content"]), set(answer["headers"])) == ({*route.contract.media}, {"ETag"})
            assert "If-None-Match" in parameters, route.operation_id
            continue
        schema = answer["content"]["application/json"]["schema"]
        members = schemas[schema["$ref"].removeprefix(NAMED)].get("properties", {}) if "$ref" in schema else {}
        sent = set(answer.get("headers", {}))
        assert ("Idempotency-Replayed" in sent) == route.contract.keyed, route.operation_id
        assert ("Link" in sent) == ("next_cursor" in members), route.operation_id
        assert ("ETag" in sent) == ("version" in members), route.operation_id
        assert ({"limit", "cursor"} <= parameters) == ("next_cursor" in members), route.operation_id


def shared(parameter):
    return PARAMETERS[parameter["$ref"].rsplit("/", 1)[1]]["name"]


def test_every_collection_says_what_it_is_once(applications):
    told = {}
    for app in applications.values():
        document = app.openapi()
        used = {tag for item in document["paths"].values() for each in item.values() for tag in each["tags"]}
        about = {tag["name"]: tag["description"] for tag in document["tags"]}
        assert set(about) == used
        told |= {name: told.get(name, set()) | {said} for name, said in about.items()}
    assert {name: said for name, said in told.items() if len(said) > 1} == {}


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_every_shape_has_a_name_of_its_own(applications, name):
    """Two of one name are told apart by their modules, which clients cannot be generated from."""
    shapes = applications[name].openapi()["components"]["schemas"]
    assert shapes and [each for each in shapes if "__" in each] == []

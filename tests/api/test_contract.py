"""The contract is kept: whatever is sent, no breakdown and no answer that it does not announce."""

from __future__ import annotations

import os
from itertools import cycle

import pytest
import schemathesis
from django import db
from django.core.signals import request_finished, request_started
from hypothesis import HealthCheck, Phase, given, seed, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maillage.api.v1.application import contract
from maillage.api.v1.descriptions import OPERATIONS, PARAMETERS
from maillage.config.wsgi import application
from maillage.engine.wording import LANGUAGES

SEED = 20261122
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDURANCE_REQUESTS = int(os.environ.get("MAILLAGE_REQUESTS", "200000"))
WITHOUT_PARAMETER = {"listCodes", "aboutHsds", "readInbox", "exportAnswers"}  # nothing in them can be badly made
BODIES = (
    "OneQuestion",
    "ManyQuestions",
    "Person",
    "NewReferral",
    "Asked",
    "To",
    "NewMove",
    "OutcomeGiven",
    "Identifier",
)
RUNS = [
    (name, mode)
    for name in sorted(OPERATIONS["fr"])
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or name not in WITHOUT_PARAMETER
]


@pytest.fixture
def kept_connection(demonstration):
    """Keep the connection of the test, which Django would close at the end of each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(db.close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(db.close_old_connections)


def operations():
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return {found.ok().definition.raw["operationId"]: found.ok() for found in loaded.get_all_operations()}


def send(operation, mode, count, number):
    """Send some requests to an operation, well or badly made, and check every answer."""

    @seed(SEED + number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def sent(case):
        case.call_and_validate(checks=CHECKED)

    sent()


@pytest.mark.parametrize(("name", "mode"), RUNS)
def test_every_operation_keeps_the_contract(name, mode, kept_connection):
    send(operations()[name], mode, 5, 0)


@pytest.mark.endurance
def test_every_operation_keeps_the_contract_for_long(kept_connection):
    known = operations()
    batch, sent = 500, 0
    for number, (name, mode) in enumerate(cycle(RUNS)):
        if sent >= ENDURANCE_REQUESTS:
            break
        send(known[name], mode, batch, number)
        sent += batch


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_and_parameter_is_described(language):
    paths = contract(language)["paths"]
    found = [operation for path in paths.values() for operation in path.values()]

    assert sorted(one["operationId"] for one in found) == sorted(OPERATIONS[language])
    names = {parameter["name"] for one in found for parameter in one["parameters"]}
    assert names | {"territory"} == set(PARAMETERS[language])


def test_the_contract_is_openapi_3_1_with_valid_schemas():
    content = contract("fr")

    assert content["openapi"] == "3.1.0"
    for schema in content["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def texts_without_a_limit(schema, path=""):
    """Find the texts, numbers and lists of a question that nothing bounds."""
    kind = schema.get("type")
    if kind == "string" and not ({"maxLength", "enum", "format", "const"} & schema.keys()):
        yield path
    if kind == "integer" and not {"minimum", "maximum"} <= schema.keys():
        yield path
    if kind == "array":
        if "maxItems" not in schema and "enum" not in str(schema.get("items")):
            yield path
        yield from texts_without_a_limit(schema.get("items", {}), f"{path}[]")
    for name, part in schema.get("properties", {}).items():
        yield from texts_without_a_limit(part, f"{path}.{name}")
    for part in schema.get("anyOf", []):
        yield from texts_without_a_limit(part, path)


def test_every_text_is_limited_and_every_number_bounded():
    content = contract("fr")
    asked = {
        f"{one['operationId']} {parameter['name']}": parameter["schema"]
        for path in content["paths"].values()
        for one in path.values()
        for parameter in one["parameters"]
    }
    asked |= {name: content["components"]["schemas"][name] for name in BODIES}

    assert [found for name, schema in asked.items() for found in texts_without_a_limit(schema, name)] == []

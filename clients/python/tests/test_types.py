"""The types of the answers are in the service's OpenAPI document, which may have more."""

from __future__ import annotations

import re
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from understudy import Understudy, types

# a name of its own in the document
DOCUMENTED = {
    "GuardrailResult": "GuardrailFinding",
    "Placement": "PredictionPlacement",
    "Prediction": "PredictionAnswer",
    "RampStep": "RampStepWithHold",
    "ReportPhase": "ShownPhase",
    "Statistics": "TestStatistics",
    "StatisticsMetrics": "Metrics",
}
# not of a call below /api
ELSEWHERE = {"Health"}
# requests, whose required keys depend on the call
ASKED = {"Guardrail", "Guardrails", "OutcomePlan", "RampPlan", "RampStep"}

KINDS = {
    name: kind
    for name, kind in vars(types).items()
    if is_typeddict(kind) and not name.startswith("_") and name not in ELSEWHERE
}


@pytest.fixture(scope="session")
def schemas(url: str) -> dict[str, Any]:
    with Understudy(url) as client:
        found: dict[str, Any] = client.openapi()["components"]["schemas"]
        return found


@pytest.mark.parametrize("name", KINDS)
def test_a_type_is_a_schema_of_the_document(name: str, schemas: dict[str, Any]) -> None:
    schema = schemas[DOCUMENTED.get(name, name)]
    kind = KINDS[name]

    for key, hint in get_type_hints(kind).items():
        # the answers of a deleted test have it in addition
        if key != "deleted_at":
            assert shape(hint) == documented(schema["properties"][key]), f"{name}.{key}"
    if name not in ASKED:
        assert kind.__required_keys__ - set(schema["required"]) == set()


def shape(hint: Any) -> set[str]:
    """The kinds of JSON that a type stands for."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return {kind for option in get_args(hint) for kind in shape(option)}
    if origin is Literal:
        return {"string"}
    if origin is list:
        return {"array"}
    if origin is dict or is_typeddict(hint):
        return {"object"}
    names = {str: "string", datetime: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}
    return {names[hint]}


def documented(schema: dict[str, Any]) -> set[str]:
    """The kinds of JSON that a schema allows."""
    if "anyOf" in schema:
        return {kind for option in schema["anyOf"] for kind in documented(option)}
    if "type" in schema:
        return {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
    name = re.sub(".*/", "", schema["$ref"])
    return {"string"} if name in {"Instant", "UUID"} else {"object"}

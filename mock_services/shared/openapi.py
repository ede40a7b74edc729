"""A department's OpenAPI 3.1 document, made from its operations and models."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from mock_services.shared.operations import Operation
from mock_services.shared.problems import (
    AssertionInvalid,
    BadRequest,
    BodyTooLarge,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    InvalidContent,
    LevelTooLow,
    Problem,
    ScopeMissing,
)
from mock_services.shared.reading import LONGEST_KEY

JSON = dict[str, Any]

_REF = "#/components/schemas/{model}"


@dataclass(frozen=True)
class Description:
    """What the document says of the whole."""

    title: str
    description: str
    version: str


def openapi(about: Description, operations: Sequence[Operation]) -> JSON:
    """The document; every operation carries its `x-onecity-` members."""
    paths: JSON = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": about.title, "description": about.description, "version": about.version},
        "servers": [{"url": "/"}],
        "security": [{"assertion": []}],
        "paths": paths,
        "components": {"schemas": _schemas(operations) | {"Problem": _PROBLEM}, "securitySchemes": _SECURITY},
    }


def _operation(operation: Operation) -> JSON:
    document: JSON = {
        "operationId": operation.id,
        "summary": operation.summary,
        "x-onecity-summary-en": operation.summary_en,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_header_parameters(operation)],
        "responses": {str(operation.status): _success(operation)} | _refusals(operation),
    }
    if content := _request_content(operation):
        document["requestBody"] = {"required": True, "content": content}
    if operation.max_body:
        document["x-onecity-max-body"] = operation.max_body
    if operation.scope:
        document["x-onecity-scope"] = operation.scope
    if operation.loa:
        document["x-onecity-loa"] = operation.loa
    return document


def _path_parameters(operation: Operation) -> Iterable[JSON]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(operation: Operation) -> Iterable[JSON]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema()
    for name, member in schema["properties"].items():
        member.pop("title", None)
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": member}


def _header_parameters(operation: Operation) -> Iterable[JSON]:
    if operation.keyed:
        key = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
        yield {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key}


def _request_content(operation: Operation) -> JSON:
    if operation.takes:
        return {operation.takes: {}}
    return {"application/json": {"schema": _ref(operation.body)}} if operation.body else {}


def _success(operation: Operation) -> JSON:
    schema = {"schema": _ref(operation.answer)} if operation.answer else {}
    return {"description": HTTPStatus(operation.status).phrase, "content": {operation.gives: schema}}


def _refusals(operation: Operation) -> JSON:
    ordered = sorted(_problems(operation), key=lambda problem: (problem.status, problem.slug()))
    return {
        str(status): {
            "description": "; ".join(f"`{problem.slug()}`: {problem.title}" for problem in group),
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
        for status, group in groupby(ordered, key=lambda problem: problem.status)
    }


def _problems(operation: Operation) -> set[type[Problem]]:
    problems: set[type[Problem]] = {AssertionInvalid, *operation.problems}
    if operation.scope:
        problems.add(ScopeMissing)
    if operation.loa:
        problems.add(LevelTooLow)
    if operation.query or operation.body:
        problems.add(InvalidContent)
    if operation.body:
        problems.add(BadRequest)
    if operation.body or operation.takes:
        problems.add(BodyTooLarge)
    if operation.keyed:
        problems |= {IdempotencyKeyMissing, IdempotencyKeyInvalid, IdempotencyKeyReused}
    return problems


def _schemas(operations: Sequence[Operation]) -> JSON:
    answers = [(operation.answer, "serialization") for operation in operations if operation.answer]
    bodies = [(operation.body, "validation") for operation in operations if operation.body]
    models: Any = list(dict.fromkeys([*answers, *bodies]))
    _, document = models_json_schema(models, by_alias=True, ref_template=_REF)
    schemas: JSON = document["$defs"]
    return schemas


def _ref(model: type[BaseModel]) -> JSON:
    return {"$ref": _REF.format(model=re.sub(r"\W", "_", model.__name__))}


_SECURITY = {
    "assertion": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The gateway's assertion (typ onecity-assertion+jwt, ES256); mini-services never see it.",
    }
}

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

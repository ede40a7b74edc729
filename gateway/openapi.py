"""The OpenAPI 3.1 document, made of the operations themselves: nothing in it is written twice.

No kept library derives it from plain Starlette routes without owning the endpoints, hence this one small module;
pydantic makes the schemas.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from core.operations import Operation
from core.problems import (
    BadRequest,
    ContentTooLarge,
    Forbidden,
    NotFound,
    Problem,
    Unauthenticated,
    Unprocessable,
    UnsupportedMediaType,
)

_REF = "#/components/schemas/{model}"
_SECURITY: dict[str, dict[str, Any]] = {
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-onecity_session"},
    "staff": {"type": "apiKey", "in": "cookie", "name": "__Host-onecity_staff"},
    "department": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"},
}
_BODILESS = frozenset({204, 302, 303, 304})
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what to change"},
        "request_id": {"type": "string"},
        "hop": {"enum": ["client", "gateway", "upstream"]},
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


def document(operations: Sequence[Operation], origin: str, version: str) -> dict[str, Any]:
    """The whole document of the app host."""
    references, definitions = models_json_schema(list(_models(operations)), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _Described(operation, references)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described.content()
    return {
        "openapi": "3.1.0",
        "info": {"title": "OneCity", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, **definitions.get("$defs", {})},
            "securitySchemes": _SECURITY,
        },
    }


def _models(operations: Iterable[Operation]) -> Iterable[tuple[type[BaseModel], JsonSchemaMode]]:
    for operation in operations:
        if operation.body:
            yield operation.body, "validation"
        if operation.query:
            yield operation.query, "validation"
        for answered in (operation.answer, *operation.also.values()):
            if answered:
                yield answered, "serialization"


class _Described:
    """One operation in the document's words."""

    def __init__(self, operation: Operation, references: dict[Any, Any]) -> None:
        self._operation = operation
        self._references = references

    def content(self) -> dict[str, Any]:
        operation = self._operation
        content: dict[str, Any] = {
            "operationId": operation.name,
            "summary": operation.summary,
            "tags": [operation.tag],
            "parameters": [*self._path_parameters(), *self._query_parameters(), *self._header_parameters()],
            "responses": {
                **self._problems(),
                **{str(status): self._answered(status, model) for status, model in operation.also.items()},
                str(operation.status): self._answered(operation.status, operation.answer),
            },
        }
        if operation.guard.security:
            content["security"] = [{operation.guard.security: [operation.guard.scope] if operation.guard.scope else []}]
        if operation.body or operation.body_media != "application/json":
            body = {operation.body_media: self._body_schema()}
            content["requestBody"] = {"required": operation.body_required, "content": body}
        return content

    def _path_parameters(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
            for name, pattern in self._operation.parameters.items()
        ]

    def _query_parameters(self) -> list[dict[str, Any]]:
        if self._operation.query is None:
            return []
        schema = self._operation.query.model_json_schema(ref_template=_REF)
        return [
            {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": member}
            for name, member in schema["properties"].items()
        ]

    def _header_parameters(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "in": "header", "required": required, "schema": {"type": "string"}}
            for name, required in self._operation.wire_headers
        ]

    def _body_schema(self) -> dict[str, Any]:
        if self._operation.body is None:
            return {"schema": {"type": "string", "format": "binary"}}
        return {"schema": self._references[self._operation.body, "validation"]}

    def _answered(self, status: int, model: type[BaseModel] | None) -> dict[str, Any]:
        described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        media = self._operation.answer_media
        if model:
            described["content"] = {media: {"schema": self._references[model, "serialization"]}}
        elif status not in _BODILESS:
            described["content"] = {media: {"schema": {"type": "object" if media.endswith("json") else "string"}}}
        return described

    def _problems(self) -> dict[str, Any]:
        by_status: dict[int, list[type[Problem]]] = {}
        for problem in self._raised():
            by_status.setdefault(problem.status, []).append(problem)
        return {
            str(status): {
                "description": "; ".join(sorted({problem.slug for problem in problems})),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, problems in sorted(by_status.items())
        }

    def _raised(self) -> Iterable[type[Problem]]:
        operation = self._operation
        yield from operation.problems
        if operation.guard.security:
            yield from (Unauthenticated, Forbidden)
        if operation.query:
            yield Unprocessable
        if operation.parameters:
            yield NotFound
        if operation.body or operation.body_media != "application/json":
            yield from (BadRequest, ContentTooLarge, UnsupportedMediaType, Unprocessable)

"""OpenAPI documents for tests, as short as can be."""

from typing import Any

from miniapps.operations import Operation, contract_of

JSON = "application/json"
SCOPE = "a:op:read"


def document(schemas: dict[str, Any] | None = None, version: str = "3.1.0", **members: Any) -> dict[str, Any]:
    """One POST at /a/{id} with `members`."""
    operation = {"operationId": "op", "summary": "办事", **members}
    return {
        "openapi": version,
        "paths": {"/a/{id}": {"post": operation}},
        "components": {"schemas": schemas or {}},
    }


def taking(schema: Any, schemas: dict[str, Any] | None = None, version: str = "3.1.0", **body: Any) -> dict[str, Any]:
    """A document whose operation takes JSON."""
    return document(schemas, version, requestBody={"content": {JSON: {"schema": schema}}, **body})


def answering(schema: Any, schemas: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """A document whose operation answers 200 with JSON; `others` are more responses, `status_404=…`."""
    responses = {name.removeprefix("status_"): answer for name, answer in others.items()}
    return document(schemas, responses={"200": content(schema), **responses}, **{"x-onecity-scope": SCOPE})


def content(schema: Any, media: str = JSON) -> dict[str, Any]:
    return {"description": "", "content": {media: {"schema": schema}}}


def operation(openapi: dict[str, Any]) -> Operation:
    return contract_of(openapi).operations["op"]

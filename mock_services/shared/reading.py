"""What a request brings, read into pydantic models: 400 when it cannot be read, 422 with JSON pointers otherwise."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import HTTPConnection, Request

from mock_services.shared.problems import (
    BadRequest,
    BodyTooLarge,
    FieldError,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    InvalidContent,
)

LARGEST_BODY = 16 * 1024
LONGEST_KEY = 255


class Strict(BaseModel):
    """A query or body: members nobody asked for are mistakes, and are told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def read_query(request: HTTPConnection[Any], model: type[Model]) -> Model:
    repeated = sorted({key for key in request.query_params if len(request.query_params.getlist(key)) > 1})
    if repeated:
        raise InvalidContent("Give each parameter once.", errors=[_error([key], "given twice") for key in repeated])
    return _validated(model, dict(request.query_params))


async def read_body(request: Request[Any], model: type[Model], limit: int = LARGEST_BODY) -> Model:
    try:
        content = json.loads(await _whole_body(request, limit))
    except (ValueError, RecursionError) as error:
        raise BadRequest("Send a JSON object in UTF-8.") from error
    return _validated(model, content)


def read_idempotency_key(request: HTTPConnection[Any]) -> str:
    key = request.headers.get("idempotency-key")
    if key is None:
        raise IdempotencyKeyMissing("Send a fresh UUID for each thing to make, and the same one when you retry.")
    if not 0 < len(key) <= LONGEST_KEY:
        raise IdempotencyKeyInvalid(f"Send 1 to {LONGEST_KEY} characters, a UUID is best.")
    return key


async def _whole_body(request: Request[Any], limit: int) -> bytes:
    # Starlette's own limit answers in plain text; this one answers with a problem.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(f"Send at most {limit} bytes.")
    return bytes(body)


def _validated(model: type[Model], content: object) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        errors = [_field_error(detail) for detail in error.errors(include_url=False, include_input=False)]
        raise InvalidContent("Mend what `errors` points at.", errors=errors) from error


def _field_error(detail: ErrorDetails) -> FieldError:
    return _error(list(detail["loc"]), detail["msg"])


def _error(location: list[str | int], message: str) -> FieldError:
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return {"pointer": "".join(f"/{part}" for part in escaped), "detail": message}

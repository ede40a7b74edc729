"""JSON in and out: a body or a query becomes a pydantic model, or a 4xx that says what to change."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json
from starlette.requests import Request
from starlette.responses import Response

from core.problems import BadRequest, ContentTooLarge, FieldError, Unprocessable, UnsupportedMediaType

Model = TypeVar("Model", bound=BaseModel)

BODY_LIMIT = 64 * 1024
"""Bytes of a JSON body, unless the operation says otherwise."""


NESTING = 64
"""Levels of arrays and objects in a JSON body."""


class Body(BaseModel):
    """What a request carries: unknown members are refused, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Answer(BaseModel):
    """What an answer carries."""

    model_config = ConfigDict(frozen=True)


_NOT_PLAIN = object()
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"[]{}")
_TOO_DEEP = f"The body nests too deep: {NESTING} levels are taken."


class DuplicateMember(ValueError):
    """A JSON object names a member twice (RFC 8259, section 4, leaves the meaning open; we do not)."""


def _has_chinese(text: dict[str, str]) -> dict[str, str]:
    if "zh-CN" not in text:
        raise ValueError('give at least the Chinese text, as "zh-CN"')
    return text


Localized = Annotated[
    dict[
        Literal["zh-CN", "en"], Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    ],
    AfterValidator(_has_chinese),
]
"""A text in Chinese and, where there is one, in English: {"zh-CN": …, "en": …}."""


async def read_json(request: Request[Any], model: type[Model], limit: int = BODY_LIMIT) -> Model:
    """The request's JSON body as `model`.

    Raises UnsupportedMediaType, ContentTooLarge, BadRequest for text that is no JSON, and Unprocessable with JSON
    pointers (RFC 6901) for JSON of the wrong shape.
    """
    _check_media(request)
    return checked(model, parse_json(await read_bytes(request, limit)))


async def read_json_or_none(request: Request[Any], model: type[Model]) -> Model | None:
    """The same, where the body may be left out."""
    content = await read_bytes(request, BODY_LIMIT)
    if not content:
        return None
    _check_media(request)
    return checked(model, parse_json(content))


def _check_media(request: Request[Any]) -> None:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")


async def read_bytes(request: Request[Any], limit: int) -> bytes:
    """The body, read no further than `limit` bytes; raises ContentTooLarge."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise ContentTooLarge(f"Send at most {limit} bytes.", limit=limit)
        chunks.append(chunk)
    return b"".join(chunks)


def parse_json(text: bytes) -> Any:
    """JSON (RFC 8259) in UTF-8 without duplicate members, NESTING levels at the most; raises BadRequest."""
    value = _parse_plain(text)
    if value is _NOT_PLAIN:
        value = _parse(text)
    if text.count(b"[") + text.count(b"{") > NESTING and _nests_deeper(text, NESTING):
        raise BadRequest(_TOO_DEEP)
    return value


def _parse_plain(text: bytes) -> Any:
    """A text without a backslash, in a fifth of the time: all but duplicates is seen by a parser that drops them.

    Written back, its colons are as many as they were, and each member takes one: with one dropped there are fewer.
    """
    if b"\\" in text:
        return _NOT_PLAIN
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        if "recursion limit" in str(error):  # a text made to nest costs no second reading
            raise BadRequest(_TOO_DEEP) from error
        return _NOT_PLAIN  # the other parser says what is wrong
    return value if to_json(value).count(b":") == text.count(b":") else _NOT_PLAIN


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_members_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except DuplicateMember as error:
        raise BadRequest(f"The member {error} stands twice in one object.") from error
    except RecursionError as error:
        raise BadRequest(_TOO_DEEP) from error
    except ValueError as error:
        raise BadRequest("The body is not JSON that can be read: a number is too long.") from error


def _nests_deeper(text: bytes, levels: int) -> bool:
    """Of a text that was read: its brackets alone, as steps down and up, added up."""
    steps = _STRING.sub(b"", text).translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0) > levels


def read_query(request: Request[Any], model: type[Model]) -> Model:
    """The query parameters as `model`; raises Unprocessable, for a parameter that stands twice as well."""
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) != len(set(names)):
        raise Unprocessable("A query parameter stands twice.", errors=[])
    return checked(model, dict(request.query_params))


def checked(model: type[Model], value: object) -> Model:
    """`value` as `model`; raises Unprocessable with a JSON pointer for each thing wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Unprocessable(
            "Correct the members named in `errors`.", errors=[_field_error(each) for each in error.errors()]
        ) from error


def answer(model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response from `model`, its members by their wire names."""
    return Response(model.model_dump_json(by_alias=True), status, headers, "application/json")


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(name for name, _ in pairs)  # in one pass: whoever made the body may have made it long
        raise DuplicateMember(counts.most_common(1)[0][0])
    return members


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON number", name, 0)


def _field_error(error: ErrorDetails) -> FieldError:
    path = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error["loc"])
    return {"pointer": path, "detail": error["msg"]}

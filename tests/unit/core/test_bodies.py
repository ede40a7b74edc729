"""JSON in and out."""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.bodies import Body, Localized, answer, parse_json, read_json, read_query
from core.pages import PageQuery
from core.problems import BadRequest, Problem


class Greeting(Body):
    text: Localized
    times: int = Field(ge=1, le=3)


async def greet(request: Request[Any]) -> Response:
    return answer(await read_json(request, Greeting, limit=2000))


async def browse(request: Request[Any]) -> Response:
    return answer(read_query(request, PageQuery))


async def on_problem(_: Request[Any], error: Exception) -> Response:
    assert isinstance(error, Problem)
    return JSONResponse(error.content("http://city", "id"), error.status, error.headers)


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = Starlette(
        routes=[Route("/greet", greet, methods=["POST"]), Route("/browse", browse)],
        exception_handlers={Problem: on_problem},
    )
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://city")


async def send(client: httpx2.AsyncClient, body: bytes, media: str = "application/json") -> httpx2.Response:
    return await client.post("/greet", content=body, headers={"content-type": media})


async def test_a_good_body_is_read_and_written(client: httpx2.AsyncClient) -> None:
    answered = await send(
        client, '{"text": {"zh-CN": " 你好 "}, "times": 2}'.encode(), "application/json; charset=utf-8"
    )
    assert answered.json() == {"text": {"zh-CN": "你好"}, "times": 2}


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "line 1"),
        (b"\xff\xfe", 400, "UTF-8"),
        (b'{"times": 1, "times": 2}', 400, "times stands twice"),
        (b'{"times": NaN}', 400, "not JSON"),
        (b"[" * 5000, 413, "2000"),
        (b"[" * 1900, 400, "nests too deep"),
        (b'{"times": ' + b"9" * 1900 + b".5}", 422, "errors"),
        (b"[]", 422, "errors"),
        (b"null", 422, "errors"),
    ],
)
async def test_what_cannot_be_read_says_why(client: httpx2.AsyncClient, body: bytes, status: int, hint: str) -> None:
    answered = await send(client, body)
    assert answered.status_code == status
    assert hint in answered.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": {"zh-CN": "a"}}, "/times"),
        ({"text": {"zh-CN": "a"}, "times": 4}, "/times"),
        ({"text": {"en": "a"}, "times": 1}, "/text"),
        ({"text": {"zh-CN": "  "}, "times": 1}, "/text/zh-CN"),
        ({"text": {"zh-CN": "a"}, "times": 1, "a/b~": 1}, "/a~1b~0"),
    ],
)
async def test_a_wrong_member_is_pointed_at(client: httpx2.AsyncClient, body: dict[str, Any], pointer: str) -> None:
    answered = await send(client, json.dumps(body).encode())
    assert answered.status_code == 422
    assert [each["pointer"] for each in answered.json()["errors"]] == [pointer]


@pytest.mark.parametrize("media", ["text/plain", "", "application/json-patch+json", "multipart/form-data"])
async def test_another_media_type_is_refused(client: httpx2.AsyncClient, media: str) -> None:
    assert (await send(client, b"{}", media)).status_code == 415


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=../..", "other=1", "limit=1&limit=2"])
async def test_a_wrong_query_is_refused(client: httpx2.AsyncClient, query: str) -> None:
    assert (await client.get(f"/browse?{query}")).status_code == 422


async def test_a_good_query_is_read(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/browse?limit=5")).json() == {"cursor": None, "limit": 5}


def test_a_number_too_long_to_read_is_refused() -> None:
    with pytest.raises(BadRequest):
        parse_json(b"9" * 5000)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"a":1,"a":2}', "a stands twice"),
        (b'{"a":1,"a":"\\u003a"}', "a stands twice"),
        (b'{"a":{"b":1,"b":1}}', "b stands twice"),
        (b'[{"":":","":""}]', "stands twice"),
        (b'{"a":1,"\\u0061":2}', "a stands twice"),
        (b"[" * 65 + b"]" * 65, "nests too deep"),
        (b'["\\\\",' + b"[" * 64 + b"]" * 65, "nests too deep"),
        (b"[" * 100_000, "nests too deep"),
        (b'["\\\\",' * 100_000, "nests too deep"),
        (b'{"a":Infinity}', "not JSON"),
    ],
    ids=lambda value: str(value[:16]),
)
def test_a_text_that_two_readers_may_read_in_two_ways_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        parse_json(text)


@pytest.mark.parametrize(
    "text", [b"[" * 64 + b"]" * 64, b'"' + b"[" * 100 + b'"', b"[" + b"[]," * 100 + b"1]"], ids=len
)
def test_brackets_that_do_not_nest_deep_are_read(text: bytes) -> None:
    assert parse_json(text) == json.loads(text)


TEXTS = st.text(alphabet=st.sampled_from('ab:{}[]",\\/u003张\n'), max_size=4)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(VALUES, st.booleans())
def test_whatever_is_written_is_read(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    if "Infinity" not in text:
        assert parse_json(text.encode()) == value


@given(st.lists(st.tuples(TEXTS, VALUES), min_size=1, max_size=4), st.booleans())
def test_a_member_that_stands_twice_is_always_seen(pairs: list[tuple[str, Any]], ascii_only: bool) -> None:
    written = [f"{json.dumps(name, ensure_ascii=ascii_only)}: {json.dumps(value)}" for name, value in pairs]
    text = "{" + ", ".join(written) + "}"
    if "Infinity" in text:
        return
    if len({name for name, _ in pairs}) == len(pairs):
        assert parse_json(text.encode()) == dict(pairs)
    else:
        with pytest.raises(BadRequest, match="stands twice"):
            parse_json(text.encode())


@given(
    st.binary(max_size=20)
    | st.text(alphabet=st.sampled_from('{}[]":,\\u01eE+-.truefalsn '), max_size=16).map(str.encode)
)
def test_the_quick_reader_reads_nothing_that_the_other_refuses(text: bytes) -> None:
    try:
        value = parse_json(text)
    except BadRequest:
        return
    assert json.loads(text.decode()) == value

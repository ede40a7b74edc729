"""The lane and its calls over real sockets: a whole gateway in process, a department's system of the test's own."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.proxy.door import Door
from gateway.proxy.system import System
from miniapps.traffic import Timeouts, Traffic
from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway
from tests.harness.raw import Answer, answers_in
from tests.harness.servers import raw_server

READ = "records:record:read"
JSON_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
ANY_BODY = {"requestBody": {"content": {"application/octet-stream": {}}}, "x-onecity-max-body": 16 * 2**20}
HIDING = {
    "200": {
        "description": "OK",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "a": {"type": "integer"},
                        "b": {"type": "string", "x-onecity-scope": "other:b:read"},
                        "c": {"type": "string"},
                    },
                }
            }
        },
    }
}
OPERATIONS: dict[str, dict[str, Any]] = {
    "/items": {
        "get": {"operationId": "items", "x-onecity-scope": READ},
        "post": {"operationId": "addItem", "x-onecity-scope": READ, **JSON_BODY},
        "put": {"operationId": "putItem", "x-onecity-scope": READ, **ANY_BODY},
    },
    "/partly": {
        "get": {"operationId": "partly", "x-onecity-scope": READ, "responses": HIDING},
        "post": {"operationId": "addPartly", "x-onecity-scope": READ, "responses": HIDING},
    },
    "/files": {"post": {"operationId": "addFile", "x-onecity-scope": READ, **ANY_BODY}},
    "/public": {"get": {"operationId": "news", "x-onecity-public": True, **JSON_BODY}},
}
BYTES = b"Content-Type: application/octet-stream"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


def document() -> dict[str, Any]:
    described = {"summary": "记录", "responses": {"200": {"description": "OK"}}}
    paths = {
        path: {method: {**described, **members} for method, members in methods.items()}
        for path, methods in OPERATIONS.items()
    }
    return {"openapi": "3.1.0", "info": {"title": "Records", "version": "2"}, "paths": paths}


class Department:
    """A system that keeps the requests' heads and does with each what `say` does; `connections` were opened."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.say: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] = self.plainly

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self.say(reader, writer)
        finally:
            self.open -= 1

    async def body(self, reader: asyncio.StreamReader) -> bytes:
        """Read the newest request's body."""
        head = self.heads[-1].lower()
        if b"chunked" in head:
            content = b""
            while size := int(await reader.readuntil(b"\r\n"), 16):
                content += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
            return content
        _, _, rest = head.partition(b"content-length: ")
        return await reader.readexactly(int(rest.partition(b"\r\n")[0] or 0))

    async def plainly(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.bodies.append(await self.body(reader))
        writer.write(OK)

    def count(self, beginning: bytes) -> int:
        return sum(head.startswith(beginning) for head in self.heads)


class Client:
    """One connection to the mini-service's host; requests are written with their fields, the host's aside."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self.reader, self.writer = reader, writer
        self.received = b""
        self.closed = False
        self._token = token.encode()

    def head(self, line: bytes, *fields: bytes, token: bool = True, minor: int = 1) -> bytes:
        own = [b"Host: hello.localhost:8000", *([b"Authorization: Bearer " + self._token] if token else []), *fields]
        return b"%b HTTP/1.%d\r\n%b\r\n" % (line, minor, b"".join(each + b"\r\n" for each in own))

    def say(self, content: bytes) -> None:
        self.writer.write(content)

    async def hears(self, until: Callable[[bytes], bool], seconds: float = 5) -> bytes:
        """Read until that is so, or nothing more comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not until(self.received) and not self.closed:
                    piece = await self.reader.read(65536)
                    self.closed = not piece
                    self.received += piece
        return self.received

    async def answers(self, count: int = 1, *methods: bytes, seconds: float = 5) -> list[Answer]:
        """The next answers, and no byte besides."""
        await self.hears(lambda received: len(answers_in(received, methods)[0]) >= count, seconds)
        found, rest = answers_in(self.received, methods)
        assert rest == b""
        self.received = b""
        return found

    async def is_closed(self, seconds: float = 5) -> bool:
        await self.hears(lambda _: False, seconds)
        return self.closed


class Scene:
    """A running gateway with one department's system, and a resident's token for it."""

    def __init__(
        self, gateway: Gateway, department: Department, resident: httpx2.AsyncClient, token: str, door: Door
    ) -> None:
        self.gateway, self.department, self.resident, self.token, self.door = gateway, department, resident, token, door
        self._writers: list[asyncio.StreamWriter] = []

    async def client(self, receive_buffer: int = 0) -> Client:
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", self.gateway.mini_port))
        reader, writer = await asyncio.open_connection(sock=plain, limit=receive_buffer or 2**16)
        self._writers.append(writer)
        return Client(reader, writer, self.token)

    async def get(self) -> Answer:
        """An ordinary call's answer."""
        client = await self.client()
        client.say(client.head(b"GET /svc/records/items"))
        (answer,) = await client.answers()
        return answer

    @property
    def system(self) -> System:
        (system,) = self.door.systems.values()
        return system

    def close(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


async def eventually(true: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until it is so; fail when it does not come."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def register(gateway: Gateway, address: str, concurrency: int = 40) -> None:
    await gateway.city.hosting.upstreams.register(
        "records",  # type: ignore[arg-type]  # a plain string will do
        department="dept-one",  # type: ignore[arg-type]  # the same
        address=address,
        openapi=document(),
        allow=["127.0.0.0/8"],
        timeouts=Timeouts(1, 1, 2.5),
        traffic=Traffic(concurrency, 10),
    )


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, clock: ManualClock, proxy: dict[str, Any] | None = None, concurrency: int = 40
) -> AsyncIterator[Scene]:
    department = Department()
    deadlines = {"head": 0.6, "body": 1.0, "idle": 2.0}
    settings = {"deadlines": deadlines, **(proxy or {})}
    async with (
        raw_server(department.talk) as address,
        running_gateway(database_url, folder, clock, proxy=settings, miniapps={"cache_seconds": 4}) as gateway,
    ):
        await gateway.register_department(address)
        await register(gateway, address, concurrency)
        ids = [members["operationId"] for methods in OPERATIONS.values() for members in methods.values()]
        scopes = [{"name": READ, "reason": {"zh-CN": "显示您的记录"}}]
        asked = {"department": "dept-one", "kind": "query", "category": "life", "keywords": ["问候"], "scopes": scopes}
        published = await gateway.publish(onecity={**asked, "upstreams": [{"id": "records", "operations": ids}]})
        assert published.status_code == 200, published.text
        resident = await gateway.resident()
        token = await gateway.agree(resident)
        door = gateway.application._parts.door
        assert door is not None
        scene = Scene(gateway, department, resident, token, door)
        yield scene
        scene.close()


@pytest.fixture
async def scene(database_url: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Scene]:
    async with opened(database_url, tmp_path, clock) as running:
        yield running


def problem(answer: Answer) -> str:
    return str(json.loads(answer.body)["type"].rpartition("/")[2])


async def test_a_call_passes(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items"))
    (answer,) = await client.answers()
    assert (answer.status, answer.body) == (200, b"{}")


async def test_a_refused_body_that_was_held_is_read_away_and_the_connection_goes_on(scene: Scene) -> None:
    client = await scene.client()
    head = client.head(
        b"PUT /svc/records/items", b"Content-Length: 100000", b"Authorization: Bearer x.y.z", token=False
    )
    client.say(head + b"x" * 70_000)
    (answer,) = await client.answers()
    assert answer.status == 401
    client.say(b"x" * 30_000 + client.head(b"GET /svc/records/items"))
    (answer,) = await client.answers()
    assert answer.status == 200


async def test_what_follows_a_request_to_close_is_not_done(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items"))
    await client.answers()
    refused = client.head(b"GET /svc/records", b"Connection: close")
    client.say(refused + client.head(b"GET /svc/records/items"))
    await client.is_closed()
    await asyncio.sleep(0.3)
    assert [answer.status for answer in answers_in(client.received)[0]] == [404]
    assert len(scene.department.heads) == 1


async def test_thousands_of_refused_requests_at_once_are_answered_one_by_one(scene: Scene) -> None:
    client = await scene.client()
    count = 3000
    client.say(b"GET /svc/ HTTP/1.1\r\nHost: hello.localhost:8000\r\n\r\n" * count)
    await client.hears(lambda received: received.count(b"HTTP/1.1 404 ") == count, 10)
    answers = await client.answers(count)
    assert [answer.status for answer in answers] == [404] * count


async def test_a_large_last_piece_leaves_the_idle_deadline_in_force(scene: Scene) -> None:
    content = json.dumps({"a": 1, "c": "x" * 3_000_000}).encode()

    async def large(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        writer.write(head % len(content) + content)

    scene.department.say = large
    client = await scene.client(8192)
    client.say(client.head(b"GET /svc/records/partly"))
    (answer,) = await client.answers(seconds=10)
    assert len(answer.body) > 3_000_000
    assert await client.is_closed(4)


async def test_a_head_has_its_own_deadline_on_a_kept_connection(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items"))
    await client.answers()
    started = asyncio.get_running_loop().time()
    client.say(b"GET /svc/records/items HTTP/1.1\r\n")
    await client.is_closed()
    assert asyncio.get_running_loop().time() - started < 1.5
    assert client.received.startswith(b"HTTP/1.1 408 ")


async def test_an_old_client_gets_no_interim_answer(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"PUT /svc/records/items", BYTES, b"Content-Length: 2", b"Expect: 100-continue", minor=0))
    await asyncio.sleep(0.3)
    client.say(b"{}")
    await client.is_closed()
    assert client.received.startswith(b"HTTP/1.1 200 "), client.received


async def test_an_answer_that_passes_unlooked_into_keeps_its_length(scene: Scene) -> None:
    async def missing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\ncontent-length: 2\r\n\r\n{}")

    scene.department.say = missing
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/partly"))
    (answer,) = await client.answers()
    assert (answer.status, answer.all("content-length")) == (404, [b"2"])


async def test_a_repeated_keyed_call_in_chunks_gets_the_same_answer(scene: Scene) -> None:
    client = await scene.client()
    fields = (b"Content-Type: application/json", b"Idempotency-Key: one", b"Transfer-Encoding: chunked")
    for _ in range(2):
        client.say(client.head(b"POST /svc/records/items", *fields))
        await asyncio.sleep(0.3)
        client.say(b'7\r\n{"a":1}\r\n0\r\n\r\n')
        (answer,) = await client.answers()
        assert (answer.status, answer.body) == (200, b"{}"), answer.body
    assert scene.department.bodies == [b'{"a":1}']


async def test_a_public_call_with_a_body_is_checked_like_any_other(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/public", b"Content-Type: application/json", b"Content-Length: 7"))
    await asyncio.sleep(0.3)
    client.say(b"[1,2,3]")
    (answer,) = await client.answers()
    assert answer.status == 422, answer.body
    assert scene.department.heads == []


async def test_who_does_not_read_is_not_answered_into_memory(scene: Scene) -> None:
    """The second of two requests waits until the first one's answer is taken."""

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if scene.department.heads[-1].startswith(b"GET /partly"):
            content = json.dumps({"a": 1, "c": "x" * 4_000_000}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: %d\r\n\r\n" % len(content) + content)
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100000000\r\n\r\n")
        for piece in [b"x" * 100_000] * 1000:
            writer.write(piece)
            await writer.drain()

    scene.department.say = endless
    client = await scene.client(4096)
    client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # it reads too
    client.say(client.head(b"GET /svc/records/partly") + client.head(b"GET /svc/records/items"))
    await eventually(lambda: scene.department.heads != [])
    most = 0
    for _ in range(60):
        await asyncio.sleep(0.02)
        most = max([most, *(lane.transport.get_write_buffer_size() for lane in scene.door.lanes)])
    assert 0 < most < 4_500_000
    await eventually(lambda: not scene.door.lanes)


async def test_a_connection_that_closes_does_not_wait_for_one_who_never_reads(scene: Scene) -> None:
    async def some(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 20000\r\n\r\n" + b"x" * 20_000)

    scene.department.say = some
    client = await scene.client(4096)
    client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # it reads too
    await eventually(lambda: len(scene.door.lanes) == 1)
    (lane,) = scene.door.lanes
    lane.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    for asked in range(100):
        if lane.transport.get_write_buffer_size():
            break
        client.say(client.head(b"GET /svc/records/items"))
        await eventually(lambda: len(scene.department.heads) > asked and not scene.door.calls)  # noqa: B023
        await asyncio.sleep(0.05)
    assert 0 < lane.transport.get_write_buffer_size() < 64 * 1024
    client.say(client.head(b"GET /svc/records/items", b"Connection: close"))
    await eventually(lambda: not scene.door.lanes)


async def _upload(client: Client, pieces: int, pause: float) -> None:
    """Begin an upload of 100 kB, and send 2 kB after each pause."""
    client.say(client.head(b"PUT /svc/records/items", BYTES, b"Content-Length: 100000"))
    for _ in range(pieces):
        await asyncio.sleep(pause)
        client.say(b"x" * 2000)


async def test_a_slow_upload_is_the_clients_fault(database_url: str, tmp_path: Path, clock: ManualClock) -> None:
    easily = {"breaker": {"minimum": 1, "failure_ratio": 1}}
    async with opened(database_url, tmp_path, clock, easily) as scene:
        client = await scene.client()
        await _upload(client, 16, 0.2)
        (answer,) = await client.answers()
        assert (answer.status, problem(answer)) == (408, "request-timeout")
        assert (await scene.get()).status == 200


async def test_a_slow_upload_is_no_slow_answer(database_url: str, tmp_path: Path, clock: ManualClock) -> None:
    easily = {"breaker": {"minimum": 1, "slow": 0.5, "slow_ratio": 1}}
    async with opened(database_url, tmp_path, clock, easily) as scene:
        client = await scene.client()
        await _upload(client, 5, 0.2)
        client.say(b"x" * 90_000)
        (answer,) = await client.answers()
        assert answer.status == 200
        assert (await scene.get()).status == 200


async def test_after_an_upload_the_first_byte_has_its_deadline(scene: Scene) -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await scene.department.body(reader)
        await asyncio.sleep(10)

    scene.department.say = silent
    client = await scene.client()
    await _upload(client, 1, 0.3)
    client.say(b"x" * 98_000)
    started = asyncio.get_running_loop().time()
    (answer,) = await client.answers()
    assert answer.status == 504
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_a_body_that_was_held_goes_no_faster_than_it_is_taken(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    go_on = asyncio.Event()
    async with opened(database_url, tmp_path, clock, concurrency=1) as scene:

        async def first_then_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if scene.department.heads[-1].startswith(b"GET"):
                await go_on.wait()
                writer.write(OK)
            else:
                await asyncio.sleep(10)

        scene.department.say = first_then_silent
        ahead, client = await scene.client(), await scene.client()
        ahead.say(ahead.head(b"GET /svc/records/items"))
        await eventually(lambda: scene.department.heads != [])
        (call,) = scene.door.calls
        connection = call._connection
        assert connection is not None
        assert connection._transport is not None
        transport = connection._transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client.say(client.head(b"PUT /svc/records/items", BYTES, b"Content-Length: 16000000") + b"x" * 16_000_000)
        await eventually(lambda: scene.system.bulkhead.waiting == 1)
        await asyncio.sleep(0.2)
        go_on.set()
        await eventually(lambda: scene.department.count(b"PUT") == 1)
        await asyncio.sleep(0.5)
        assert 0 < transport.get_write_buffer_size() < 1_000_000


async def test_a_connection_with_a_body_still_in_it_serves_no_other(scene: Scene) -> None:
    async def at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        if scene.department.heads[-1].startswith(b"POST"):
            await asyncio.sleep(10)

    go_on = asyncio.Event()

    async def waits(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.write(OK)

    scene.department.say = waits
    ahead = await scene.client()
    ahead.say(ahead.head(b"GET /svc/records/items"))
    await eventually(lambda: scene.department.heads != [])
    (call,) = scene.door.calls
    transport = call._connection._transport  # type: ignore[union-attr]  # it is on its way
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # type: ignore[union-attr]
    go_on.set()
    await ahead.answers()
    scene.department.say = at_once
    client = await scene.client()
    body = json.dumps({"a": "x" * 1_000_000}).encode()
    client.say(
        client.head(b"POST /svc/records/items", b"Content-Type: application/json", b"Content-Length: %d" % len(body))
    )
    client.say(body)
    (answer,) = await client.answers()
    assert answer.status == 200
    assert (await scene.get()).status == 200
    assert scene.department.connections == 2
    assert scene.system.figures.retries == 0


async def test_a_system_that_was_entered_anew_leaves_no_connection_behind(scene: Scene) -> None:
    go_on = asyncio.Event()

    async def waits(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(scene.department.heads) == 1:
            await go_on.wait()
        writer.write(OK)

    scene.department.say = waits
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items"))
    await eventually(lambda: scene.department.heads != [])
    await register(scene.gateway, scene.system.upstream.address)
    assert (await scene.get()).status == 200
    go_on.set()
    (answer,) = await client.answers()
    assert answer.status == 200
    await eventually(lambda: scene.department.open == 1)


async def test_a_call_that_was_half_answered_is_not_sent_again(scene: Scene) -> None:
    async def begins(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nx-a: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)
        raise ConnectionError

    scene.department.say = begins
    assert (await scene.get()).status == 502
    assert len(scene.department.heads) == 1


async def test_a_call_whose_body_took_its_time_is_decided_on_anew(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"POST /svc/records/items", b"Content-Type: application/json", b"Content-Length: 8000"))
    for _ in range(3):
        client.say(b" " * 2000)
        await asyncio.sleep(0.2)
    assert (await scene.resident.delete("/api/v1/sessions/current")).status_code == 204
    client.say(b" " * 1998 + b"{}")
    (answer,) = await client.answers()
    assert (answer.status, problem(answer)) == (401, "session-ended")
    assert scene.department.heads == []


async def test_events_pass_as_they_come_even_with_a_key(scene: Scene) -> None:
    async def events(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
        await asyncio.sleep(2)

    scene.department.say = events
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items", b"Idempotency-Key: one"))
    assert b"data: 1" in await client.hears(lambda received: b"data: 1" in received, 1)


async def test_a_replayed_answer_describes_what_is_left_of_it(scene: Scene) -> None:
    async def tagged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        content = b'{"a":1,"b":"x"}'
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: "e"\r\n')
        writer.write(b"content-length: %d\r\n\r\n" % len(content) + content)

    scene.department.say = tagged
    client = await scene.client()
    for _ in range(2):
        client.say(client.head(b"POST /svc/records/partly", b"Idempotency-Key: one"))
        (answer,) = await client.answers()
        assert (answer.status, answer.body, answer.all("etag")) == (200, b'{"a":1}', [])
    assert len(scene.department.heads) == 1


async def test_the_last_answer_before_the_end_says_so(scene: Scene) -> None:
    go_on = asyncio.Event()

    async def waits(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.write(OK)

    scene.department.say = waits
    client = await scene.client()
    client.say(client.head(b"GET /svc/records/items"))
    await eventually(lambda: scene.department.heads != [])
    for lane in list(scene.door.lanes):
        lane.shutdown()  # as uvicorn does
    go_on.set()
    (answer,) = await client.answers()
    assert (answer.status, answer.all("connection")) == (200, [b"close"])
    assert await client.is_closed()


async def test_a_post_without_a_body_says_that_it_has_none(scene: Scene) -> None:
    client = await scene.client()
    client.say(client.head(b"POST /svc/records/partly", b"Content-Length: 0"))
    await client.answers()
    assert b"\r\ncontent-length: 0\r\n" in scene.department.heads[0]


async def test_a_keyed_upload_that_broke_off_may_be_repeated(scene: Scene) -> None:
    fields = (BYTES, b"Idempotency-Key: one", b"Content-Length: 100000")
    first = await scene.client()
    first.say(first.head(b"POST /svc/records/files", *fields) + b"x" * 50_000)
    await eventually(lambda: scene.department.heads != [])
    first.writer.transport.abort()
    await eventually(lambda: not scene.door.calls and not scene.door.tasks)
    second = await scene.client()
    second.say(second.head(b"POST /svc/records/files", *fields) + b"x" * 100_000)
    (answer,) = await second.answers()
    assert answer.status == 200


async def test_a_keyed_upload_that_was_refused_early_may_be_repeated(scene: Scene) -> None:
    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")

    scene.department.say = early
    fields = (BYTES, b"Idempotency-Key: one", b"Content-Length: 100000")
    first = await scene.client()
    first.say(first.head(b"POST /svc/records/files", *fields) + b"x" * 50_000)
    (answer,) = await first.answers()
    assert answer.status == 403
    scene.department.say = scene.department.plainly
    second = await scene.client()
    second.say(second.head(b"POST /svc/records/files", *fields) + b"x" * 100_000)
    (answer,) = await second.answers()
    assert answer.status == 200


async def test_a_loop_that_is_late_refuses_calls_and_says_when_to_come_again(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    at_once = dict.fromkeys(("low", "normal", "high"), 1e-9)
    async with opened(database_url, tmp_path, clock, {"shedding": at_once}) as scene:
        await eventually(lambda: scene.door.shedding.sheds("high"))
        refused = await scene.get()
        assert (refused.status, problem(refused)) == (503, "overloaded")
        assert int(refused.one("retry-after")) >= 1
        assert scene.department.heads == []

"""The operations of push over HTTP, with a fake of who is asking."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access import DepartmentClient, Resident
from core.ids import AccountId, SessionId
from core.operations import routes
from core.problems import Unauthenticated
from gateway.problems import handlers
from push.api.routes import OPERATIONS
from push.settings import LiveSettings
from tests.harness.clock import ManualClock
from tests.harness.fake_push_receiver import Browser
from tests.harness.servers import served
from tests.unit.push.wiring import CLIENT, PHONE, ZHANG, Wiring

ORIGIN = "http://localhost:8000"
QUICK = LiveSettings(heartbeat_seconds=0.2, session_seconds=0.1, streams=2, slow_seconds=0.3)


class Doorkeeper:
    """Takes the caller's word for who they are."""

    async def resident(self, request: Request[Any]) -> Resident:
        account, _, session = request.headers.get("x-resident", "").partition(":")
        if not session:
            raise Unauthenticated
        return Resident(AccountId(account), SessionId(session))

    async def department(self, request: Request[Any]) -> DepartmentClient:
        if "x-department" not in request.headers:
            raise Unauthenticated(challenge="Bearer")
        return CLIENT


def app_of(push: Wiring) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield state

    state = {
        "authenticator": Doorkeeper(),
        "notices": push.notices,
        "inbox": push.inbox,
        "threads": push.threads,
        "push_subscriptions": push.subscriptions,
        "live_streams": push.streams,
        "vapid": push.vapid,
    }
    app = Starlette(routes=routes(OPERATIONS), lifespan=lifespan, exception_handlers=handlers(ORIGIN))

    async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "request_id": "r"}, receive, send)

    return numbered


@pytest.fixture
def push(store: str, clock: ManualClock) -> Wiring:
    return Wiring(clock, live=QUICK)


@pytest.fixture
async def address(push: Wiring) -> AsyncIterator[str]:
    async with served(app_of(push)) as address:
        yield address


@pytest.fixture
async def zhang(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=address, headers={"X-Resident": f"{ZHANG}:{PHONE}"}) as client:
        yield client


@pytest.fixture
async def civil(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"X-Department": "civil-affairs", "Idempotency-Key": "k"}
    async with httpx2.AsyncClient(base_url=address, headers=headers) as client:
        yield client


NOTICE: dict[str, Any] = {
    "service": "appointments",
    "recipient": "sub-zhang",
    "title": {"zh-CN": "预约成功", "en": "Booked"},
    "body": {"zh-CN": "周二九点"},
    "path": "/index.html#/bookings/1",
    "thread": "booking-1",
    "urgency": "high",
    "time_to_live": 600,
}


async def test_a_department_tells_a_resident_who_reads_it(
    civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient, clock: ManualClock
) -> None:
    sent = await civil.post("/dept/v1/notices", json=NOTICE)
    assert sent.status_code == 201
    notice = sent.json()["id"]
    assert sent.json() == {"id": notice, "created_at": "2026-11-23T01:00:00Z"}
    assert (await zhang.get("/api/v1/inbox/unread")).json() == {"count": 1}
    page = (await zhang.get("/api/v1/inbox", params={"unread": "true"})).json()
    assert page["next"] is None
    assert page["items"] == [
        {
            "id": notice,
            "service": {
                "id": "appointments",
                "name": {"zh-CN": "办证预约", "en": "Appointments"},
                "icon": "http://appointments.localhost/icon.svg",
            },
            "department": {"id": "civil-affairs", "name": {"zh-CN": "民政局"}},
            "title": {"zh-CN": "预约成功", "en": "Booked"},
            "body": {"zh-CN": "周二九点"},
            "path": "/index.html#/bookings/1",
            "thread": "booking-1",
            "urgency": "high",
            "state": None,
            "created_at": "2026-11-23T01:00:00Z",
            "read_at": None,
        }
    ]
    assert (await zhang.put(f"/api/v1/inbox/{notice}/read")).status_code == 204
    assert (await zhang.get(f"/api/v1/inbox/{notice}")).json()["read_at"] == "2026-11-23T01:00:00Z"
    assert (await zhang.get("/api/v1/inbox", params={"unread": "true"})).json()["items"] == []


async def test_pages_follow_each_other(civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient) -> None:
    for number in range(3):
        await civil.post("/dept/v1/notices", json=NOTICE, headers={"Idempotency-Key": str(number)})
    first = (await zhang.get("/api/v1/inbox", params={"limit": 2})).json()
    rest = (await zhang.get("/api/v1/inbox", params={"limit": 2, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert (await zhang.post("/api/v1/inbox/read")).status_code == 204
    assert (await zhang.get("/api/v1/inbox/unread")).json() == {"count": 0}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"recipient": ""}, "/recipient"),
        ({"recipient": "a b"}, "/recipient"),
        ({"recipient": "a\0"}, "/recipient"),
        ({"title": {"zh-CN": "长" * 121}}, "/title"),
        ({"title": {"en": "no Chinese"}}, "/title"),
        ({"title": {"zh-CN": " "}}, "/title/zh-CN"),
        ({"title": {"zh-CN": "a\0b"}}, "/title"),
        ({"body": {"zh-CN": "长" * 4001}}, "/body/zh-CN"),
        ({"body": {"zh-CN": "a\0b"}}, "/body"),
        ({"body": "text"}, "/body"),
        ({"service": "Appointments"}, "/service"),
        ({"service": "tax-return"}, "/service"),
        ({"path": "index.html"}, "/path"),
        ({"path": "//evil.example/x"}, "/path"),
        ({"path": "/\\evil.example/x"}, "/path"),
        ({"path": "/\t/evil.example"}, "/path"),
        ({"path": "/a\nb"}, "/path"),
        ({"path": "/a b"}, "/path"),
        ({"path": "https://evil.example/"}, "/path"),
        ({"path": "javascript:alert(1)"}, "/path"),
        ({"path": "/" + "x" * 500}, "/path"),
        ({"thread": ""}, "/thread"),
        ({"thread": "t" * 101}, "/thread"),
        ({"urgency": "very-low"}, "/urgency"),
        ({"time_to_live": 59}, "/time_to_live"),
        ({"time_to_live": 2_419_201}, "/time_to_live"),
        ({"account": "x"}, "/account"),
    ],
)
async def test_what_is_wrong_with_a_notice_is_pointed_at(
    civil: httpx2.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    refused = await civil.post("/dept/v1/notices", json=NOTICE | changes)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)


@pytest.mark.parametrize("path", ["/", "/index.html", "/a/b?c=d#/e", "/服务/1", "/a//b"])
async def test_a_path_within_the_service_is_taken(civil: httpx2.AsyncClient, path: str) -> None:
    assert (await civil.post("/dept/v1/notices", json=NOTICE | {"path": path})).status_code == 201


async def test_only_the_needful_is_needed(civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient) -> None:
    least = {name: NOTICE[name] for name in ("recipient", "title", "body")}
    assert (await civil.post("/dept/v1/notices", json=least)).status_code == 201
    (shown,) = (await zhang.get("/api/v1/inbox")).json()["items"]
    assert (shown["service"], shown["path"], shown["thread"], shown["urgency"]) == (None, None, None, "normal")


async def test_the_same_key_replays_or_refuses(civil: httpx2.AsyncClient) -> None:
    first = await civil.post("/dept/v1/notices", json=NOTICE)
    again = await civil.post(
        "/dept/v1/notices", content=json.dumps(NOTICE, indent=2), headers={"Content-Type": "application/json"}
    )
    assert (again.status_code, again.json()) == (201, first.json())
    other = await civil.post("/dept/v1/notices", json=NOTICE | {"thread": "other"})
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")


def slug(response: httpx2.Response) -> str:
    return str(response.json()["type"]).removeprefix(f"{ORIGIN}/problems/")


async def test_refusals_say_what_to_change(civil: httpx2.AsyncClient) -> None:
    unknown = await civil.post("/dept/v1/notices", json=NOTICE | {"recipient": "nobody"})
    assert (unknown.status_code, slug(unknown)) == (404, "recipient-unknown")
    for key in ("", "k" * 256):
        missing = await civil.post("/dept/v1/notices", json=NOTICE, headers={"Idempotency-Key": key})
        assert (missing.status_code, slug(missing)) == (400, "idempotency-key-missing")
    large = await civil.post("/dept/v1/notices", json=NOTICE | {"body": {"zh-CN": "x" * 65_536}})
    assert (large.status_code, slug(large)) == (413, "content-too-large")


async def test_a_browser_subscribes_and_unsubscribes(zhang: httpx2.AsyncClient, push: Wiring) -> None:
    assert (await zhang.get("/api/v1/push/key")).json() == {"key": push.vapid.public_key}
    endpoint, browser = push.service.subscribe()
    body = {"endpoint": endpoint, "expirationTime": None, "keys": browser.keys()}
    made = await zhang.post("/api/v1/push/subscriptions", json=body)
    assert made.status_code == 201
    path = f"/api/v1/push/subscriptions/{made.json()['id']}"
    assert (await zhang.delete(path)).status_code == 204
    gone = await zhang.delete(path)
    assert (gone.status_code, slug(gone)) == (404, "subscription-unknown")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"endpoint": "https://evil.example/x"}, "/endpoint"),
        ({"endpoint": "http://169.254.169.254/"}, "/endpoint"),
        ({"keys": Browser().keys() | {"p256dh": "AAAA"}}, "/keys/p256dh"),
        ({"keys": Browser().keys() | {"auth": "AAAA"}}, "/keys/auth"),
        ({"keys": {}}, "/keys/p256dh"),
        ({"more": 1}, "/more"),
    ],
)
async def test_what_is_wrong_with_a_subscription_is_pointed_at(
    zhang: httpx2.AsyncClient, push: Wiring, changes: dict[str, Any], pointer: str
) -> None:
    endpoint, browser = push.service.subscribe()
    refused = await zhang.post(
        "/api/v1/push/subscriptions", json={"endpoint": endpoint, "keys": browser.keys()} | changes
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_every_operation_asks_who_is_there(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as nobody:
        for operation in OPERATIONS:
            path = (
                operation.path.format_map({"notice_id": "n", "subscription_id": "s"})
                if "{" in operation.path
                else operation.path
            )
            assert (await nobody.request(operation.method, path)).status_code == 401


async def test_a_stranger_finds_nothing(civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient) -> None:
    notice = (await civil.post("/dept/v1/notices", json=NOTICE | {"recipient": "sub-li"})).json()["id"]
    for response in (await zhang.get(f"/api/v1/inbox/{notice}"), await zhang.put(f"/api/v1/inbox/{notice}/read")):
        assert (response.status_code, slug(response)) == (404, "notice-unknown")


class Stream:
    """Reads server-sent events as a browser does (WHATWG HTML, section 9.2.6)."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.blocks = self._blocks()

    async def _blocks(self) -> AsyncIterator[dict[str, str]]:
        block: dict[str, str] = {}
        async for line in self.response.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                block[name] = value.removeprefix(" ")
            else:
                yield block
                block = {}

    async def event(self, name: str) -> dict[str, str]:
        async for block in self.blocks:
            if block.get("event") == name:
                return block
        raise AssertionError("the stream ended")


@asynccontextmanager
async def live(client: httpx2.AsyncClient, last: str | None = None) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last} if last is not None else {}
    async with asyncio.timeout(10), client.stream("GET", "/api/v1/live", headers=headers) as response:
        assert response.status_code == 200
        yield Stream(response)


async def test_the_live_stream_shows_notices_as_they_come(civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient) -> None:
    async with live(zhang) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        assert await anext(stream.blocks) == {"retry": "2000"}
        assert await anext(stream.blocks) == {"event": "unread", "data": '{"count":0}'}
        sent = (await civil.post("/dept/v1/notices", json=NOTICE)).json()
        notice = await stream.event("notice")
        assert notice["id"] == sent["id"]
        assert json.loads(notice["data"]) == (await zhang.get(f"/api/v1/inbox/{sent['id']}")).json()
        assert await anext(stream.blocks) == {"": ""}, "a heartbeat"


async def test_the_live_stream_resumes(civil: httpx2.AsyncClient, zhang: httpx2.AsyncClient) -> None:
    sent = [
        (await civil.post("/dept/v1/notices", json=NOTICE, headers={"Idempotency-Key": str(n)})).json()["id"]
        for n in range(3)
    ]
    async with live(zhang, sent[0]) as stream:
        assert [(await stream.event("notice"))["id"] for _ in range(2)] == sent[1:]
    async with live(zhang, "'; DROP TABLE") as stream:
        assert (await stream.event("unread"))["data"] == '{"count":3}'


async def test_the_live_stream_ends_with_the_session(zhang: httpx2.AsyncClient, push: Wiring) -> None:
    async with live(zhang) as stream:
        await stream.event("unread")
        push.others.ended.add(PHONE)
        assert (await stream.event("signed-out"))["data"] == "{}"
        assert [block async for block in stream.blocks] == []


async def test_who_leaves_is_let_go_and_too_many_at_once_are_told(zhang: httpx2.AsyncClient, push: Wiring) -> None:
    async with live(zhang) as first, live(zhang) as second:
        await first.event("unread")
        await second.event("unread")
        refused = await zhang.get("/api/v1/live")
        assert (refused.status_code, slug(refused), refused.headers["retry-after"]) == (429, "too-many-streams", "5")
        assert push.streams.count == 2
    async with asyncio.timeout(5):
        while push.streams.count:
            await asyncio.sleep(0.02)


async def test_head_answers_at_once(zhang: httpx2.AsyncClient, push: Wiring) -> None:
    assert (await zhang.head("/api/v1/live")).headers["content-type"].startswith("text/event-stream")
    assert push.streams.count == 0


async def test_a_reader_who_takes_nothing_is_dropped(push: Wiring) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) > 2:
            await asyncio.sleep(60)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/live",
        "headers": [(b"x-resident", f"{ZHANG}:{PHONE}".encode())],
        "query_string": b"",
        "state": {"authenticator": Doorkeeper(), "live_streams": push.streams},
    }
    async with asyncio.timeout(5):
        await Starlette(routes=routes(OPERATIONS))(scope, receive, send)
    assert len(sent) == 3
    assert push.streams.count == 0

"""Clients are told that a session ended: who, of what, when, again, and never at an address inside."""

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import pytest

from auth.outside import AddressForbidden, Outside, system_look_up
from auth.provider.client_sessions import ClientSessions
from auth.provider.logout_deliveries import LogoutDeliveries
from auth.provider.logout_queue import LogoutQueue
from auth.provider.logout_tokens import EVENT, LogoutTokens
from auth.provider.models import Client, ClientSession, LogoutNotice
from auth.provider.registration import Registration
from core.access import Resident
from core.ids import DepartmentId
from core.outbound import Outbound, OutboundError
from tests.unit.auth.wiring import ORIGIN, City

ADDRESS = "https://shop.example/logout"
PUBLIC = "93.184.216.34"


@dataclass
class Receiver:
    """Stands in for the clients' servers: what each answers, and what came."""

    statuses: list[int] = field(default_factory=list)
    came: list[httpx2.Request] = field(default_factory=list)
    broken: bool = False

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.came.append(request)
        if self.broken:
            raise httpx2.ConnectError("nobody is there")
        status = self.statuses.pop(0) if self.statuses else 200
        return httpx2.Response(status, content=_pieces(b"x" * 10_000))

    def tokens(self) -> list[dict[str, Any]]:
        forms = [parse_qs(each.content.decode()) for each in self.came]
        return [jwt.decode(form["logout_token"][0], options={"verify_signature": False}) for form in forms]


async def _pieces(content: bytes) -> Any:
    for start in range(0, len(content), 1000):
        yield content[start : start + 1000]


class Room:
    """The deliveries over the city's services."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.receiver = Receiver()
        self.queue = LogoutQueue(city.clock, city.sessions, hours=24)
        self.client_sessions = ClientSessions(city.clock)
        self.deliveries = LogoutDeliveries(
            self.queue,
            city.clients,
            LogoutTokens(city.clock, ORIGIN, city.keys, city.subjects),
            outside(self.receiver),
        )

    async def client(self, client_id: str = "shop", address: str | None = ADDRESS, **changes: Any) -> Client:
        given: dict[str, Any] = {"name": {"zh-CN": "商店"}, "auth_method": "none", **changes}
        registration = Registration(
            asks=[{"name": "openid", "reason": {"zh-CN": "登录"}}],
            redirect_uris=["https://shop.example/callback"],
            backchannel_logout_uri=address,
            **given,
        )
        return await self.city.clients.add(client_id, DepartmentId("dept-one"), registration)

    async def signed_in(self, *clients: Client, phone: str = "13800000001") -> tuple[Resident, list[str]]:
        resident = await self.city.resident(phone)
        return resident, [await self.client_sessions.sid(resident, each) for each in clients]


def outside(receiver: Receiver, found: Sequence[str] = (PUBLIC,), networks: Sequence[str] = ()) -> Outside:
    async def look_up(host: str, port: int) -> Sequence[str]:
        del host, port
        return found

    allowed = [ipaddress.ip_network(each) for each in networks]
    return Outside(Outbound(httpx2.MockTransport(receiver)), allowed, 1, look_up)


@pytest.fixture
def room(city: City) -> Room:
    return Room(city)


@pytest.mark.both_databases
async def test_every_client_of_a_session_that_ended_is_told_once(city: City) -> None:
    room = Room(city)
    shop, bank = await room.client(), await room.client("bank", "https://bank.example/out?x=1", sector="bank.example")
    quiet = await room.client("quiet", None)
    resident, (sid, other_sid, _) = await room.signed_in(shop, bank, quiet)
    stays, _ = await room.signed_in(shop, phone="13800000002")
    await room.deliveries.look()
    assert not room.receiver.came, "nobody signed out"
    await city.sessions.revoke(resident.account, resident.session)
    await room.deliveries.look()
    await room.deliveries.look()
    assert {(each["aud"], each["sid"]) for each in room.receiver.tokens()} == {("shop", sid), ("bank", other_sid)}
    assert await LogoutNotice.all().count() == 0
    assert [each.session_id for each in await ClientSession.all()] == [stays.session]


async def test_what_a_logout_token_says(room: Room) -> None:
    resident, (sid,) = await room.signed_in(await room.client(id_token_alg="RS256"))
    await room.city.keys.ensure(with_rsa=True)
    await room.city.sessions.revoke(resident.account, resident.session)
    await room.deliveries.look()
    (request,) = room.receiver.came
    (said,) = room.receiver.tokens()
    header = jwt.get_unverified_header(parse_qs(request.content.decode())["logout_token"][0])
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert set(said) == {"iss", "aud", "iat", "exp", "jti", "events", "sub", "sid"}
    assert (said["iss"], said["aud"], said["sid"], said["events"]) == (ORIGIN, "shop", sid, {EVENT: {}})
    assert said["exp"] - said["iat"] == 120
    assert request.headers["host"] == "shop.example"
    assert (request.url.host, request.url.path) == (PUBLIC, "/logout")


async def test_who_does_not_answer_is_told_again_later_and_later_and_not_for_ever(room: Room) -> None:
    resident, _ = await room.signed_in(await room.client())
    await room.city.sessions.revoke(resident.account, resident.session)
    room.receiver.broken = True
    waits = []
    for _ in range(5):
        await room.deliveries.look()
        notice = await LogoutNotice.get()
        waits.append((notice.next_at - room.city.clock.now()).total_seconds())
        room.city.clock.moment = notice.next_at
    assert waits == [5, 10, 20, 40, 80]
    assert len(room.receiver.came) == 5
    room.city.clock.advance(days=1)
    await room.queue.fill()
    assert await LogoutNotice.all().count() == 0


@pytest.mark.parametrize(
    ("status", "left"), [(200, 0), (204, 0), (400, 0), (404, 0), (302, 1), (408, 1), (429, 1), (500, 1)]
)
async def test_an_answer_ends_it_or_asks_for_more(room: Room, status: int, left: int) -> None:
    resident, _ = await room.signed_in(await room.client())
    await room.city.sessions.revoke(resident.account, resident.session)
    room.receiver.statuses = [status]
    await room.deliveries.look()
    assert await LogoutNotice.all().count() == left


async def test_sessions_that_ended_by_age_and_those_that_are_gone_are_noticed_by_the_sweep(room: Room) -> None:
    shop = await room.client()
    await room.signed_in(shop)
    await room.queue.fill()
    assert await LogoutNotice.all().count() == 0
    room.city.clock.advance(days=31)
    await room.queue.fill_recent()
    assert await LogoutNotice.all().count() == 0
    await room.queue.fill()
    assert await LogoutNotice.all().count() == 1
    resident, (sid,) = await room.signed_in(shop, phone="13800000002")
    await room.city.sessions.revoke(resident.account, resident.session)
    room.city.clock.advance(days=2)
    await room.city.leftovers.remove()
    await room.queue.fill()
    assert await LogoutNotice.filter(id=sid).exists()


async def test_a_notice_is_with_one_worker_at_a_time(room: Room) -> None:
    shop = await room.client()
    for number in range(30):
        resident, _ = await room.signed_in(shop, phone=f"138000001{number:02}")
        await room.city.sessions.revoke(resident.account, resident.session)
    await room.queue.fill_recent()
    taken = [await room.queue.take(20), await room.queue.take(20), await room.queue.take(20)]
    assert [len(each) for each in taken] == [20, 10, 0]
    assert len({each.sid for some in taken for each in some}) == 30
    room.city.clock.advance(seconds=31)
    assert len(await room.queue.take(50)) == 30, "whoever took them died"


async def test_a_client_that_is_gone_meanwhile_is_not_told(room: Room) -> None:
    resident, _ = await room.signed_in(await room.client())
    await room.city.sessions.revoke(resident.account, resident.session)
    await room.queue.fill_recent()
    await room.city.clients.disable("shop")
    await room.deliveries.look()
    assert not room.receiver.came
    assert await LogoutNotice.all().count() == 0


async def test_an_address_inside_is_never_called(room: Room) -> None:
    resident, _ = await room.signed_in(await room.client())
    await room.city.sessions.revoke(resident.account, resident.session)
    room.deliveries._outside = outside(room.receiver, ["10.0.0.1"])
    await room.deliveries.look()
    assert not room.receiver.came
    assert await LogoutNotice.all().count() == 0


async def test_the_worker_outlives_what_goes_wrong_and_ends_when_told(room: Room) -> None:
    stop = asyncio.Event()
    looked = 0

    class Broken(LogoutQueue):
        async def fill_recent(self) -> None:
            nonlocal looked
            looked += 1
            raise RuntimeError("the database is away")

    room.deliveries._queue = Broken(room.city.clock, room.city.sessions, 1)
    task = asyncio.create_task(room.deliveries.run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert looked == 1


INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address that is never called
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "ff02::1",
)


@pytest.mark.parametrize("address", INSIDE)
async def test_no_address_of_a_private_network_is_called_whatever_its_name(address: str) -> None:
    receiver = Receiver()
    for found in ([address], [PUBLIC, address]):
        with pytest.raises(AddressForbidden):
            await outside(receiver, found).post(ADDRESS, b"")
    assert not receiver.came


async def test_a_network_that_the_settings_name_may_be_called_and_ipv6_too() -> None:
    receiver = Receiver()
    assert await outside(receiver, ["10.1.2.3"], ["10.0.0.0/8"]).post("http://inner.example:8080/x", b"") == 200
    assert await outside(receiver, ["2606:2800:220:1::1"]).post(ADDRESS, b"") == 200
    inner, outer = receiver.came
    assert (inner.url.host, inner.url.port, inner.headers["host"]) == ("10.1.2.3", 8080, "inner.example:8080")
    assert outer.url.host == "2606:2800:220:1::1"
    assert outer.extensions["sni_hostname"] == "shop.example"


async def test_a_name_without_an_address_is_not_reached() -> None:
    with pytest.raises(OutboundError):
        await outside(Receiver(), []).post(ADDRESS, b"")
    with pytest.raises(OutboundError):
        await outside(Receiver(), ["no address"]).post(ADDRESS, b"")
    assert "127.0.0.1" in await system_look_up("127.0.0.1", 80)


async def test_a_client_that_is_slow_is_not_waited_for() -> None:
    async def slow(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(10)
        return httpx2.Response(200, request=request)

    async def look_up(host: str, port: int) -> Sequence[str]:
        del host, port
        return [PUBLIC]

    with pytest.raises(TimeoutError):
        await Outside(Outbound(httpx2.MockTransport(slow)), [], 0.02, look_up).post(ADDRESS, b"")

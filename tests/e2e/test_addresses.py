"""Where the gateway can be led: to the addresses that the operator allowed, whatever names and requests say."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx2
import pytest

from miniapps.errors import RegisterRefused
from miniapps.resolver import BELIEVED_SECONDS
from miniapps.upstreams import Timeouts
from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway
from tests.harness.packages import OPENAPI
from tests.harness.raw import Recorder, recording

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]
NAME = "records.example"
INSIDE, OUTSIDE = "127.0.0.1", "127.0.0.2"
ELSEWHERE = (
    "http://10.0.0.1",
    "http://127.0.0.1",
    "http://127.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://017700000001",
    "http://0",
    "http://0.0.0.0",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]",
    "http://[::]",
    "http://[::ffff:10.0.0.1]",
    "http://[::ffff:192.0.2.1]",
    "http://[fe80::1%25lo]",
    "http://localhost",
    "http://LOCALHOST.",
    "http://192.0.2.1@10.0.0.1",
    "http://192.0.2.1:80@10.0.0.1/",
    "http://192.0.2.1#@10.0.0.1/",
    "http://192.0.2.1\\@10.0.0.1/",
    "http://192.0.2.1 10.0.0.1",
    "http://192.0.2.1\r\nX-Foo: bar",
    "http://192.0.2.1/?a=b",
    "http://192.0.2.1:0",
    "http://192.0.2.1:99999",
    "http://192.0.2.1:http",
    "http://",
    "http:///path",
    "//192.0.2.1",
    "192.0.2.1:80",
    "file:///etc/passwd",
    "gopher://192.0.2.1/",
    "unix:/var/run/x.sock",
    "http+unix://x",
)


@pytest.fixture
async def gateway(database_url: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Gateway]:
    async with running_gateway(database_url, tmp_path, clock) as running:
        yield running


class Names:
    """A name server of the test's own: what it says next."""

    def __init__(self, *addresses: str) -> None:
        self.addresses: Sequence[str] = addresses
        self.then: Sequence[str] = ()
        self.asked = 0

    def __call__(self, host: str) -> Sequence[str]:
        assert host == NAME
        self.asked += 1
        said = self.addresses
        if self.then:
            self.addresses, self.then = self.then, self.addresses
        return said


async def _enter(gateway: Gateway, address: str, allow: Sequence[str]) -> None:
    await gateway.city.hosting.upstreams.register(
        "records",  # type: ignore[arg-type]  # a plain string will do
        department="dept-one",  # type: ignore[arg-type]  # the same
        address=address,
        openapi=OPENAPI,
        allow=allow,
        timeouts=Timeouts(1, 1, 3),
    )


async def _ready(gateway: Gateway, names: Names, port: int, allow: Sequence[str]) -> httpx2.AsyncClient:
    """The department's system under its name, and a resident's page that calls it."""
    await gateway.register_department()
    gateway.city.hosting.upstreams._resolver._look_up = names
    await _enter(gateway, f"http://{NAME}:{port}", allow)
    assert (await gateway.publish()).json()["status"] == "live"
    return gateway.mini(await gateway.agree(await gateway.resident()))


async def _asks(mini: httpx2.AsyncClient) -> httpx2.Response:
    return await mini.get("/svc/records/records")


async def test_an_address_outside_of_what_is_allowed_is_not_registered(gateway: Gateway) -> None:
    await gateway.register_department()
    for address in ELSEWHERE:
        with pytest.raises(RegisterRefused):
            await _enter(gateway, address, ["192.0.2.0/24"])


async def test_a_name_that_moves_outside_is_never_dialled_there(gateway: Gateway) -> None:
    names = Names(INSIDE)
    with recording() as inside, recording(host=OUTSIDE, port=inside.port) as outside:
        mini = await _ready(gateway, names, inside.port, [f"{INSIDE}/32"])
        assert (await _asks(mini)).status_code == 200
        names.addresses = (OUTSIDE,)
        await asyncio.sleep(BELIEVED_SECONDS + 1.2)
        refused = await _asks(mini)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (502, "upstream-unreachable")
        assert outside.connections == []
        names.addresses = (INSIDE,)
        await asyncio.sleep(BELIEVED_SECONDS + 0.2)
        assert (await _asks(mini)).status_code == 200


async def test_a_name_that_changes_between_check_and_connection_is_never_dialled_outside(gateway: Gateway) -> None:
    """Each question gets another answer than the one before."""
    names = Names(INSIDE)
    with recording() as inside, recording(host=OUTSIDE, port=inside.port) as outside:
        mini = await _ready(gateway, names, inside.port, [f"{INSIDE}/32"])
        names.then = (OUTSIDE,)
        statuses, until = set(), time.monotonic() + 3 * BELIEVED_SECONDS + 2
        while time.monotonic() < until:
            _close_all(inside)  # so that there is something to dial
            statuses.add((await _asks(mini)).status_code)
            await asyncio.sleep(0.02)
        assert names.asked > 2
        assert statuses <= {200, 502}
        assert 200 in statuses
        assert outside.connections == []


async def test_a_name_with_one_address_outside_is_not_dialled_at_all(gateway: Gateway) -> None:
    names = Names(INSIDE)
    with recording() as inside, recording(host=OUTSIDE, port=inside.port) as outside:
        mini = await _ready(gateway, names, inside.port, [f"{INSIDE}/32"])
        names.addresses = (INSIDE, OUTSIDE)
        await asyncio.sleep(BELIEVED_SECONDS + 1.2)
        inside.forget()
        assert (await _asks(mini)).status_code == 502
        assert (inside.requests(), outside.connections) == ([], [])


async def test_a_name_that_moves_inside_is_followed(gateway: Gateway) -> None:
    names = Names(INSIDE)
    with recording() as first, recording(host=OUTSIDE, port=first.port) as second:
        mini = await _ready(gateway, names, first.port, ["127.0.0.0/8"])
        assert (await _asks(mini)).status_code == 200
        names.addresses = (OUTSIDE,)
        deadline = time.monotonic() + 2 * BELIEVED_SECONDS + 2
        while not second.requests():
            assert (await _asks(mini)).status_code == 200
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        assert second.requests()[0].one("host") == f"{NAME}:{first.port}".encode(), (
            "the register's name, not the address"
        )


async def test_the_host_that_a_department_hears_is_the_registers(gateway: Gateway) -> None:
    with recording() as system:
        mini = await _ready(gateway, Names(INSIDE), system.port, [f"{INSIDE}/32"])
        odd = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-Host": "evil.example"}
        assert (await mini.get("/svc/records/records", headers=odd)).status_code == 200
        heard = system.requests()[0]
        assert heard.one("host") == f"{NAME}:{system.port}".encode()
        assert [value for _, value in heard.fields if b"evil" in value] == []


def _close_all(recorder: Recorder) -> None:
    for each in recorder.connections:
        each.socket.close() if each.closed else each.socket.shutdown(2)

"""A hold, as a resident meets it: where the level is asked for, with the time at which it ends."""

from datetime import timedelta

import httpx2
import pytest

from core.ids import AccountId
from tests.api.test_proxied_call import Records, records
from tests.harness.gateway import Gateway
from tests.harness.packages import MANIFEST

__all__ = ["records"]
PHONE = "13800000001"


@pytest.fixture
async def resident(gateway: Gateway, records: Records) -> httpx2.AsyncClient:
    """Somebody of level 3, who let the service have what it asks."""
    await gateway.city.identity.accounts.register(PHONE, name="张伟", id_number="310101198803150012", loa=3)
    return await gateway.resident(PHONE)


async def put_on_hold(gateway: Gateway) -> str:
    """The end of the hold as the wire says it (RFC 3339)."""
    account, _ = await gateway.city.identity.accounts.for_phone(PHONE)
    until = await gateway.city.identity.rooms.security.holds.place(AccountId(account.id), "a test")
    assert until == gateway.clock.now() + timedelta(hours=24)
    return until.isoformat()


def assert_waits(answered: httpx2.Response, until: str) -> None:
    said = answered.json()
    assert (answered.status_code, said["type"].rpartition("/")[2]) == (403, "account-on-hold"), answered.text
    assert said["until"] == until


async def test_a_token_for_a_service_of_high_value_waits(gateway: Gateway, resident: httpx2.AsyncClient) -> None:
    await gateway.publish(version={"code": 2, "name": "2.0.0"}, onecity={**MANIFEST["onecity"], "loa": 3})
    assert await gateway.agree(resident)
    until = await put_on_hold(gateway)
    assert_waits(await resident.post("/api/v1/services/hello/tokens"), until)
    gateway.clock.advance(hours=24)
    assert (await resident.post("/api/v1/services/hello/tokens")).status_code == 201


async def test_a_call_that_asks_for_the_level_waits_and_others_go_on(
    gateway: Gateway, resident: httpx2.AsyncClient
) -> None:
    mini = gateway.mini(await gateway.agree(resident))
    assert (await mini.get("/svc/records/strict")).status_code == 200
    until = await put_on_hold(gateway)
    waits = await mini.get("/svc/records/strict")
    assert_waits(waits, until)
    assert waits.json()["hop"] == "gateway"
    assert (await mini.get("/svc/records/records")).status_code == 200
    gateway.clock.advance(hours=24)
    later = gateway.mini(await gateway.agree(resident))
    assert (await later.get("/svc/records/strict")).status_code == 200


async def test_an_offer_to_act_for_somebody_waits(gateway: Gateway, resident: httpx2.AsyncClient) -> None:
    until = await put_on_hold(gateway)
    offer = {"kind": "family", "direction": "i-act", "phone": "13800000002"}
    assert_waits(await resident.post("/api/v1/mandates", json=offer), until)

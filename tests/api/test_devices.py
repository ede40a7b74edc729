"""A resident's devices: where, when and by what means; one or all others signed out; new ones told of."""

import asyncio
from typing import Any

import httpx2
import pytest

from auth.security.events import EventKind, Events
from core.database import rows, transaction
from core.ids import AccountId, new_id
from tests.harness.gateway import Gateway

PHONE = "13800000001"


async def sessions(client: httpx2.AsyncClient) -> Any:
    answer = await client.get("/api/v1/sessions")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def events(client: httpx2.AsyncClient) -> Any:
    return (await client.get("/api/v1/security/events")).json()["items"]


async def signed_in(gateway: Gateway, cookie: str = "") -> tuple[httpx2.AsyncClient, str]:
    """A browser that signs in, and its cookies; `cookie` are those it had before."""
    client = gateway.client()
    gateway.clock.advance(seconds=61)
    sent = await client.post("/api/v1/sign-in/codes", json={"phone": PHONE}, headers={"Cookie": cookie})
    assert sent.status_code == 202, sent.text
    code = next(text["code"] for text in (await client.get("/dev/outbox.json")).json()["items"] if text["code"])
    browser = "; ".join([cookie, *(each.split(";")[0] for each in sent.headers.get_list("set-cookie"))])
    opened = await client.post(
        "/api/v1/sign-in/sessions", json={"phone": PHONE, "code": code}, headers={"Cookie": browser.strip("; ")}
    )
    assert opened.status_code == 201, opened.text
    kept = [each.split(";")[0] for each in opened.headers.get_list("set-cookie")]
    client.headers["Cookie"] = "; ".join(each for each in kept if not each.endswith(("=", '=""')))
    return client, client.headers["Cookie"]


async def test_a_session_says_where_when_and_by_what_means_it_was_opened(gateway: Gateway) -> None:
    client, _ = await signed_in(gateway)
    (session,) = await sessions(client)
    assert session["place"] == "127.0.0.*"
    assert session["amr"] == ["sms"]
    assert session["authenticated_at"] == session["created_at"]
    assert session["current"] is True


async def test_all_others_are_signed_out_at_once(gateway: Gateway) -> None:
    clients = [(await signed_in(gateway))[0] for _ in range(3)]
    assert len(await sessions(clients[0])) == 3
    answer = await clients[0].delete("/api/v1/sessions")
    assert (answer.status_code, answer.content) == (204, b"")
    assert [(await client.get("/api/v1/account")).status_code for client in clients] == [200, 401, 401]
    assert len(await sessions(clients[0])) == 1
    foreign = await clients[0].delete("/api/v1/sessions", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


async def test_a_browser_never_seen_is_told_of_and_one_that_was_is_not(gateway: Gateway) -> None:
    client, cookies = await signed_in(gateway)
    assert await events(client) == [], "the first browser is the owner's"
    await signed_in(gateway, cookies)
    second, _ = await signed_in(gateway)
    told = await events(second)
    assert [event["kind"] for event in told] == ["new-device"]
    assert told[0]["details"] == {"device": "Browser on unknown device", "place": "127.0.0.*"}
    async with asyncio.timeout(10):
        while not (inbox := await notices(second)):
            await asyncio.sleep(0.05)
    assert inbox[0]["department"]["name"] == {"zh-CN": "一城通", "en": "OneCity"}
    assert inbox[0]["title"]["en"] == "A new device signed in"
    assert inbox[0]["thread"] == "account-security"
    assert len(inbox) == 1


async def notices(client: httpx2.AsyncClient) -> Any:
    answer = await client.get("/api/v1/inbox")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_events_are_the_accounts_own_newest_first_and_in_pages(gateway: Gateway) -> None:
    client, _ = await signed_in(gateway)
    account = await gateway.city.identity.accounts.of_phone(PHONE)
    assert account
    security, events = gateway.city.identity.rooms.security, Events(gateway.clock)
    assert (await client.get("/api/v1/account")).json()["hold_until"] is None
    for number in range(3):
        gateway.clock.advance(seconds=1)
        async with transaction():
            await events.record(AccountId(account.id), EventKind.GUESSING, number=str(number))
            await events.record(AccountId(new_id(gateway.clock.now())), EventKind.GUESSING)
    first = (await client.get("/api/v1/security/events", params={"limit": 2})).json()
    assert [event["details"]["number"] for event in first["items"]] == ["2", "1"]
    rest = (await client.get("/api/v1/security/events", params={"limit": 2, "cursor": first["next"]})).json()
    assert [event["details"]["number"] for event in rest["items"]] == ["0"]
    assert rest["next"] is None
    until = await security.holds.place(AccountId(account.id), "a test")
    assert (await client.get("/api/v1/account")).json()["hold_until"] == until.isoformat().replace("+00:00", "Z")


async def test_the_list_of_very_many_sessions_goes_along_an_index(gateway: Gateway) -> None:
    client, _ = await signed_in(gateway)
    explain = "EXPLAIN" if "postgres" in gateway.settings.database_url else "EXPLAIN QUERY PLAN"
    account = await gateway.city.identity.accounts.of_phone(PHONE)
    assert account
    async with transaction():
        if explain == "EXPLAIN":
            await rows("SET LOCAL enable_seqscan = off")
        plan = await rows(
            f"{explain} SELECT * FROM auth_session WHERE account_id = ? AND revoked_at IS NULL AND id < ? "  # noqa: S608 - ours
            "ORDER BY id DESC LIMIT 51",
            account.id,
            "z" * 26,
        )
    text = str(plan)
    assert "auth_session_account" in text
    assert "TEMP B-TREE" not in text
    assert "Sort" not in text
    assert len(await sessions(client)) == 1


@pytest.mark.parametrize("path", ["/api/v1/security/events", "/api/v1/proofing"])
async def test_nobody_reads_them_without_a_session(gateway: Gateway, path: str) -> None:
    assert (await gateway.client().get(path)).status_code == 401

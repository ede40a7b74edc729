"""Hold, confirm, cancel: over HTTP, as a mini-service does it through the gateway."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from mock_services.appointments.settings import AppointmentSettings
from tests.unit.mock_services.platform_twin import Gateway, ManualClock

Key = Callable[[], dict[str, str]]
SITE, SERVICE = "huangpu-exit-entry", "passport"


async def free_slots(client: httpx2.AsyncClient, day: str = "2026-11-24", service: str = SERVICE) -> list[Any]:
    answer = await client.get("/slots", params={"site": SITE, "service": service, "date": day})
    assert answer.status_code == 200
    return [slot for slot in answer.json()["items"] if slot["free"]]


async def hold(client: httpx2.AsyncClient, key: Key, day: str = "2026-11-24", **options: Any) -> httpx2.Response:
    slot = (await free_slots(client, day))[0]
    return await client.post("/holds", json={"slot_id": slot["id"]}, headers=key() | options)


async def free_of(client: httpx2.AsyncClient, slot_id: str, day: str = "2026-11-24") -> int:
    return next((slot["free"] for slot in await free_slots(client, day) if slot["id"] == slot_id), 0)


def slug(answer: httpx2.Response) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


async def test_a_booking_goes_from_held_to_confirmed_to_cancelled(client: httpx2.AsyncClient, key: Key) -> None:
    slot = (await free_slots(client))[0]
    held = await client.post("/holds", json={"slot_id": slot["id"]}, headers=key())
    assert held.status_code == 201
    booking = held.json()
    assert (booking["status"], booking["number"], booking["name"], booking["phone"]) == (
        "held",
        None,
        "李**",
        "138****0002",
    )
    assert booking["hold_expires_at"] == "2026-11-23T08:40:00+08:00"
    assert await free_of(client, slot["id"]) == slot["free"] - 1

    confirmed = (await client.post(f"/bookings/{booking['id']}/confirmation")).json()
    assert confirmed["status"] == "confirmed"
    assert len(confirmed["number"]) == len("8305-2174")
    assert (await client.post(f"/bookings/{booking['id']}/confirmation")).json() == confirmed
    assert (await client.get(f"/bookings/{booking['id']}")).json() == confirmed

    cancelled = (await client.post(f"/bookings/{booking['id']}/cancellation")).json()
    assert cancelled["status"] == "cancelled"
    assert (await client.post(f"/bookings/{booking['id']}/cancellation")).json() == cancelled
    assert await free_of(client, slot["id"]) == slot["free"]
    again = await client.post(f"/bookings/{booking['id']}/confirmation")
    assert (again.status_code, slug(again)) == (409, "booking-cancelled")


async def test_a_hold_ends_after_ten_minutes_and_frees_its_place(
    client: httpx2.AsyncClient, clock: ManualClock, gateway: Gateway, key: Key
) -> None:
    booking = (await hold(client, key)).json()
    clock.advance(minutes=10)
    assert (await client.get(f"/bookings/{booking['id']}")).json()["status"] == "expired"
    for change in ("confirmation", "cancellation"):
        answer = await client.post(f"/bookings/{booking['id']}/{change}")
        assert (answer.status_code, slug(answer)) == (409, "hold-expired")
    # Nobody swept: the next hold frees what is over.
    another = await hold(client, key, **gateway.bearer(sub="resident-2"))
    assert another.status_code == 201
    assert (await hold(client, key)).status_code == 201


async def test_a_hold_can_be_given_back_without_a_word(
    client: httpx2.AsyncClient, key: Key, settings: AppointmentSettings
) -> None:
    booking = (await hold(client, key)).json()
    cancelled = (await client.post(f"/bookings/{booking['id']}/cancellation")).json()
    assert cancelled["status"] == "cancelled"
    assert waiting_notices(settings) == 0


async def test_another_residents_booking_does_not_exist(client: httpx2.AsyncClient, gateway: Gateway, key: Key) -> None:
    booking = (await hold(client, key)).json()
    stranger = gateway.bearer(sub="resident-2")
    for method, path in [("GET", ""), ("POST", "/confirmation"), ("POST", "/cancellation")]:
        answer = await client.request(method, f"/bookings/{booking['id']}{path}", headers=stranger)
        assert (answer.status_code, slug(answer)) == (404, "booking-unknown")
    assert (await client.get("/bookings", headers=stranger)).json() == {"items": [], "next": None}
    assert (await client.get(f"/bookings/{booking['id']}")).json()["status"] == "held"


async def test_one_live_booking_for_a_service_and_day(client: httpx2.AsyncClient, key: Key) -> None:
    first = (await hold(client, key)).json()
    second = await hold(client, key)
    assert (second.status_code, slug(second)) == (409, "booking-exists")
    assert second.json()["booking_id"] == first["id"]
    assert (await hold(client, key, "2026-11-25")).status_code == 201
    await client.post(f"/bookings/{first['id']}/cancellation")
    assert (await hold(client, key)).status_code == 201


async def test_a_full_slot_says_so(client: httpx2.AsyncClient, gateway: Gateway, key: Key) -> None:
    slot = (await free_slots(client))[0]
    asks = [
        client.post("/holds", json={"slot_id": slot["id"]}, headers=key() | gateway.bearer(sub=f"resident-{number}"))
        for number in range(slot["free"] + 3)
    ]
    answers = await asyncio.gather(*asks)
    assert sorted(answer.status_code for answer in answers) == [201] * slot["free"] + [409] * 3
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"slot-full"}


async def test_a_slot_that_has_begun_is_past(client: httpx2.AsyncClient, clock: ManualClock, key: Key) -> None:
    today = (await free_slots(client, "2026-11-23"))[0]
    clock.advance(minutes=25)
    booking = (await client.post("/holds", json={"slot_id": today["id"]}, headers=key())).json()
    clock.advance(minutes=5)
    answers = [
        await client.post("/holds", json={"slot_id": today["id"]}, headers=key()),
        await client.post(f"/bookings/{booking['id']}/confirmation"),
        await client.post(f"/bookings/{booking['id']}/cancellation"),
    ]
    assert [(answer.status_code, slug(answer)) for answer in answers] == [(409, "slot-past")] * 3
    shown = (await client.get("/slots", params={"site": SITE, "service": SERVICE, "date": "2026-11-23"})).json()
    assert (shown["items"][0]["past"], shown["items"][0]["free"]) == (True, 0)


async def test_bookings_come_newest_first_in_pages(client: httpx2.AsyncClient, clock: ManualClock, key: Key) -> None:
    made = []
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        made.append((await hold(client, key, day)).json()["id"])
        clock.advance(seconds=1)
    first = (await client.get("/bookings", params={"limit": 2})).json()
    await hold(client, key, "2026-11-27")
    second = (await client.get("/bookings", params={"limit": 2, "cursor": first["next"]})).json()
    assert [booking["id"] for booking in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None


class TestIdempotencyKey:
    """The first answer to a key is the answer."""

    async def test_the_same_key_and_body_replay(self, client: httpx2.AsyncClient, key: Key) -> None:
        same = key()
        slot = (await free_slots(client))[0]
        asks = [client.post("/holds", json={"slot_id": slot["id"]}, headers=same) for _ in range(5)]
        answers = await asyncio.gather(*asks)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert await free_of(client, slot["id"]) == slot["free"] - 1

    async def test_a_refusal_is_replayed_too(self, client: httpx2.AsyncClient, key: Key) -> None:
        first, same = (await hold(client, key)).json(), key()
        slot = (await free_slots(client))[1]
        before = await client.post("/holds", json={"slot_id": slot["id"]}, headers=same)
        await client.post(f"/bookings/{first['id']}/cancellation")
        after = await client.post("/holds", json={"slot_id": slot["id"]}, headers=same | {"X-Request-Id": "second"})
        assert before.status_code == after.status_code == 409
        assert after.json() == before.json() | {"request_id": "second"}

    async def test_another_body_is_refused(self, client: httpx2.AsyncClient, key: Key) -> None:
        same = key()
        one, two = (await free_slots(client))[:2]
        await client.post("/holds", json={"slot_id": one["id"]}, headers=same)
        answer = await client.post("/holds", json={"slot_id": two["id"]}, headers=same)
        assert (answer.status_code, slug(answer)) == (422, "idempotency-key-reused")

    async def test_another_residents_key_is_another_key(
        self, client: httpx2.AsyncClient, gateway: Gateway, key: Key
    ) -> None:
        same = key()
        slot = (await free_slots(client))[0]
        first = await client.post("/holds", json={"slot_id": slot["id"]}, headers=same)
        second = await client.post(
            "/holds", json={"slot_id": slot["id"]}, headers=same | gateway.bearer(sub="resident-2")
        )
        assert first.json()["id"] != second.json()["id"]

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({}, "idempotency-key-missing"),
            ({"Idempotency-Key": ""}, "idempotency-key-invalid"),
            ({"Idempotency-Key": "x" * 256}, "idempotency-key-invalid"),
        ],
        ids=["none", "empty", "256 characters"],
    )
    async def test_a_key_that_is_none_is_refused(
        self, client: httpx2.AsyncClient, headers: dict[str, str], expected: str
    ) -> None:
        answer = await client.post("/holds", json={"slot_id": "x"}, headers=headers)
        assert (answer.status_code, slug(answer)) == (400, expected)


BODIES: dict[str, tuple[bytes, int, str, list[str]]] = {
    "no JSON": (b"{", 400, "bad-request", []),
    "no UTF-8": (b"\xff\xfe\xfd", 400, "bad-request", []),
    "nested without end": (b"[" * 10_000, 400, "bad-request", []),
    "a list": (b"[]", 422, "invalid-content", [""]),
    "nothing in it": (b"{}", 422, "invalid-content", ["/slot_id"]),
    "a number": (b'{"slot_id": 7}', 422, "invalid-content", ["/slot_id"]),
    "a member too many": (b'{"slot_id": "x", "a/b": 1}', 422, "invalid-content", ["/a~1b"]),
    "half a character": (b'{"slot_id": "\\ud800"}', 422, "invalid-content", ["/slot_id"]),
    "too large": (b'"' + b"x" * 20_000 + b'"', 413, "body-too-large", []),
    "an unknown slot": (b'{"slot_id": "x"}', 404, "slot-unknown", []),
}


@pytest.mark.parametrize(("body", "status", "expected", "pointers"), BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_is_not_right_is_explained(  # noqa: PLR0913, PLR0917 - the table's columns
    client: httpx2.AsyncClient, key: Key, body: bytes, status: int, expected: str, pointers: list[str]
) -> None:
    answer = await client.post("/holds", content=body, headers=key())
    assert (answer.status_code, slug(answer)) == (status, expected)
    assert [error["pointer"] for error in answer.json().get("errors", [])] == pointers


def waiting_notices(settings: AppointmentSettings) -> int:
    connection = sqlite3.connect(settings.database)
    try:
        return int(connection.execute("select count(*) from outbox").fetchone()[0])
    finally:
        connection.close()

"""The playground's calls do what their names say: echo, wait, fail twice, stream, count bytes, make notes, verify."""

import asyncio
import hashlib
import time
import uuid
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mock_services.playground import attempts, notes
from mock_services.playground.app import SCHEMAS
from mock_services.shared.database import Database, create_tables
from tests.unit.mock_services.platform_twin import ISSUER, NOW, Gateway, ManualClock, new_key

Key = Callable[[], dict[str, str]]


async def test_it_says_back_what_it_is_told(playground: httpx2.AsyncClient) -> None:
    answer = await playground.post("/echo", json={"text": "你好"})
    assert answer.json() == {"text": "你好", "at": "2026-11-23T08:30:00+08:00"}


async def test_a_slow_call_takes_its_time(playground: httpx2.AsyncClient) -> None:
    before = asyncio.get_running_loop().time()
    assert (await playground.get("/slow?seconds=0.2")).json() == {"seconds": 0.2}
    assert asyncio.get_running_loop().time() - before >= 0.2
    assert (await playground.get("/slow?seconds=21")).status_code == 422


async def test_a_flaky_call_fails_twice_for_each_key(playground: httpx2.AsyncClient, key: Key) -> None:
    for tap in (key(), key()):
        answers = [await playground.post("/flaky", headers=tap) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503, 503, 200]
        assert answers[0].json()["type"] == f"{ISSUER}/problems/flaked"
        assert answers[0].headers["retry-after"] == "1"
        assert answers[2].json() == {"tries": 3}


async def test_an_answer_comes_in_parts(playground: httpx2.AsyncClient) -> None:
    answer = await playground.get("/stream?parts=2")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "1/2\n2/2\n"


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 200_000])
async def test_a_download_has_as_many_bytes_as_asked_for(playground: httpx2.AsyncClient, size: int) -> None:
    answer = await playground.get("/download", params={"bytes": size})
    assert int(answer.headers["content-length"]) == len(answer.content) == size


async def test_an_upload_is_counted_and_digested(playground: httpx2.AsyncClient) -> None:
    body = b"OneCity" * 1000
    answer = await playground.post("/uploads", content=body, headers={"Content-Type": "image/png"})
    digest = b64encode(hashlib.sha256(body).digest()).decode()
    assert answer.json() == {"bytes": 7000, "media_type": "image/png", "digest": f"sha-256=:{digest}:"}
    assert (await playground.post("/uploads", content=b"x" * (5 * 2**20 + 1))).status_code == 413


async def test_a_note_made_twice_with_one_key_is_one(
    playground: httpx2.AsyncClient, key: Key, clock: ManualClock
) -> None:
    tap = key()
    first, second = [await playground.post("/notes", headers=tap, json={"text": "记一笔"}) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())
    clock.advance(seconds=1)
    other = (await playground.post("/notes", headers=key(), json={"text": "再记"})).json()
    page = (await playground.get("/notes?limit=1")).json()
    rest = (await playground.get("/notes", params={"cursor": page["next"]})).json()
    assert [*page["items"], *rest["items"]] == [other, first.json()]


async def test_notes_are_ones_own(playground: httpx2.AsyncClient, key: Key, gateway: Gateway) -> None:
    await playground.post("/notes", headers=key(), json={"text": "记一笔"})
    neighbour = gateway.bearer("playground", sub="resident-2", scope="playground:note:read")
    assert (await playground.get("/notes", headers=neighbour)).json()["items"] == []


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": "open-platform", "sub": "s", "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
    return {name: value for name, value in (whole | changes).items() if value is not None}


@pytest.mark.parametrize(("path", "kind"), [("/identities", "identity+jwt"), ("/intents", "intent-result+jwt")])
async def test_what_the_city_signed_for_it_is_read(
    playground: httpx2.AsyncClient, gateway: Gateway, path: str, kind: str
) -> None:
    token = gateway.sign(claims(act={"sub": "urn:onecity:service:playground"}), typ=kind)
    answer = await playground.post(path, json={"token": token})
    assert answer.status_code == 200, answer.text
    assert answer.json()["claims"]["act"] == {"sub": "urn:onecity:service:playground"}


async def test_the_longest_result_is_read(playground: httpx2.AsyncClient, gateway: Gateway) -> None:
    """4 kB of what takes four bytes in UTF-8 take twelve in a token, and a third more in base64."""
    token = gateway.sign(claims(result="😀" * 1023), typ="intent-result+jwt")
    answer = await playground.post("/intents", json={"token": token})
    assert answer.status_code == 200, answer.text


FORGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another typ": ({}, {"typ": "at+jwt"}),
    "another audience": ({"aud": "gov-services"}, {}),
    "another issuer": ({"iss": "http://elsewhere"}, {}),
    "over": ({"exp": 1}, {}),
    "without end": ({"exp": None}, {}),
    "an unknown key's": ({}, {"kid": "k9"}),
    "another key's": ({}, {"key": new_key()}),
}


@pytest.mark.parametrize(("changes", "header"), FORGED.values(), ids=FORGED.keys())
async def test_what_the_city_did_not_sign_for_it_is_refused(
    playground: httpx2.AsyncClient, gateway: Gateway, changes: dict[str, Any], header: dict[str, Any]
) -> None:
    token = gateway.sign(claims(**changes), **({"typ": "identity+jwt"} | header))
    answer = await playground.post("/identities", json={"token": token})
    assert (answer.status_code, answer.json()["type"]) == (422, f"{ISSUER}/problems/token-invalid")


async def test_what_is_no_token_is_refused(playground: httpx2.AsyncClient) -> None:
    assert (await playground.post("/identities", json={"token": "x"})).status_code == 422


async def test_yesterdays_trials_are_forgotten(tmp_path: Path) -> None:
    create_tables(tmp_path / "p.sqlite", *SCHEMAS)
    database = Database(tmp_path / "p.sqlite")
    for age in (timedelta(days=2), timedelta(hours=1)):
        await database.write(partial(notes.make, subject="r", text="记一笔", now=NOW - age))
        await database.write(partial(attempts.count, subject="r", key=str(age), now=NOW - age))
    await database.write(lambda store: notes.forget_old(store, NOW))
    left = await database.read(
        lambda store: store.execute("select (select count(*) from note), count(*) from attempt").fetchone()
    )
    database.close()
    assert tuple(left) == (1, 1)

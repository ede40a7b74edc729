"""Departments' systems that are set to sign their calls with SM2."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from auth.shangmi import sm2
from auth.shangmi.keys import PrivateKey
from auth.shangmi.messages import Message, sign
from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway
from tests.harness.packages import MANIFEST, package

PATH = "/dept/v1/releases"
HEADERS = {"Content-Type": "application/miniapp-pkg+zip"}


def signed(gateway: Gateway, key: PrivateKey, body: bytes, path: str = PATH) -> dict[str, str]:
    message = Message("POST", path, "", body)
    return {**HEADERS, **sign(message, sm2.signer(key), "one-system", gateway.clock.now()).fields}


async def test_unsigned_calls_of_a_client_that_signs_are_refused(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key = sm2.new_key()
    auth: dict[str, Any] = {"shangmi": {"message_keys": {"one-system": key.public.octets.hex()}}}
    async with running_gateway(database_url, tmp_path, clock, auth=auth) as gateway:
        await gateway.register_department()
        client, body = await gateway.department(), package(MANIFEST)
        good = signed(gateway, key, body)
        refused: list[httpx2.Response] = [
            await client.post(PATH, content=body, headers=HEADERS),
            await client.post(PATH, content=body + b"x", headers=good),
            await client.post(f"{PATH}?x=1", content=body, headers=good),
            await client.post(PATH, content=body, headers=signed(gateway, sm2.new_key(), body)),
            await client.post(PATH, content=body, headers=[*good.items(), ("Signature", good["Signature"])]),
            await client.post(PATH, content=_pieces(body), headers=good),
        ]
        for answered in refused:
            assert answered.status_code == 401, answered.text
            assert answered.json()["type"].endswith("/problems/signature-refused")
            assert answered.headers["WWW-Authenticate"] == "Signature"
        submitted = await client.post(PATH, content=body, headers=good)
        assert submitted.status_code == 201, submitted.text
        again = await client.post(PATH, content=body, headers=good)
        assert again.json()["detail"].endswith("this signature came before.")
        live = f"{PATH}/{submitted.json()['id']}/publication"
        assert (await client.post(live, headers=signed(gateway, key, b"", live))).status_code == 200


async def _pieces(body: bytes) -> Any:
    yield body


async def test_clients_that_are_not_set_to_need_not_sign(gateway: Gateway) -> None:
    await gateway.register_department()
    assert (await gateway.publish()).status_code == 200


@pytest.mark.parametrize("signature", ["", "sm2=:AAAA:"])
async def test_a_signature_of_one_that_need_not_is_not_looked_at(gateway: Gateway, signature: str) -> None:
    await gateway.register_department()
    client = await gateway.department()
    sent = await client.post(PATH, content=package(MANIFEST), headers={**HEADERS, "Signature": signature})
    assert sent.status_code == 201

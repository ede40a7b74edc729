"""Clients are registered by their departments: over HTTP, by the command line, and by themselves where that is on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from auth.jwk import jwk_of
from auth.provider.registration import Registration
from gateway.client_command import client_commands
from tests.harness.clock import ManualClock
from tests.harness.gateway import ORIGIN, Gateway, running_gateway

SHOP: dict[str, Any] = {
    "name": {"zh-CN": "图书馆", "en": "Library"},
    "auth_method": "client_secret_basic",
    "asks": [{"name": "openid", "reason": {"zh-CN": "借书"}, "required": True}],
    "redirect_uris": ["https://library.example/callback"],
}


async def department(gateway: Gateway, *, scopes: tuple[str, ...] = ("dept:clients:write",)) -> httpx2.AsyncClient:
    await gateway.register_department()
    jwk = jwk_of(gateway.key.public_key())
    await gateway.city.identity.clients.register("one-system", "dept-one", jwk, scopes)  # type: ignore[arg-type]  # a plain string will do
    return await gateway.department()


def pem() -> str:
    public = generate_private_key(SECP256R1()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def test_a_department_registers_and_changes_its_clients(gateway: Gateway) -> None:
    http = await department(gateway)
    made = await http.post("/dept/v1/clients", json={"id": "city-library", **SHOP})
    assert made.status_code == 201, made.text
    assert made.json()["client_secret"]
    assert made.json()["sector"] == "library.example"
    shown = (await http.get("/dept/v1/clients/city-library")).json()
    assert shown["client_secret"] is None
    assert (await http.post("/dept/v1/clients", json={"id": "city-library", **SHOP})).status_code == 409
    another = await http.post("/dept/v1/clients/city-library/secrets")
    assert another.json()["client_secret"] != made.json()["client_secret"]
    listed = (await http.get("/dept/v1/clients", params={"limit": 1})).json()
    assert [client["id"] for client in listed["items"]] == [listed["next"]] == ["city-library"]
    assert [client["id"] for client in (await http.get("/dept/v1/clients?cursor=city-library")).json()["items"]] == [
        "one-system"
    ]
    assert (await http.delete("/dept/v1/clients/city-library")).status_code == 204
    assert (await http.get("/dept/v1/clients/city-library")).status_code == 404


async def test_a_client_changes_its_keys(gateway: Gateway) -> None:
    http = await department(gateway)
    body = {**SHOP, "id": "the-bank", "auth_method": "private_key_jwt", "keys": [pem()]}
    made = (await http.post("/dept/v1/clients", json=body)).json()
    assert made["client_secret"] is None
    added = await http.post("/dept/v1/clients/the-bank/keys", json={"key": pem()})
    assert (added.status_code, added.json()["alg"]) == (201, "ES256")
    old = made["keys"][0]["id"]
    assert (await http.delete(f"/dept/v1/clients/the-bank/keys/{old}")).status_code == 204
    assert (await http.delete(f"/dept/v1/clients/the-bank/keys/{old}")).status_code == 404
    assert (await http.post("/dept/v1/clients/the-bank/keys", json={"key": "none"})).status_code == 422
    assert (await http.post("/dept/v1/clients/the-bank/secrets")).status_code == 422
    refused = await http.post("/dept/v1/clients", json={**body, "id": "bad-bank", "keys": ["none"]})
    assert refused.json()["errors"][0]["pointer"] == "/keys"


async def test_a_name_of_a_key_that_no_database_takes_is_not_kept(gateway: Gateway) -> None:
    http = await department(gateway)
    body = {**SHOP, "id": "the-bank", "auth_method": "private_key_jwt", "keys": [pem()]}
    assert (await http.post("/dept/v1/clients", json=body)).status_code == 201
    for kid in ("\0", "\ud800"):
        jwk = {**jwk_of(generate_private_key(SECP256R1()).public_key()), "kid": kid}
        sent, media = json.dumps({"key": jwk}).encode(), {"Content-Type": "application/json"}
        added = await http.post("/dept/v1/clients/the-bank/keys", content=sent, headers=media)
        assert (added.status_code, added.json()["kid"] == kid) == (201, False), added.text


async def test_a_department_gives_no_more_than_it_has_and_sees_its_own_alone(gateway: Gateway) -> None:
    http = await department(gateway)
    body = {**SHOP, "id": "city-library", "scopes": ["dept:notices:send"]}
    assert (await http.post("/dept/v1/clients", json=body)).json()["type"] == f"{ORIGIN}/problems/client-refused"
    jwk = jwk_of(generate_private_key(SECP256R1()).public_key())
    await gateway.city.identity.clients.register("foreign", "dept-two", jwk, [])  # type: ignore[arg-type]  # the same
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/secrets")):
        assert (await http.request(method, f"/dept/v1/clients/foreign{path}")).status_code == 404
    weak = await department(gateway, scopes=("dept:notices:send",))
    assert (await weak.get("/dept/v1/clients")).status_code == 403


async def test_a_department_takes_no_more_by_way_of_a_client_that_has_more(gateway: Gateway) -> None:
    http = await department(gateway)
    clients = gateway.city.identity.clients
    await clients.register("counter", "dept-one", pem(), ["dept:proofing:write"])  # type: ignore[arg-type]  # a plain string will do
    more = Registration(name={"zh-CN": "柜台"}, auth_method="client_secret_basic", scopes=["dept:proofing:write"])
    await clients.add("other-counter", "dept-one", more)  # type: ignore[arg-type]  # the same
    for address, body in (("counter/keys", {"key": pem()}), ("other-counter/secrets", {})):
        refused = await http.post(f"/dept/v1/clients/{address}", json=body)
        assert refused.json()["type"] == f"{ORIGIN}/problems/client-refused", refused.text
    assert len(await clients.keys("counter")) == 1


async def test_registering_oneself_is_off_by_default(gateway: Gateway) -> None:
    tokens = gateway.city.identity.rooms.provider.initial_tokens
    token = await tokens.issue("dept-one", "sandbox", uses=1, days=1)  # type: ignore[arg-type]  # the same
    refused = await gateway.client({"Authorization": f"Bearer {token}"}).post("/oauth/register", json={})
    assert (refused.status_code, refused.json()["error"]) == (400, "access_denied")


async def test_a_client_registers_itself_where_that_is_on(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    more = {"auth": {"secret": "s" * 40, "provider": {"registration": True}}}
    async with running_gateway(database_url, tmp_path, clock, **more) as gateway:
        tokens = gateway.city.identity.rooms.provider.initial_tokens
        token = await tokens.issue("dept-one", "sandbox", uses=1, days=1)  # type: ignore[arg-type]  # the same
        http = gateway.client({"Authorization": f"Bearer {token}"})
        said = (await http.get("/.well-known/openid-configuration")).json()
        assert said["registration_endpoint"] == f"{ORIGIN}/oauth/register"
        metadata = {"client_name": "应用", "redirect_uris": ["https://app.example/cb"], "scope": "openid phone"}
        for bad in ({}, {**metadata, "redirect_uris": ["http://app.example/cb"]}, {**metadata, "scope": "openid all"}):
            refused = await http.post("/oauth/register", json=bad)
            assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client_metadata"), bad
        made = await http.post("/oauth/register", json={**metadata, "logo_uri": "https://app.example/logo"})
        assert made.status_code == 201, made.text
        assert made.json()["client_secret_expires_at"] == 0
        client = await gateway.city.identity.clients.find(made.json()["client_id"])
        assert client
        assert (client.department_id, client.environment, client.id_token_alg) == ("dept-one", "sandbox", "RS256")
        again = await http.post("/oauth/register", json=metadata)
        assert (again.status_code, again.json()["error"]) == (401, "invalid_token")
        assert (await gateway.client().post("/oauth/register", json=metadata)).status_code == 401


@pytest.fixture
async def command(gateway: Gateway) -> Any:
    """The command line in a thread, its work in this loop."""
    loop, runner = asyncio.get_running_loop(), CliRunner()
    app = client_commands(lambda work: asyncio.run_coroutine_threadsafe(work(gateway.city), loop).result())  # type: ignore[arg-type]  # a coroutine

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(runner.invoke, app, list(words))
        return done.exit_code, done.output

    return run


async def test_the_command_line_administers_clients(gateway: Gateway, command: Any, tmp_path: Path) -> None:
    described, key = tmp_path / "client.json", tmp_path / "key.pem"
    described.write_text(json.dumps(SHOP), encoding="utf-8")
    key.write_text(pem(), encoding="utf-8")
    add = ("add", "city-library", str(described), "--department", "dept-one")
    status, said = await command(*add)
    assert status == 0, said
    secret = said.rpartition("Secret: ")[2].strip()
    assert len(secret) > 40
    assert (await command(*add))[0] == 1
    assert "city-library  dept-one  production  client_secret_basic" in (await command("list"))[1]
    shown = (await command("show", "city-library"))[1]
    assert "redirect_uri: https://library.example/callback" in shown
    assert secret not in shown
    assert (await command("rotate-secret", "city-library"))[1].startswith("Secret: ")
    described.write_text(json.dumps({**SHOP, "auth_method": "private_key_jwt"}), encoding="utf-8")
    assert (await command("add", "the-bank", str(described), "--department", "dept-one", "--key", str(key)))[0] == 0
    key.write_text(pem(), encoding="utf-8")
    kid = (await command("add-key", "the-bank", str(key)))[1].removeprefix("Added ").strip(" .\n")
    assert f"key: {kid}" in (await command("show", "the-bank"))[1]
    assert (await command("remove-key", "the-bank", kid)) == (0, "Removed.\n")
    assert (await command("rotate-secret", "the-bank"))[0] == 1
    assert (await command("disable", "the-bank")) == (0, "Disabled.\n")
    assert "the-bank  dept-one  disabled" in (await command("list"))[1]
    assert (await command("initial-token", "--department", "dept-one"))[1].startswith("Token: ")


async def test_the_command_line_says_what_is_wrong(command: Any, tmp_path: Path) -> None:
    described = tmp_path / "client.json"
    described.write_text(json.dumps({**SHOP, "redirect_uris": ["http://library.example/"]}), encoding="utf-8")
    status, said = await command("add", "city-library", str(described), "--department", "dept-one")
    assert status == 1
    assert "https; http on loopback alone" in said
    described.write_text(json.dumps(SHOP), encoding="utf-8")
    for words, expected in (
        (("add", "City Library", str(described), "--department", "dept-one"), "give a label"),
        (("add", "x-y-z", str(tmp_path / "none"), "--department", "dept-one"), "cannot be read"),
        (("show", "nobody"), "Take the id"),
    ):
        status, said = await command(*words)
        assert (status, expected in said) == (1, True), said

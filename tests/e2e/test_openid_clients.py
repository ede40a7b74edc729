"""OpenID clients of others, unmodified, against a running city over real sockets.

The names of the flows are those of the table in docs/connecting.md, which this holds to what passed here.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as jose
from joserfc.jwk import ECKey, KeySet

from tests.harness.gateway import Gateway
from tests.harness.ports import free_port
from tests.harness.provider_city import AFTERWARDS, CALLBACK, add_client, cookie_of, node, provider_city

DOCUMENT = Path(__file__).parents[2] / "docs" / "connecting.md"
pytestmark = pytest.mark.e2e
OPENID_CLIENT = (
    "code and PKCE, public client",
    "code and PKCE, client_secret_basic",
    "code and PKCE, private_key_jwt",
    "pushed authorization request",
    "DPoP with nonce",
    "refresh",
    "a reused refresh token ends the family",
    "a replayed code is refused, and ends what came of it",
    "a wrong iss is refused by the client",
    "a missing iss is refused by the client",
    "a wrong state is refused by the client",
    "RS256 ID token",
    "ES256 ID token, signature checked by the client",
    "introspection",
    "revocation",
    "token exchange",
    "end session and back-channel logout",
)
AUTHLIB = ("code and PKCE, client_secret_basic", "ID token checked by joserfc", "refresh", "introspection")


def keys() -> tuple[dict[str, Any], dict[str, Any]]:
    """A client's key, private and public, as JWK."""
    key = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()), {"kid": "client-key"})
    return dict(key.as_dict(private=True)), dict(key.as_dict(private=False))


async def test_openid_client_of_npm(database_url: str, tmp_path: Path) -> None:
    private, public = keys()
    port = free_port()
    async with provider_city(database_url, tmp_path, provider={"logout_networks": ["127.0.0.0/8"]}) as gateway:
        basic = await add_client(gateway, "basic", auth_method="client_secret_basic")
        rs256 = await add_client(gateway, "rs256", auth_method="client_secret_basic", id_token_alg="RS256")
        address = f"http://127.0.0.1:{port}/logout"
        logout = await add_client(gateway, "logout", auth_method="client_secret_basic", backchannel_logout_uri=address)
        await add_client(gateway, "public")
        await add_client(gateway, "key", auth_method="private_key_jwt", jwks=[public])
        given = {
            "issuer": gateway.origin,
            "cookie": await cookie_of(gateway),
            "callback": CALLBACK,
            "afterwards": AFTERWARDS,
            "key": private,
            "port": port,
            "clients": {
                "public": {"id": "public"},
                "basic": {"id": "basic", "secret": basic},
                "rs256": {"id": "rs256", "secret": rs256},
                "logout": {"id": "logout", "secret": logout},
                "key": {"id": "key"},
            },
        }
        outcome = await asyncio.to_thread(node, "flows.mjs", given)
    assert outcome == dict.fromkeys(OPENID_CLIENT, "passed")


async def agreed(gateway: Gateway, address: str, cookie: str) -> str:
    """What the resident's browser does with an authorization request: the client's address that it ends at."""
    async with httpx2.AsyncClient(base_url=gateway.origin, trust_env=False) as browser:
        headers = {"Cookie": cookie, "Origin": gateway.origin}
        begun = await browser.get(address, headers=headers)
        headers["Cookie"] = f"{cookie}; {begun.headers['set-cookie'].split(';')[0]}"
        asked = await browser.get(begun.headers["location"], headers=headers)
        path = f"/api/v1/authorizations/{asked.headers['location'].rpartition('/')[2]}"
        decision = {"allow": True, "scopes": ["openid", "profile", "offline_access"]}
        decided = await browser.post(f"{path}/decision", json=decision, headers=headers)
        assert decided.status_code == 200, decided.text
        return str((await browser.get(decided.json()["redirect"], headers=headers)).headers["location"])


async def test_authlib_and_joserfc(database_url: str, tmp_path: Path) -> None:
    async with provider_city(database_url, tmp_path) as gateway, gateway.client() as http:
        secret = await add_client(gateway, "authlib", auth_method="client_secret_basic")
        metadata = (await http.get("/.well-known/openid-configuration")).json()
        client = AsyncOAuth2Client(
            "authlib",
            secret,
            scope="openid profile offline_access",
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",
            trust_env=False,
        )
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        back = await agreed(gateway, address, await cookie_of(gateway))
        assert parse_qs(urlsplit(back).query)["iss"] == [gateway.origin]
        token = await client.fetch_token(
            metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        published = KeySet.import_key_set((await http.get("/oauth/jwks")).json())
        read = jose.decode(token["id_token"], published, algorithms=["ES256", "RS256"])
        registry = jose.JWTClaimsRegistry(
            iss={"essential": True, "value": gateway.origin},
            aud={"essential": True, "value": "authlib"},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        registry.validate(read.claims)
        renewed = await client.refresh_token(metadata["token_endpoint"], token["refresh_token"])
        assert renewed["refresh_token"] != token["refresh_token"]
        told = await client.introspect_token(metadata["introspection_endpoint"], renewed["access_token"])
        assert told.json()["active"] is True
        await client.aclose()


def test_the_document_names_the_clients_and_flows_that_passed() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    for flow in OPENID_CLIENT:
        assert any(row.startswith(f"| {flow} |") for row in rows), flow
    for flow in AUTHLIB:
        assert any(row.startswith(f"| {flow} |") and "authlib" in row for row in rows), flow

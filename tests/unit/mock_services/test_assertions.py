"""Nobody is let in but whom the gateway vouches for."""

import asyncio
import base64
import hmac
import json
import time
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mock_services.shared.jwks import PublishedKeys
from tests.unit.mock_services.platform_twin import Gateway, ManualClock, new_key, public_jwk

NOW = int(time.time())


def b64(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def unsigned(gateway: Gateway) -> str:
    return f"{b64({'alg': 'none', 'typ': 'onecity-assertion+jwt', 'kid': 'k1'})}.{b64(gateway.claims())}."


def hmac_with_public_key(gateway: Gateway) -> str:
    """By hand: PyJWT would not sign it."""
    head = b64({"alg": "HS256", "typ": "onecity-assertion+jwt", "kid": "k1"})
    pem = gateway.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{head}.{b64(gateway.claims())}"
    signature = hmac.digest(pem, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "http://evil"},
    "no issuer": {"iss": None},
    "another department's audience": {"aud": "urn:onecity:upstream:social-records"},
    "our audience in a list": {"aud": ["urn:onecity:upstream:appointments", "urn:onecity:upstream:x"]},
    "no audience": {"aud": None},
    "expired": {"iat": NOW - 120, "exp": NOW - 60},
    "no expiry": {"exp": None},
    "issued in the future": {"iat": NOW + 600, "exp": NOW + 660},
    "no issue time": {"iat": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a number as subject": {"sub": 7},
    "no id of its own": {"jti": None},
    "a list of scopes": {"scope": ["appointments:booking:read"]},
    "a level of its own making": {"acr": "urn:onecity:loa:9"},
    "a number as name": {"name": 7},
}


@pytest.mark.parametrize("changes", CLAIMS.values(), ids=CLAIMS.keys())
async def test_claims_that_are_not_right_are_refused(
    client: httpx2.AsyncClient, gateway: Gateway, changes: dict[str, Any]
) -> None:
    await refused(client, gateway.bearer(**changes)["Authorization"])


TOKENS = {
    "alg none": lambda gateway: f"Bearer {unsigned(gateway)}",
    "the public key as an HMAC secret": lambda gateway: f"Bearer {hmac_with_public_key(gateway)}",
    "another key under a known id": lambda gateway: f"Bearer {gateway.sign(gateway.claims(), key=new_key())}",
    "an unknown key id": lambda gateway: f"Bearer {gateway.sign(gateway.claims(), kid='k9')}",
    "an access token's typ": lambda gateway: f"Bearer {gateway.sign(gateway.claims(), typ='at+jwt')}",
    "an unknown crit": lambda gateway: f"Bearer {gateway.sign(gateway.claims(), crit=['x'], x=1)}",
    "a token of more than 8 KB": lambda gateway: gateway.bearer(pad="x" * 9000)["Authorization"],
    "a header nested without end": lambda _: f"Bearer {base64.urlsafe_b64encode(b'[' * 5000).decode()}.e30.x",
    "no JWT": lambda _: "Bearer hello",
    "another scheme": lambda _: "Basic aGk6aGk=",
    "an empty header": lambda _: "",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
async def test_tokens_that_are_not_right_are_refused(client: httpx2.AsyncClient, gateway: Gateway, token: Any) -> None:
    await refused(client, token(gateway))


async def test_a_changed_claim_breaks_the_signature(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    head, _, signature = gateway.sign(gateway.claims()).split(".")
    await refused(client, f"Bearer {head}.{b64(gateway.claims(sub='resident-2'))}.{signature}")


async def test_two_authorization_headers_are_refused(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    del client.headers["Authorization"]
    twice = [("Authorization", gateway.bearer()["Authorization"])] * 2
    answer = await client.get("/bookings", headers=twice)
    assert answer.status_code == 401


async def refused(client: httpx2.AsyncClient, authorization: str) -> None:
    answer = await client.get("/bookings", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "http://localhost:8000/problems/assertion-invalid"


async def test_every_operation_wants_an_assertion_and_only_the_probes_do_not(client: httpx2.AsyncClient) -> None:
    del client.headers["Authorization"]
    document = (await client.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method in operations:
            answer = await client.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, (method, path)
    assert (await client.get("/healthz")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/bookings", "appointments:booking:write"),
        ("GET", "/bookings/b", "appointments:booking:write"),
        ("POST", "/holds", "appointments:booking:read"),
        ("POST", "/bookings/b/confirmation", "appointments:booking:read"),
        ("POST", "/bookings/b/cancellation", ""),
    ],
)
async def test_an_operation_without_its_scope_is_forbidden(
    client: httpx2.AsyncClient, gateway: Gateway, method: str, path: str, scope: str
) -> None:
    answer = await client.request(method, path, headers=gateway.bearer(scope=scope))
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/scope-missing")


async def test_the_catalogue_needs_no_scope(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    answer = await client.get("/services", headers=gateway.bearer(scope=None))
    assert answer.status_code == 200


class TestPublishedKeys:
    """How the key set is fetched and kept."""

    @pytest.fixture
    async def keys(self, gateway: Gateway, clock: ManualClock) -> Any:
        async with httpx2.AsyncClient(transport=gateway.transport) as client:
            yield PublishedKeys("http://gateway/oauth/jwks", client, clock)

    async def test_one_fetch_serves_all_who_wait_for_it(self, keys: PublishedKeys, gateway: Gateway) -> None:
        found = await asyncio.gather(*(keys.find("k1") for _ in range(20)))
        assert all(found)
        assert len(gateway.requests) == 1

    async def test_an_unknown_id_makes_one_fetch_in_ten_seconds(
        self, keys: PublishedKeys, gateway: Gateway, clock: ManualClock
    ) -> None:
        await keys.find("k1")
        for _ in range(5):
            assert await keys.find("k2") is None
        assert len(gateway.requests) == 1
        gateway.keys["keys"].append(public_jwk(new_key(), "k2"))
        clock.advance(seconds=10)
        assert await keys.find("k2")
        assert len(gateway.requests) == 2

    async def test_a_withdrawn_key_ends_with_the_cache(
        self, keys: PublishedKeys, gateway: Gateway, clock: ManualClock
    ) -> None:
        await keys.find("k1")
        gateway.keys = {"keys": [public_jwk(new_key(), "k2")]}
        clock.advance(minutes=10)
        assert await keys.find("k1") is None

    async def test_a_known_key_outlives_a_gateway_that_is_away(
        self, keys: PublishedKeys, gateway: Gateway, clock: ManualClock
    ) -> None:
        await keys.find("k1")
        clock.advance(minutes=11)
        gateway.script["/oauth/jwks"] = [httpx2.ConnectError("away")]
        assert await keys.find("k1")

    @pytest.mark.parametrize(
        "answer",
        [
            httpx2.ConnectTimeout("slow"),
            httpx2.Response(500),
            httpx2.Response(200, text="<html>"),
            httpx2.Response(200, json=[]),
            httpx2.Response(200, json={"keys": "none"}),
            httpx2.Response(200, json={"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "x": "!", "y": "!"}]}),
        ],
        ids=["timeout", "500", "html", "a list", "no list", "no point on the curve"],
    )
    async def test_a_fetch_that_fails_is_tried_again_soon(
        self, keys: PublishedKeys, gateway: Gateway, clock: ManualClock, answer: httpx2.Response | Exception
    ) -> None:
        gateway.script["/oauth/jwks"] = [answer]
        assert await keys.find("k1") is None
        assert await keys.find("k1") is None
        assert len(gateway.requests) == 1
        clock.advance(seconds=1)
        assert await keys.find("k1")

    async def test_a_caller_who_leaves_frees_the_next_to_fetch(self, keys: PublishedKeys, gateway: Gateway) -> None:
        gate = asyncio.Event()
        answer = gateway.answer

        async def slow(request: httpx2.Request) -> httpx2.Response:
            if not gateway.requests:
                gateway.requests.append(request)
                await gate.wait()
            return await answer(request)

        keys._client = httpx2.AsyncClient(transport=httpx2.MockTransport(slow))
        first, second = asyncio.create_task(keys.find("k1")), asyncio.create_task(keys.find("k1"))
        await asyncio.sleep(0.01)
        first.cancel()
        assert await second
        await keys._client.aclose()

    @pytest.mark.parametrize(
        "change",
        [
            {"use": "enc"},
            {"key_ops": ["sign"]},
            {"key_ops": 7},
            {"alg": "ES384"},
            {"kty": "RSA"},
            {"crv": "P-384"},
            {"kid": 7},
        ],
        ids=str,
    )
    async def test_keys_for_another_purpose_are_left_out(
        self, keys: PublishedKeys, gateway: Gateway, change: dict[str, Any]
    ) -> None:
        gateway.keys = {"keys": [public_jwk(gateway.key, "k1") | change, "text"]}
        assert await keys.find("k1") is None


def test_an_assertion_of_the_twin_is_what_the_contract_says(gateway: Gateway) -> None:
    header = jwt.get_unverified_header(gateway.sign(gateway.claims()))
    assert (header["alg"], header["typ"]) == ("ES256", "onecity-assertion+jwt")

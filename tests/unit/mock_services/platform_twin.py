"""The platform as a department sees it, in this process: keys, tokens, notices; and a clock that stands still."""

import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ISSUER = "http://localhost:8000"
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""A Monday, half past eight in Shanghai: before every counter of the tests opens."""


class ManualClock:
    """Time that moves when a test says so."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    jwk: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    return jwk | {"kid": kid, "use": "sig", "alg": "ES256"}


@dataclass
class Gateway:
    """What the department sees of the platform; `script` holds answers to give before the usual ones."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    keys: dict[str, Any] = field(default_factory=dict)
    script: dict[str, list[httpx2.Response | Exception]] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = {"keys": [public_jwk(self.key, "k1")]}

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        scripted = self.script.get(request.url.path)
        if scripted:
            given = scripted.pop(0)
            if isinstance(given, Exception):
                raise given
            return given
        match request.url.path:
            case "/oauth/jwks":
                return httpx2.Response(200, json=self.keys)
            case "/oauth/token":
                return httpx2.Response(
                    200, json={"access_token": f"t{len(self.to('/oauth/token'))}", "expires_in": 600}
                )
            case _:
                return httpx2.Response(201, json={"id": "n1"})

    def to(self, path: str) -> list[httpx2.Request]:
        return [request for request in self.requests if request.url.path == path]

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self.answer)

    def claims(self, upstream: str = "appointments", **changes: Any) -> dict[str, Any]:
        """An assertion's claims; a change to None leaves the claim out."""
        now = int(time.time())
        whole = {
            "iss": ISSUER,
            "aud": f"urn:onecity:upstream:{upstream}",
            "sub": "resident-1",
            "act": {"sub": "urn:onecity:service:appointments"},
            "scope": "appointments:booking:read appointments:booking:write",
            "acr": "urn:onecity:loa:1",
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
        } | changes
        return {name: value for name, value in whole.items() if value is not None}

    def sign(self, claims: dict[str, Any], *, key: Any = None, alg: str = "ES256", **header: Any) -> str:
        headers = {"typ": "onecity-assertion+jwt", "kid": "k1"} | header
        return jwt.encode(claims, self.key if key is None else key, alg, headers=headers)

    def bearer(self, upstream: str = "appointments", **changes: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sign(self.claims(upstream, **changes))}"}

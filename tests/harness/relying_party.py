"""A client of the OpenID provider, written by hand so that tests get every detail wrong; and a resident's browser."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key

from auth.jwk import jwk_of
from auth.provider.registration import Registration
from tests.harness.gateway import Gateway

REDIRECT = "https://shop.example/callback"
ASKS: list[dict[str, Any]] = [
    {"name": "openid", "reason": {"zh-CN": "登录"}, "required": True},
    {"name": "profile:name:read", "reason": {"zh-CN": "填写收件人", "en": "To fill in your name"}},
    {"name": "phone", "reason": {"zh-CN": "发送提醒"}},
    {"name": "offline_access", "reason": {"zh-CN": "每日同步"}},
]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


@dataclass
class RelyingParty:
    """One client, as it was registered; `secret` or `key` for those that authenticate."""

    gateway: Gateway
    client_id: str
    redirect_uri: str = REDIRECT
    secret: str | None = None
    key: EllipticCurvePrivateKey | None = None
    dpop_key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = self.gateway.client()
        del self.http.headers["Origin"]

    @classmethod
    async def registered(cls, gateway: Gateway, client_id: str = "shop", **changes: Any) -> "RelyingParty":
        usual: dict[str, Any] = {
            "name": {"zh-CN": "便民商店", "en": "Shop"},
            "auth_method": "none",
            "asks": ASKS,
            "redirect_uris": [REDIRECT],
        }
        registration = Registration(**{**usual, **changes})
        clients = gateway.city.identity.clients
        key = generate_private_key(SECP256R1()) if registration.auth_method == "private_key_jwt" else None
        keys = [jwk_of(key.public_key())] if key else []
        await clients.add(client_id, "dept-one", registration, keys)  # type: ignore[arg-type]  # a plain string will do
        secret = await clients.add_secret(client_id) if registration.auth_method == "client_secret_basic" else None
        return cls(gateway, client_id, registration.redirect_uris[0] if registration.redirect_uris else "", secret, key)

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """An authorization request; a change to None leaves the parameter out."""
        usual: dict[str, str | None] = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": "the-state",
            "nonce": "the-nonce",
            "code_challenge": b64(hashlib.sha256(self.verifier.encode()).digest()),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in usual.items() if value is not None}

    def credentials(self) -> tuple[dict[str, str], dict[str, str]]:
        """What authenticates the client: form fields and headers."""
        if self.secret is not None:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
            return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        if self.key is not None:
            return {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}, {}
        return {"client_id": self.client_id}, {}

    def assertion(self, **changes: Any) -> str:
        now = int(self.gateway.clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.gateway.origin,
            "jti": secrets.token_hex(8),
            "iat": now,
            "exp": now + 60,
        }
        assert self.key
        return jwt.encode({**claims, **changes}, self.key, "ES256")

    def proof(self, path: str, method: str = "POST", token: str | None = None, **changes: Any) -> str:
        """A DPoP proof, by default with a nonce that counts; a change to None leaves the claim out."""
        provider = self.gateway.city.identity.rooms.provider
        header = changes.pop("header", {})
        claims = {
            "htm": method,
            "htu": f"{self.gateway.origin}{path}",
            "iat": int(self.gateway.clock.now().timestamp()),
            "jti": secrets.token_hex(8),
            "nonce": provider.dpop.nonce(),
            "ath": b64(hashlib.sha256(token.encode()).digest()) if token else None,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        public = {
            name: value
            for name, value in jwk_of(self.dpop_key.public_key()).items()
            if name in {"kty", "crv", "x", "y"}
        }
        return jwt.encode(kept, self.dpop_key, "ES256", {"typ": "dpop+jwt", "jwk": public, **header})

    async def token(self, proof: str | None = None, **form: str) -> httpx2.Response:
        fields, headers = self.credentials()
        proved = {"DPoP": proof} if proof else {}
        return await self.http.post("/oauth/token", data={**fields, **form}, headers={**headers, **proved})

    async def exchange(self, code: str, proof: str | None = None, /, **changes: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.token(proof, **form)

    async def refresh(self, token: str, proof: str | None = None, **form: str) -> httpx2.Response:
        return await self.token(proof, grant_type="refresh_token", refresh_token=token, **form)

    async def push(self, proof: str | None = None, **changes: str | None) -> httpx2.Response:
        fields, headers = self.credentials()
        proved = {"DPoP": proof} if proof else {}
        parameters = self.parameters(**changes)
        return await self.http.post("/oauth/par", data={**parameters, **fields}, headers={**headers, **proved})

    async def userinfo(self, token: str, scheme: str = "Bearer", proof: str | None = None) -> httpx2.Response:
        proved = {"DPoP": proof} if proof else {}
        return await self.http.get("/oauth/userinfo", headers={"Authorization": f"{scheme} {token}", **proved})


ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Browser:
    """A resident's browser: keeps cookies as one does, and follows redirects only where told to."""

    http: httpx2.AsyncClient
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def of_resident(cls, gateway: Gateway, phone: str = "13800000001") -> "Browser":
        signed_in = await gateway.resident(phone)
        name, _, value = signed_in.headers.pop("Cookie").partition("=")
        return cls(signed_in, {name: value})

    @classmethod
    def of_nobody(cls, gateway: Gateway) -> "Browser":
        return cls(gateway.client())

    async def request(self, method: str, address: str, **options: Any) -> httpx2.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**({"Cookie": cookie} if cookie else {}), **options.pop("headers", {})}
        response = await self.http.request(method, address, headers=headers, **options)
        for each in response.headers.get_list("set-cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response

    async def authorize(self, parameters: dict[str, str]) -> httpx2.Response:
        """The authorization endpoint, and what it leads to first."""
        begun = await self.request("GET", "/oauth/authorize", params=parameters)
        location = begun.headers.get("location", "")
        return await self.request("GET", location) if location.startswith("/oauth/authorize/") else begun

    async def decide(
        self, asked: httpx2.Response, *, allow: bool = True, scopes: list[str] | None = None
    ) -> httpx2.Response:
        """Decide on the page of the shell that `asked` led to, and go on."""
        assert asked.headers["location"].startswith("/connect/"), asked.headers
        authorization = asked.headers["location"].removeprefix("/connect/")
        decided = await self.request(
            "POST",
            f"/api/v1/authorizations/{authorization}/decision",
            json={"allow": allow, "scopes": scopes if scopes is not None else []},
        )
        assert decided.status_code == 200, decided.text
        return await self.request("GET", decided.json()["redirect"])

    async def code(self, client: RelyingParty, **changes: str | None) -> str:
        """Sign in at a client and agree to all that it asks for; its code."""
        parameters = client.parameters(**changes)
        answered = await self.authorize(parameters)
        if answered.headers.get("location", "").startswith("/connect/"):
            answered = await self.decide(answered, scopes=parameters["scope"].split())
        return query_of(answered.headers["location"])["code"]

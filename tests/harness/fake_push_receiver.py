"""The other side of Web Push, written from the RFCs with other building blocks than ours.

A browser that decrypts (RFC 8291, RFC 8188) and a push service that checks what it is sent (RFC 8030, RFC 8292).
"""

import asyncio
import json
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_urlsafe
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LARGEST_BODY = 4096
_URGENCIES = {"very-low", "low", "normal", "high"}
_TOPIC = re.compile(r"[A-Za-z0-9_-]{0,32}")


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser's half of one subscription."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None, auth: bytes | None = None) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.auth = auth or token_bytes(16)
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def keys(self) -> dict[str, str]:
        return {"p256dh": b64(self.public), "auth": b64(self.auth)}

    def decrypt(self, body: bytes) -> bytes:
        """The text of a message; raises for anything but one record as RFC 8291, section 4, wants it."""
        salt, (record, length) = body[:16], struct.unpack("!LB", body[16:21])
        sender, cipher = body[21 : 21 + length], body[21 + length :]
        assert record >= 18, "RFC 8188, section 2.1"
        assert len(cipher) <= record, "more than one record"
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        secret = self.key.exchange(ec.ECDH(), point)
        material = HKDF(SHA256(), 32, self.auth, b"WebPush: info\0" + self.public + sender).derive(secret)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        padded = AESGCM(key).decrypt(nonce, cipher, None).rstrip(b"\0")
        assert padded.endswith(b"\x02"), "the delimiter of the last record"
        return padded[:-1]


def refusal(headers: Mapping[str, str], body: bytes, audience: str, key: str, now: datetime) -> int | None:
    """The status with which a push service refuses a message, None for one that is as the RFCs want it."""
    if not headers.get("ttl", "").isdigit() or headers.get("content-encoding") != "aes128gcm":
        return 400
    if headers.get("urgency", "normal") not in _URGENCIES or not _TOPIC.fullmatch(headers.get("topic", "")):
        return 400
    if len(body) > LARGEST_BODY:
        return 413
    return None if _is_signed(headers.get("authorization", ""), audience, key, now) else 401


def _is_signed(authorization: str, audience: str, key: str, now: datetime) -> bool:
    scheme, _, rest = authorization.partition(" ")
    parameters = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme.lower() != "vapid" or parameters.get("k") != key:
        return False
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
    try:
        claims: dict[str, Any] = jwt.decode(
            parameters["t"], point, algorithms=["ES256"], audience=audience, options={"verify_exp": False}
        )
    except jwt.InvalidTokenError:
        return False
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    return now < expires <= now + timedelta(hours=24) and claims["sub"].startswith(("mailto:", "https:"))


@dataclass
class Received:
    """A message that a browser decrypted."""

    browser: Browser
    text: bytes
    headers: Mapping[str, str]
    url: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class FakePushService:
    """A push service in memory, at `origin`; `answers` are given before anything is taken, each once, after `delay`."""

    vapid_key: str
    now: Callable[[], datetime]
    origin: str = "https://fcm.googleapis.com"
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    browsers: dict[str, Browser] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    asked: int = 0
    delay: float = 0
    most_at_once: int = 0
    _at_once: int = 0

    def subscribe(self) -> tuple[str, Browser]:
        """A new endpoint and the browser behind it."""
        path, browser = f"/fcm/send/{token_urlsafe(24)}", Browser()
        self.browsers[path] = browser
        return f"{self.origin}{path}", browser

    def unsubscribe(self, endpoint: str) -> None:
        del self.browsers[endpoint.removeprefix(self.origin)]

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.delay)
            return self._answered(request)
        finally:
            self._at_once -= 1

    def _answered(self, request: httpx2.Request) -> httpx2.Response:
        if self.answers:
            status, headers = self.answers.pop(0)
            return httpx2.Response(status, headers=headers)
        browser = self.browsers.get(request.url.raw_path.decode())
        if browser is None:
            return httpx2.Response(410)
        refused = refusal(request.headers, request.content, self.origin, self.vapid_key, self.now())
        if refused:
            return httpx2.Response(refused)
        text = browser.decrypt(request.content)
        self.received.append(Received(browser, text, request.headers, str(request.url)))
        return httpx2.Response(201, headers={"Location": f"{self.origin}/message/1", "TTL": request.headers["ttl"]})

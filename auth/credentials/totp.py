"""One-time passwords by the time (RFC 6238) over those by a counter (RFC 4226), as authenticator apps make them."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
SECRET_BYTES = 20
"""As long as the output of SHA-1 (RFC 4226, section 4, R6), which is what all authenticator apps take."""
DRIFT = 1
"""Steps before and after the present one that are taken too (RFC 6238, section 5.2)."""


def code_at(secret: bytes, step: int, digits: int = 6, algorithm: str = "sha1") -> str:
    """RFC 4226, section 5.3."""
    mac = hmac.digest(secret, step.to_bytes(8), algorithm)
    offset = mac[-1] & 15
    return f"{(int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF) % 10**digits:0{digits}}"


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The newest step within the drift whose code this is; None for a wrong code."""
    present = int(now.timestamp()) // STEP_SECONDS
    return _newest(step for step in _near(present) if hmac.compare_digest(code_at(secret, step), code))


def new_totp_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """The secret as people copy it: base32 (RFC 4648, section 6) without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def provisioning_uri(secret: bytes, account: str, issuer: str = "OneCity") -> str:
    """What the QR code says (the Key URI format of authenticator apps); `account` is what the app shows."""
    query = urlencode({"secret": shown(secret), "issuer": issuer, "algorithm": "SHA1", "digits": 6, "period": 30})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def _near(step: int) -> range:
    return range(step + DRIFT, step - DRIFT - 1, -1)


def _newest(steps: Iterable[int]) -> int | None:
    return max(steps, default=None)

"""Web Push cryptography: message encryption (RFC 8291 over RFC 8188) and the sender's signature (VAPID, RFC 8292).

How a message is encrypted (RFC 8291, section 3.4):

1. A key pair of its own for each message; ECDH with the browser's key (`p256dh`) gives a shared secret.
2. HMAC with the browser's `auth` secret mixes both public keys in: the key material.
3. HMAC with 16 random bytes of salt gives the content key (16 bytes) and the nonce (12 bytes).
4. AES-128-GCM over the text and the delimiter 0x02, as the one and last record; before it the header: salt, record
   size, and our public key as the key id (RFC 8188, section 2.1).
"""

import binascii
import hmac
import json
import os
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from core.clock import Clock

RECORD_BYTES = 4096
LONGEST_PLAINTEXT = 3993
"""What fits into one record: 4096 bytes less header (86), tag (16) and delimiter (1)."""

_CURVE = ec.SECP256R1()
_POINT_BYTES, _AUTH_BYTES, _SALT_BYTES = 65, 16, 16


class PlaintextTooLong(ValueError):
    """More than one record would be needed, which RFC 8291, section 4, forbids."""


class BadReceiverKey(ValueError):
    """A browser's key that is no point on P-256, or an auth secret of the wrong length."""


class BadVapidKey(ValueError):
    """The sender's key cannot be read, or its contact is none that push services take."""


def base64url(raw: bytes) -> str:
    """Base 64 for URLs without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes, with or without padding; raises ValueError for anything outside the alphabet."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*={0,2}", text):
        raise ValueError("this is not base64url")
    bare = text.rstrip("=")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


@dataclass(frozen=True, slots=True)
class Receiver:
    """The two keys that a browser's subscription gives (Push API, PushSubscription.getKey)."""

    p256dh: bytes
    auth: bytes

    @classmethod
    def read(cls, p256dh: str, auth: str) -> Self:
        """From base64url; raises BadReceiverKey."""
        return cls(read_p256dh(p256dh), read_auth(auth))


def read_p256dh(text: str) -> bytes:
    """An uncompressed point on P-256; raises BadReceiverKey."""
    try:
        raw = from_base64url(text)
        _point(raw)
    except (ValueError, binascii.Error) as error:
        raise BadReceiverKey("give an uncompressed point on P-256 (65 bytes) in base64url") from error
    return raw


def read_auth(text: str) -> bytes:
    """A 16-byte secret; raises BadReceiverKey."""
    try:
        raw = from_base64url(text)
    except (ValueError, binascii.Error) as error:
        raise BadReceiverKey("give 16 bytes in base64url") from error
    if len(raw) != _AUTH_BYTES:
        raise BadReceiverKey("give 16 bytes in base64url")
    return raw


def encrypt(
    plaintext: bytes,
    receiver: Receiver,
    *,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push message; raises PlaintextTooLong.

    `salt` and `sender` are for published vectors only: both must be new for each message.
    """
    if len(plaintext) > LONGEST_PLAINTEXT:
        raise PlaintextTooLong(f"a push message holds {LONGEST_PLAINTEXT} bytes at most, not {len(plaintext)}")
    salt = salt or os.urandom(_SALT_BYTES)
    sender = sender or ec.generate_private_key(_CURVE)
    public = _bytes_of(sender.public_key())
    secret = sender.exchange(ec.ECDH(), _point(receiver.p256dh))
    material = _hkdf(receiver.auth, secret, b"WebPush: info\0" + receiver.p256dh + public, 32)
    key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!LB", RECORD_BYTES, len(public)) + public
    return header + AESGCM(key).encrypt(nonce, plaintext + b"\x02", None)


def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA-256 of one block (RFC 5869): a third faster than the library's class, and as short."""
    return hmac.digest(hmac.digest(salt, material, "sha256"), info + b"\x01", "sha256")[:length]


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    if len(raw) != _POINT_BYTES:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)


def _bytes_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Vapid:
    """Says who sends (RFC 8292): one token for each push service, kept while it has an hour left.

    Apple asks senders to renew no more often than hourly, and a signature costs as much as an encryption.
    """

    LIFE = timedelta(hours=12)
    RENEW = timedelta(hours=1)

    def __init__(self, key: str, subject: str, clock: Clock) -> None:
        """`key` is a P-256 private key as PEM, or the path of a file with one; `subject` a mailto: or https: contact.

        Raises BadVapidKey; never makes a key of its own, which would orphan every subscription.
        """
        self._key = _private_key(key)
        self._subject = checked_subject(subject)
        self._clock = clock
        self._tokens: dict[str, tuple[datetime, str]] = {}
        self.public_key = base64url(_bytes_of(self._key.public_key()))

    def authorization(self, endpoint: str) -> str:
        """The Authorization header for a message to `endpoint`."""
        origin = _origin(endpoint)
        now = self._clock.now()
        expires, header = self._tokens.get(origin, (now, ""))
        if expires - now < self.RENEW:
            expires = now + self.LIFE
            header = f"vapid t={self._signed(origin, expires)}, k={self.public_key}"
            self._tokens[origin] = (expires, header)
        return header

    def _signed(self, audience: str, expires: datetime) -> str:
        """A JWT with ES256: the signature is r and s, 32 bytes each (RFC 7518, section 3.4)."""
        claims = {"aud": audience, "exp": int(expires.timestamp()), "sub": self._subject}
        head = base64url(b'{"typ":"JWT","alg":"ES256"}')
        body = base64url(json.dumps(claims, separators=(",", ":")).encode())
        r, s = decode_dss_signature(self._key.sign(f"{head}.{body}".encode(), ec.ECDSA(SHA256())))
        return f"{head}.{body}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def checked_subject(subject: str) -> str:
    """A contact that every push service takes (Apple refuses spaces and brackets); raises BadVapidKey."""
    if not re.fullmatch(r"mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+", subject):
        raise BadVapidKey("give the contact as mailto:name@host or https://…, without spaces or brackets")
    return subject


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.removesuffix(':443')}"


def _private_key(key: str) -> ec.EllipticCurvePrivateKey:
    try:
        pem = key if key.lstrip().startswith("-----BEGIN") else Path(key).read_text(encoding="ascii")
        read = load_pem_private_key(pem.encode(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadVapidKey("the VAPID key is no readable PEM private key, nor a file with one") from error
    if not isinstance(read, ec.EllipticCurvePrivateKey) or not isinstance(read.curve, ec.SECP256R1):
        raise BadVapidKey("the VAPID key must be on the curve P-256")
    return read

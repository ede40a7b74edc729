"""Keys derived from the one secret, keyed hashes, and sealing."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

_NONCE_BYTES = 12


class SealBroken(Exception):
    """What was sealed does not open: the secret is another one than it was sealed with, or the text was changed."""


class Secrecy:
    """Everything that is made of the secret; each purpose has a key of its own (HKDF, RFC 5869)."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value().encode()
        self._seal = AESGCM(self._key("seal"))
        self._hash_key = self._key("hash")

    def _key(self, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=f"onecity auth {purpose}".encode()).derive(self._secret)

    def hashed(self, *parts: str) -> str:
        """HMAC-SHA256 in hex; the parts cannot run into one another."""
        joined = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
        return hmac.new(self._hash_key, joined, hashlib.sha256).hexdigest()

    def seal(self, text: bytes, name: str) -> str:
        """Encrypt (AES-256-GCM), so that it opens only under the same `name`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._seal.encrypt(nonce, text, name.encode())).decode()

    def unseal(self, sealed: str, name: str) -> bytes:
        """Undo `seal`; raises SealBroken."""
        raw = base64.b64decode(sealed)
        try:
            return self._seal.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode())
        except InvalidTag as error:
            raise SealBroken(f"{name} does not open: was ONECITY_AUTH__SECRET changed?") from error


def digest(secret: str) -> str:
    """SHA-256 in hex, for secrets with 256 bits of chance, which need no key."""
    return hashlib.sha256(secret.encode()).hexdigest()

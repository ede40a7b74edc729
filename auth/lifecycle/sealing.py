"""Archives at rest: sealed in pieces under a key of their own, which in the end only the one link knows.

Each piece is AES-256-GCM with its number as the nonce, which no key sees twice, and with its number and whether it is
the last as additional data: pieces cannot be exchanged, left out or cut off unnoticed.

The archive's key is made with it. Until the link is made it lies sealed under the server's secret; then it is wrapped
under a key derived from the link (HKDF, RFC 5869), and nothing else opens it: neither the database nor the server's
secret.
"""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_LINK_NONCE = bytes(_NONCE)
"""A link wraps one key, once."""


def new_key() -> bytes:
    return secrets.token_bytes(32)


def seal_piece(key: bytes, export: str, number: int, content: bytes, *, last: bool) -> bytes:
    return AESGCM(key).encrypt(number.to_bytes(_NONCE), content, _name(export, last))


def open_piece(key: bytes, export: str, number: int, sealed: bytes, *, last: bool) -> bytes:
    """Undo `seal_piece`; raises cryptography.exceptions.InvalidTag."""
    return AESGCM(key).decrypt(number.to_bytes(_NONCE), sealed, _name(export, last))


def wrap(key: bytes, link: str) -> str:
    """The key as only the link opens it, in hex."""
    return AESGCM(_key_of(link)).encrypt(_LINK_NONCE, key, None).hex()


def unwrap(wrapped: str, link: str) -> bytes:
    """Undo `wrap`; raises cryptography.exceptions.InvalidTag."""
    return AESGCM(_key_of(link)).decrypt(_LINK_NONCE, bytes.fromhex(wrapped), None)


def _key_of(link: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"onecity export link").derive(link.encode())


def _name(export: str, last: bool) -> bytes:
    return f"export {export} {'last' if last else 'more'}".encode()

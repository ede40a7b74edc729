"""Codes and references: who has one may ask with it, so each is unguessable and the store keeps digests alone."""

import hashlib
import secrets

REFERENCE_BYTES = 32
CODE_BYTES = 16


def new_reference() -> str:
    return secrets.token_urlsafe(REFERENCE_BYTES)


def new_code() -> str:
    return secrets.token_urlsafe(CODE_BYTES)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

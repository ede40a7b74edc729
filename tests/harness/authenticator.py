"""A passkey authenticator of our own: makes credentials and signs with them (WebAuthn Level 3, sections 6 and 7).

Each switch makes it wrong in one way, which a relying party has to notice.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
_UP, _UV, _BE, _BS, _AT = 1, 4, 8, 16, 64
_AAGUID = bytes(16)


@dataclass(frozen=True)
class Wrong:
    """What to do wrong; nothing by default."""

    origin: str | None = None
    rp_id: str | None = None
    challenge: bytes | None = None
    kind: str | None = None
    user_verified: bool = True
    user_present: bool = True
    signature: bool = False
    user_handle: bytes | None = None
    no_user_handle: bool = False
    backup_eligible: bool | None = None
    sign_count: int | None = None


NOTHING = Wrong()


@dataclass
class Stored:
    """One credential in the authenticator."""

    id: bytes
    key: Key
    algorithm: int
    handle: bytes
    sign_count: int = 0


@dataclass
class Authenticator:
    """`counts`: whether it has a signature counter; `synced`: whether its passkeys are on other devices too.

    `credential_id`: the one that all its passkeys get, which is wrong as well.
    """

    origin: str = "http://localhost:8000"
    counts: bool = True
    synced: bool = False
    algorithm: int = -7
    credential_id: bytes | None = None
    stored: list[Stored] = field(default_factory=list)

    def create(self, options: Mapping[str, Any], wrong: Wrong = NOTHING) -> dict[str, Any]:
        """A RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON."""
        key = _new_key(self.algorithm)
        made = Stored(
            self.credential_id or secrets.token_bytes(16), key, self.algorithm, decoded(options["user"]["id"])
        )
        self.stored.append(made)
        client = self._client_data("webauthn.create", options, wrong)
        attested = _AAGUID + len(made.id).to_bytes(2) + made.id + cbor2.dumps(_cose(key, self.algorithm))
        data = self._data(options["rp"]["id"], made, wrong, attested)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": encoded(client), "attestationObject": encoded(attestation)}
        return _credential(made, {**response, "transports": ["internal", "hybrid", "telepathy"]})

    def get(self, options: Mapping[str, Any], wrong: Wrong = NOTHING, passkey: int = -1) -> dict[str, Any]:
        """An AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON, by the newest passkey."""
        used = self.stored[passkey]
        used.sign_count += 1 if self.counts else 0
        client = self._client_data("webauthn.get", options, wrong)
        data = self._data(options["rpId"], used, wrong)
        signature = _sign(used, data + hashlib.sha256(client).digest())
        if wrong.signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": encoded(wrong.user_handle or used.handle),
        }
        if wrong.no_user_handle:
            del response["userHandle"]
        return _credential(used, response)

    def _client_data(self, kind: str, options: Mapping[str, Any], wrong: Wrong) -> bytes:
        challenge = options["challenge"] if wrong.challenge is None else encoded(wrong.challenge)
        data = {"type": wrong.kind or kind, "challenge": challenge, "origin": wrong.origin or self.origin}
        return json.dumps({**data, "crossOrigin": False}).encode()

    def _data(self, rp_id: str, credential: Stored, wrong: Wrong, attested: bytes = b"") -> bytes:
        flags = (_UP if wrong.user_present else 0) | (_UV if wrong.user_verified else 0) | (_AT if attested else 0)
        if self.synced if wrong.backup_eligible is None else wrong.backup_eligible:
            flags |= _BE | _BS
        count = credential.sign_count if wrong.sign_count is None else wrong.sign_count
        return hashlib.sha256((wrong.rp_id or rp_id).encode()).digest() + bytes([flags]) + count.to_bytes(4) + attested


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _credential(used: Stored, response: dict[str, Any]) -> dict[str, Any]:
    named = {"id": encoded(used.id), "rawId": encoded(used.id), "type": "public-key"}
    return {**named, "response": response, "clientExtensionResults": {}, "authenticatorAttachment": "platform"}


def _new_key(algorithm: int) -> Key:
    if algorithm == -8:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == -257:
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP384R1() if algorithm == -35 else ec.SECP256R1())


def _cose(key: Key, algorithm: int) -> dict[int, Any]:
    """RFC 9052, section 7, and RFC 9053."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: algorithm, -1: 6, -2: key.public_key().public_bytes_raw()}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {1: 3, 3: algorithm, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
    point, size = key.public_key().public_numbers(), key.key_size // 8
    return {
        1: 2,
        3: algorithm,
        -1: {256: 1, 384: 2}[key.key_size],
        -2: point.x.to_bytes(size),
        -3: point.y.to_bytes(size),
    }


def _sign(used: Stored, content: bytes) -> bytes:
    if isinstance(used.key, ed25519.Ed25519PrivateKey):
        return used.key.sign(content)
    if isinstance(used.key, rsa.RSAPrivateKey):
        return used.key.sign(content, PKCS1v15(), SHA256())
    return used.key.sign(content, ec.ECDSA(SHA384() if used.algorithm == -35 else SHA256()))

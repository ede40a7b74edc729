"""DPoP (RFC 9449): whoever sends a request shows that they hold a key, by a fresh signature over the request.

Nonces are stateless: a keyed hash of the time slot. Every worker makes and takes the same ones, and the last two count.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.jwk import thumbprint
from auth.jwt import TokenRefused, verify_embedded
from auth.once import Once
from auth.provider.errors import OAuthRefused
from auth.provider.settings import ProviderSettings
from auth.secrecy import Secrecy
from core.clock import Clock

ALGORITHMS = ("ES256",)
NONCE_HEADER = "DPoP-Nonce"
_TYP = "dpop+jwt"
_WINDOW_SECONDS = 60
"""How far `iat` may be from our clock, either way; a nonce bounds the age all the same."""
_JTI_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """A good proof: `jkt` names the key (RFC 7638)."""

    jkt: str


class DPoP:
    """Checks proofs for our own endpoints, whose addresses come from the settings."""

    def __init__(self, clock: Clock, settings: ProviderSettings, secrecy: Secrecy, issuer: str, once: Once) -> None:
        self._clock = clock
        self._settings = settings
        self._secrecy = secrecy
        self._issuer = issuer
        self._once = once

    def nonce(self) -> str:
        """The nonce that counts from now on, for the header DPoP-Nonce."""
        return self._nonce(self._slot)

    async def check(self, proofs: list[str], method: str, path: str, *, token: str | None = None) -> Proof | None:
        """The proof among the DPoP headers of a request to `path` of ours; None where there is none.

        `token`: the access token that it comes with (`ath`). Raises OAuthRefused (invalid_dpop_proof, use_dpop_nonce).
        """
        if not proofs:
            return None
        if len(proofs) > 1:
            raise _invalid("send one DPoP header")
        try:
            claims, key = verify_embedded(proofs[0], _TYP)
        except TokenRefused as error:
            raise _invalid(f"{error}") from error
        self._check_claims(claims, method, f"{self._issuer}{path}", token)
        jkt = thumbprint(key)
        await self._spend(jkt, claims)
        return Proof(jkt)

    def _check_claims(self, claims: dict[str, Any], method: str, address: str, token: str | None) -> None:
        if claims.get("htm") != method:
            raise _invalid("htm is another method")
        if not isinstance(claims.get("htu"), str) or _without_query(claims["htu"]) != address:
            raise _invalid("htu is another address")
        issued, now = claims.get("iat"), int(self._clock.now().timestamp())
        if type(issued) is not int or abs(now - issued) > _WINDOW_SECONDS:
            raise _invalid("iat must be the time of now")
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 1 <= len(jti) <= _JTI_LIMIT or not (jti.isascii() and jti.isprintable()):
            raise _invalid(f"jti must be a text of 1 to {_JTI_LIMIT} printable characters")
        if token is not None and claims.get("ath") != _hash(token):
            raise _invalid("ath is not the hash of the access token")
        self._check_nonce(claims.get("nonce"))

    def _check_nonce(self, nonce: object) -> None:
        """One of ours, of this slot or the last; left out only where none is asked for (section 8)."""
        if nonce is None and not self._settings.dpop_nonce:
            return
        ours = [self._nonce(self._slot), self._nonce(self._slot - 1)]
        given = nonce if isinstance(nonce, str) and nonce.isascii() else ""
        if not any(hmac.compare_digest(each, given) for each in ours):
            raise OAuthRefused("use_dpop_nonce", "repeat it with the nonce of DPoP-Nonce", {NONCE_HEADER: self.nonce()})

    async def _spend(self, jkt: str, claims: dict[str, Any]) -> None:
        until = datetime.fromtimestamp(claims["iat"], UTC) + timedelta(seconds=2 * _WINDOW_SECONDS)
        if not await self._once.spend("proof", jkt, claims["jti"], until=until):
            raise _invalid("jti was used before")

    @property
    def _slot(self) -> int:
        return int(self._clock.now().timestamp()) // self._settings.dpop_nonce_seconds

    def _nonce(self, slot: int) -> str:
        return self._secrecy.hashed("dpop nonce", str(slot))[:32]


def _without_query(address: str) -> str:
    """`htu` is compared without query and fragment (section 4.3)."""
    return address.partition("#")[0].partition("?")[0]


def _hash(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def _invalid(description: str) -> OAuthRefused:
    return OAuthRefused("invalid_dpop_proof", description)

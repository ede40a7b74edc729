"""ID tokens (OpenID Connect Core, section 2): who signed in, for one client, signed as that client asked for."""

import base64
import hashlib
from typing import Any

from auth.accounts import Accounts
from auth.jwt import Algorithm, Expected, TokenOutdated, TokenRefused, sign, unverified_claims, verify
from auth.keys import Keys
from auth.provider.claims import claims_of
from auth.provider.families import Standing
from auth.provider.models import Client
from auth.provider.sectors import client_sector
from auth.provider.settings import ProviderSettings
from auth.subjects import Subjects
from core.clock import Clock

_TYP = "JWT"
RS256 = "RS256"


class IdTokens:
    """Signs ID tokens, and reads them again where clients send them back as hints."""

    def __init__(  # noqa: PLR0913 - what an ID token says comes from all over
        self,
        clock: Clock,
        settings: ProviderSettings,
        issuer: str,
        *,
        keys: Keys,
        accounts: Accounts,
        subjects: Subjects,
    ) -> None:
        self._clock = clock
        self._life = settings.id_token_seconds
        self._issuer = issuer
        self._keys = keys
        self._accounts = accounts
        self._subjects = subjects

    async def issue(self, client: Client, standing: Standing, access_token: str, nonce: str | None = None) -> str:
        """The ID token beside an access token."""
        now = int(self._clock.now().timestamp())
        algorithm: Algorithm = "RS256" if client.id_token_alg == RS256 else "ES256"
        key = await self._keys.current(algorithm)
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": await self._subjects.of(standing.account, client_sector(client)),
            "aud": client.id,
            "iat": now,
            "exp": now + self._life,
            "auth_time": int(standing.authenticated_at.timestamp()),
            "acr": standing.acr,
            "amr": list(standing.amr),
            "sid": standing.sid,
            "at_hash": _half_hash(access_token),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        if names := standing.claims.get("id_token"):
            account = await self._accounts.get(standing.account)
            claims |= claims_of(account, standing.scopes, names)
        return sign(claims, _TYP, key)

    async def read_hint(self, token: str, client_id: str) -> dict[str, Any] | None:
        """The claims of an ID token that we gave this client once, also an old one; None for anything else."""
        expected = Expected(
            typ={_TYP}, audience={client_id}, issuer=self._issuer, required=("sub",), algorithms=("ES256", "RS256")
        )
        try:
            return await verify(token, expected, self._keys, self._clock.now())
        except TokenOutdated:  # all else was right: the wrapper looks at the times last
            return unverified_claims(token)
        except TokenRefused:
            return None


def _half_hash(access_token: str) -> str:
    """`at_hash`: the left half of the SHA-256 (section 3.1.3.6); both our algorithms hash so."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()

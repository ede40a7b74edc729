"""A provider's code for its ID token (OpenID Connect Core, section 3.1.3)."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auth.external.errors import ExternalRefused
from auth.external.fetching import Fetcher
from auth.external.providers import Provider
from auth.external.settings import ExternalProvider
from auth.jwk import thumbprint
from auth.jwt import SigningKey, sign
from core.clock import Clock

_ASSERTION_SECONDS = 60
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TOKEN_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What a provider gave for a code."""

    id_token: str
    access_token: str | None


class CodeExchange:
    """Redeems codes, proving who we are by secret or by key."""

    def __init__(self, clock: Clock, fetcher: Fetcher) -> None:
        self._clock = clock
        self._fetcher = fetcher

    async def redeem(self, provider: Provider, code: str, redirect_uri: str, verifier: str) -> Exchanged:
        """The tokens for a code; raises ExternalRefused."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers, proof = self._proof(provider.settings)
        endpoint = (await provider.discovery.metadata()).token_endpoint
        answered = await self._fetcher.post(endpoint, urlencode(form | proof).encode(), headers)
        if answered.status != 200:  # noqa: PLR2004 - OK
            raise ExternalRefused(f"the provider answered {answered.status} to the code")
        return _exchanged(answered.content)

    def _proof(self, settings: ExternalProvider) -> tuple[Mapping[str, str], dict[str, str]]:
        """Headers and members of the form: client_secret_basic (RFC 6749, section 2.3.1) or private_key_jwt."""
        if settings.client_secret is not None:
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret.get_secret_value())}"
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, {}
        return {}, {
            "client_id": settings.client_id,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(settings),
        }

    def _assertion(self, settings: ExternalProvider) -> str:
        """RFC 7523, section 3, with the issuer alone as audience: no other server can pass it on."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": settings.client_id,
            "sub": settings.client_id,
            "aud": settings.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        assert settings.client_key is not None  # noqa: S101 - the settings have one of the two
        return sign(claims, "JWT", signing_key(settings.client_key.get_secret_value()))


def signing_key(pem: str) -> SigningKey:
    """The client's key, named by its thumbprint (RFC 7638); raises ValueError."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("give a private key on P-256 in PEM")  # noqa: TRY004 - it is the value of a setting
    return SigningKey(thumbprint(key.public_key()), key)


def _exchanged(content: Mapping[str, Any]) -> Exchanged:
    id_token, access_token = content.get("id_token"), content.get("access_token")
    if not isinstance(id_token, str):
        raise ExternalRefused("the provider gave no ID token")
    if not isinstance(access_token, str | None) or len(access_token or "") > _TOKEN_LIMIT:
        raise ExternalRefused("the access token is no text")
    return Exchanged(id_token, access_token)

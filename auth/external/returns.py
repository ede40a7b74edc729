"""A browser that comes back from a provider: what it brings is checked, in this order, before anything is believed.

1. `state` is of an attempt of this browser at this provider, and is spent.
2. `iss` is the provider's (RFC 9207), where it stands; where the provider promises it, it must stand.
3. A refusal ends it; a code is redeemed with this attempt's verifier.
4. The ID token is checked in full (id_tokens.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from auth.external.attempts import Attempt, Attempts
from auth.external.code_exchange import CodeExchange
from auth.external.errors import ExternalRefused, ResidentDeclined
from auth.external.id_tokens import IDTokens
from auth.external.ports import ExternalIdentity
from auth.external.providers import Provider


@dataclass(frozen=True, slots=True)
class Return:
    """Who came back, and from which attempt."""

    identity: ExternalIdentity
    attempt: Attempt


class Returns:
    """Where browsers come back to; `origin` is the app's."""

    def __init__(self, origin: str, attempts: Attempts, codes: CodeExchange, id_tokens: IDTokens) -> None:
        self._origin = origin
        self._attempts = attempts
        self._codes = codes
        self._id_tokens = id_tokens

    def address(self, provider: Provider) -> str:
        """The redirect URI at this provider: one of its own each, so that no two are mixed up (RFC 9700, 4.4.2)."""
        return f"{self._origin}/external/{provider.id}/callback"

    async def finish(self, provider: Provider, browser: str, answer: Mapping[str, str]) -> Return:
        """`answer` holds the query's parameters; raises ExternalRefused, ResidentDeclined among them."""
        attempt = await self._attempts.end(provider, browser, answer.get("state", ""))
        await _check_issuer(provider, answer.get("iss"))
        if "error" in answer:
            raise ResidentDeclined("the provider answered with an error")
        if not answer.get("code"):
            raise ExternalRefused("the provider answered without a code")
        given = await self._codes.redeem(provider, answer["code"], self.address(provider), attempt.verifier)
        identity = await self._id_tokens.identity(provider, given.id_token, attempt.nonce, given.access_token)
        return Return(identity, attempt)


async def _check_issuer(provider: Provider, issuer: str | None) -> None:
    metadata = await provider.discovery.metadata()
    if issuer is None and (metadata.response_iss or provider.settings.response_iss):
        raise ExternalRefused("iss is missing")
    if issuer is not None and issuer != metadata.issuer:
        raise ExternalRefused("iss is another issuer")

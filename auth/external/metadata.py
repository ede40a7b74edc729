"""What a provider says of itself (OpenID Connect Discovery 1.0, section 4; RFC 8414)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from auth.external.errors import ExternalRefused
from auth.external.fetching import Fetcher
from auth.external.settings import ExternalProvider
from auth.external.shared import Shared
from core.clock import Clock

_LONGEST_ADDRESS = 1000


@dataclass(frozen=True, slots=True)
class Metadata:
    """The members that are used. `response_iss`: the provider names itself in its answers (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    response_iss: bool


class Discovery:
    """One provider's metadata, kept for a while."""

    def __init__(self, clock: Clock, fetcher: Fetcher, provider: ExternalProvider, seconds: int) -> None:
        self._clock = clock
        self._fetcher = fetcher
        self._provider = provider
        self._kept = timedelta(seconds=seconds)
        self._shared: Shared[Metadata] = Shared()
        self._found: tuple[datetime, Metadata] | None = None

    async def metadata(self) -> Metadata:
        """As they are, or were a moment ago; raises ExternalRefused."""
        if self._found and self._clock.now() - self._found[0] < self._kept:
            return self._found[1]
        return await self._shared.ask(self._fetch)

    async def _fetch(self) -> Metadata:
        issuer = self._provider.issuer
        fetched = await self._fetcher.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        metadata = _metadata(fetched.content, issuer)
        self._found = (self._clock.now(), metadata)
        return metadata


def _metadata(content: Mapping[str, Any], issuer: str) -> Metadata:
    if content.get("issuer") != issuer:
        raise ExternalRefused("the metadata are those of another issuer")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_address(content, "authorization_endpoint", issuer),
        token_endpoint=_address(content, "token_endpoint", issuer),
        jwks_uri=_address(content, "jwks_uri", issuer),
        response_iss=content.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(content: Mapping[str, Any], name: str, issuer: str) -> str:
    """An https address; one that a provider on this machine gives may be http on this machine."""
    value = content.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS:
        raise ExternalRefused(f"the metadata have no usable {name}")
    given, own = urlsplit(value), urlsplit(issuer)
    like_the_issuer = (given.scheme, given.hostname) == (own.scheme, own.hostname)
    if not (given.scheme == "https" or like_the_issuer) or not given.hostname or given.username or given.fragment:
        raise ExternalRefused(f"{name} is no https address")
    return value

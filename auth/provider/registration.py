"""What a client says of itself when it is registered, and what of it cannot be taken."""

import ipaddress
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from core.bodies import Body, Localized

Environment = Literal["sandbox", "production"]
AuthMethod = Literal["private_key_jwt", "client_secret_basic", "none"]
ResidentScope = Literal["openid", "profile", "phone", "profile:name:read", "profile:phone:read", "offline_access"]
Address = Annotated[str, StringConstraints(min_length=8, max_length=490)]
_LOCALHOST = "localhost"


class Ask(Body):
    """A scope that a client may ask residents for, and the reason they are shown."""

    name: ResidentScope
    reason: Localized
    required: bool = Field(False, description="whether the service is of no use without it")


class Registration(Body):
    """A client as its department describes it. Without `asks` it signs nobody in."""

    name: Localized
    environment: Environment = "production"
    kind: Literal["web", "native"] = Field("web", description="native: an app, which may be called back on loopback")
    uri: Address | None = Field(None, description="where residents read about the service")
    auth_method: AuthMethod = "private_key_jwt"
    scopes: Annotated[list[str], Field(max_length=50)] = Field(
        default_factory=list, description="what the client may do in its own name"
    )
    asks: Annotated[list[Ask], Field(max_length=20)] = Field(default_factory=list)
    redirect_uris: Annotated[list[Address], Field(max_length=20)] = Field(default_factory=list)
    post_logout_uris: Annotated[list[Address], Field(max_length=20)] = Field(default_factory=list)
    backchannel_logout_uri: Address | None = None
    backchannel_session_required: bool = True
    sector: Annotated[str | None, StringConstraints(min_length=1, max_length=255, pattern=r"^[a-z0-9.:-]+$")] = Field(
        None, description="whom subjects are shared with; needed where the redirect URIs have several hosts"
    )
    id_token_alg: Literal["ES256", "RS256"] = "ES256"  # noqa: S105 - an algorithm
    par_required: bool = False
    dpop_required: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for each in (*self.redirect_uris, *self.post_logout_uris):
            self._check_address(each)
        if self.backchannel_logout_uri is not None:
            self._check_address(self.backchannel_logout_uri)
        if "\\u0000" in self.model_dump_json():
            raise ValueError("a text holds NUL")
        if bool(self.asks) is not bool(self.redirect_uris):
            raise ValueError("asks and redirect_uris go together")
        if self.asks and "openid" not in {ask.name for ask in self.asks}:
            raise ValueError("asks must name openid")
        if len({ask.name for ask in self.asks}) < len(self.asks):
            raise ValueError("asks name a scope twice")
        if self.auth_method == "none" and self.scopes:
            raise ValueError("a public client has no scopes of its own")
        if self.sector is None and len(self._hosts) > 1:
            raise ValueError("the redirect URIs have several hosts: say which sector the client belongs to")
        return self

    def columns(self, client_id: str) -> dict[str, Any]:
        """As the register keeps it."""
        hosts = self._hosts
        return {**self.model_dump(), "sector": self.sector or (next(iter(hosts)) if hosts else client_id)}

    @property
    def _hosts(self) -> set[str]:
        """The hosts of the redirect URIs (OpenID Connect Core, section 8.1); loopback is nobody's name."""
        parts = map(urlsplit, self.redirect_uris)
        return {each.hostname or "" for each in parts if not is_loopback(each.hostname or "")}

    def _check_address(self, address: str) -> None:
        """An absolute https URI, plain and whole (RFC 9700, section 4.1.3); http on one's own machine alone."""
        parts = urlsplit(address)
        if not address.isascii() or any(mark in address for mark in " *\\\t\r\n#") or not address.isprintable():
            raise ValueError(f"{address}: no wildcard, fragment, blank or backslash")
        if not parts.hostname or "@" in parts.netloc or not _port_is_right(address):
            raise ValueError(f"{address}: a host, and no user")
        if parts.scheme == "https":
            return
        at_home = is_loopback(parts.hostname) and (self.kind == "native" or self.environment == "sandbox")
        if parts.scheme != "http" or not at_home:
            raise ValueError(f"{address}: https; http on loopback alone, for native apps and in the sandbox")


def is_loopback(host: str) -> bool:
    """127.0.0.1, ::1 or localhost."""
    return host == _LOCALHOST or is_loopback_address(host)


def is_loopback_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port_is_right(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False

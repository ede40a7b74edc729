"""The refusals of the OpenID provider.

Those that OAuth clients read have the RFCs' own shape, and are no Problems: OAuthRefused (token endpoint and its kin)
and AuthorizationRefused (sent back to the client through the browser). Problems are for people's pages and the API:

404: AuthorizationUnknown, ConnectionUnknown, ClientUnknown, ClientKeyUnknown. 400: AuthorizationUnusable.
401: ProofNeeded. 409: ClientExists. 422: ClientRefused.
"""

from collections.abc import Mapping
from typing import Any, Literal

from core.problems import BadRequest, Conflict, NotFound, Unauthenticated, Unprocessable

OAuthCode = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_target",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_token_type",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "invalid_redirect_uri",
    "invalid_client_metadata",
    "access_denied",
    "invalid_token",
]
AuthorizationCode = Literal[
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "login_required",
    "consent_required",
    "interaction_required",
    "account_selection_required",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "unmet_authentication_requirements",
]


class OAuthRefused(Exception):
    """A refusal of the token endpoint (RFC 6749, section 5.2) and of the endpoints that answer as it does."""

    def __init__(self, code: OAuthCode, description: str, headers: Mapping[str, str] | None = None) -> None:
        """`description` says what to change, in ASCII without quotes and backslashes, as the RFC wants it."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return 401 if self.code in {"invalid_client", "invalid_token"} else 400


class AuthorizationRefused(Exception):
    """A refusal that the client is told of by a redirect (RFC 6749, section 4.1.2.1; OpenID Connect Core, 3.1.2.6)."""

    def __init__(self, code: AuthorizationCode, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class AuthorizationUnusable(BadRequest):
    """A request that no client may be told of: who asks, or where the answer goes, cannot be trusted."""

    title = "This service asked for your sign-in in a way that cannot be answered"


class AuthorizationUnknown(NotFound):
    title = "There is no such request of a service in this browser"


class ConnectionUnknown(NotFound):
    title = "You are not connected with this service"


class ClientUnknown(NotFound):
    title = "Your department has no such client"


class ClientKeyUnknown(NotFound):
    title = "The client has no such key"


class ClientExists(Conflict):
    title = "A client of that name is there already"


class ClientRefused(Unprocessable):
    title = "The client cannot be registered like this"


class ProofNeeded(Unauthenticated):
    """A token that is bound to a key, without a good proof of that key (RFC 9449, section 7)."""

    title = "The token needs a proof of its key"

    def __init__(self, detail: str, *, error: str, headers: Mapping[str, str] | None = None, **rest: Any) -> None:
        challenge = f'DPoP error="{error}", error_description="{detail}", algs="ES256"'
        super().__init__(detail, challenge=challenge, **rest)
        self.headers.update(headers or {})

"""This room's part of the URL space."""

from auth.provider.api import oauth
from auth.provider.api.forms import FORM
from auth.provider.api.more_routes import OPERATIONS as MORE
from auth.provider.api.schemas import KeySet, OAuthError, TokenAnswer, TokenRequest
from core.access import public
from core.database import DatabaseBusy
from core.operations import Operation

_OAUTH = (
    Operation(
        method="POST",
        path="/oauth/token",
        endpoint=oauth.issue_tokens,
        guard=public,
        summary="Tokens for a code, a refresh token, or client credentials (RFC 6749)",
        tag="oauth",
        body=TokenRequest,
        body_media=FORM,
        answer=TokenAnswer,
        also={400: OAuthError, 401: OAuthError},
        problems=(DatabaseBusy,),
        wire_headers=(("Authorization", False), ("DPoP", False)),
    ),
    Operation(
        method="GET",
        path="/oauth/jwks",
        endpoint=oauth.show_keys,
        guard=public,
        summary="The keys that our tokens and assertions are signed with",
        tag="oauth",
        answer=KeySet,
        also={304: None},
        wire_headers=(("If-None-Match", False),),
    ),
)
OPERATIONS: tuple[Operation, ...] = (*_OAUTH, *MORE)

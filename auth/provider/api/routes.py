"""This room's part of the URL space."""

from auth.api.schemas import DeviceQuery
from auth.errors import OriginForeign, TokenExpired, TokenInvalid, TokenMissing
from auth.provider.api import authorize, connections, oauth
from auth.provider.api.forms import FORM
from auth.provider.api.more_routes import OPERATIONS as MORE
from auth.provider.api.schemas import (
    AuthorizationAnswer,
    AuthorizationQuery,
    ConnectionAnswer,
    Decided,
    Decision,
    KeySet,
    OAuthError,
    PushedAnswer,
    PushedForm,
    TokenAnswer,
    TokenRequest,
    UserinfoAnswer,
)
from auth.provider.errors import AuthorizationUnknown, AuthorizationUnusable, ConnectionUnknown, ProofNeeded
from core.access import ScopeNotGranted, public, resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page

_METADATA = (
    Operation(
        method="GET",
        path="/.well-known/openid-configuration",
        endpoint=oauth.show_metadata,
        guard=public,
        summary="What the OpenID provider does (OpenID Connect Discovery)",
        tag="oauth",
    ),
    Operation(
        method="GET",
        path="/.well-known/oauth-authorization-server",
        endpoint=oauth.show_server_metadata,
        guard=public,
        summary="The same (RFC 8414)",
        tag="oauth",
    ),
)
_AUTHORIZE = (
    Operation(
        method="GET",
        path="/oauth/authorize",
        endpoint=authorize.begin_authorization,
        guard=public,
        summary="Sign a resident in for a client: a navigation, answered by a redirect",
        tag="oauth",
        status=303,
        query=AuthorizationQuery,
        answer_media="text/html",
        problems=(AuthorizationUnusable, DatabaseBusy),
    ),
    Operation(
        method="POST",
        path="/oauth/authorize",
        endpoint=authorize.begin_posted_authorization,
        guard=public,
        summary="The same by form",
        tag="oauth",
        status=303,
        body=AuthorizationQuery,
        body_media=FORM,
        answer_media="text/html",
        problems=(AuthorizationUnusable, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/oauth/authorize/{authorization_id}",
        endpoint=authorize.resume_authorization,
        guard=public,
        summary="Go on after signing in, stepping up or agreeing",
        tag="oauth",
        status=303,
        answer_media="text/html",
        also={200: None},
        problems=(AuthorizationUnknown, AuthorizationUnusable, DatabaseBusy),
    ),
    Operation(
        method="POST",
        path="/oauth/par",
        endpoint=authorize.push_request,
        guard=public,
        summary="Push an authorization request (RFC 9126)",
        tag="oauth",
        status=201,
        body=PushedForm,
        body_media=FORM,
        answer=PushedAnswer,
        also={400: OAuthError, 401: OAuthError},
        problems=(DatabaseBusy,),
        wire_headers=(("Authorization", False), ("DPoP", False)),
    ),
)
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
        path="/oauth/userinfo",
        endpoint=oauth.show_userinfo,
        guard=public,
        summary="What a resident lets a client know, for its access token",
        tag="oauth",
        answer=UserinfoAnswer,
        problems=(TokenMissing, TokenInvalid, TokenExpired, ProofNeeded, ScopeNotGranted),
        wire_headers=(("Authorization", False), ("DPoP", False)),
    ),
    Operation(
        method="POST",
        path="/oauth/userinfo",
        endpoint=oauth.show_posted_userinfo,
        guard=public,
        summary="The same by POST",
        tag="oauth",
        answer=UserinfoAnswer,
        problems=(TokenMissing, TokenInvalid, TokenExpired, ProofNeeded, ScopeNotGranted),
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
_RESIDENT = (
    Operation(
        method="GET",
        path="/api/v1/authorizations/{authorization_id}",
        endpoint=connections.show_authorization,
        guard=resident,
        summary="What a service asks for, in words, while a resident signs in there",
        tag="connections",
        answer=AuthorizationAnswer,
        problems=(AuthorizationUnknown, AuthorizationUnusable),
    ),
    Operation(
        method="POST",
        path="/api/v1/authorizations/{authorization_id}/decision",
        endpoint=connections.decide_authorization,
        guard=resident,
        summary="Agree or refuse",
        tag="connections",
        body=Decision,
        answer=Decided,
        problems=(AuthorizationUnknown, AuthorizationUnusable, OriginForeign, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/api/v1/connections",
        endpoint=connections.list_connections,
        guard=resident,
        summary="The services that one signed in at, and what each may have",
        tag="connections",
        query=DeviceQuery,
        answer=Page[ConnectionAnswer],
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{client_id}",
        endpoint=connections.withdraw_connection,
        guard=resident,
        summary="Take everything back from a service",
        tag="connections",
        status=204,
        problems=(ConnectionUnknown, DatabaseBusy),
    ),
)
OPERATIONS: tuple[Operation, ...] = (*_METADATA, *_AUTHORIZE, *_OAUTH, *_RESIDENT, *MORE)

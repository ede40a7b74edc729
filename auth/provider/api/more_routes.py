"""Introspection, revocation and logout: their part of the URL space."""

from auth.errors import OriginForeign, SessionUnknown
from auth.provider.api import sign_out, tokens
from auth.provider.api.forms import FORM
from auth.provider.api.more_schemas import EndSessionQuery, Introspected, SignOutAnswer, SignOutRequest, TokenQuestion
from auth.provider.api.schemas import OAuthError
from core.access import public, resident
from core.database import DatabaseBusy
from core.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/oauth/introspect",
        endpoint=tokens.introspect_token,
        guard=public,
        summary="What a token is worth, for the client it was given to or the department it is for (RFC 7662)",
        tag="oauth",
        body=TokenQuestion,
        body_media=FORM,
        answer=Introspected,
        also={400: OAuthError, 401: OAuthError},
        problems=(DatabaseBusy,),
        wire_headers=(("Authorization", False),),
    ),
    Operation(
        method="POST",
        path="/oauth/revoke",
        endpoint=tokens.revoke_token,
        guard=public,
        summary="Take back a token of one's own (RFC 7009)",
        tag="oauth",
        body=TokenQuestion,
        body_media=FORM,
        also={400: OAuthError, 401: OAuthError},
        problems=(DatabaseBusy,),
        wire_headers=(("Authorization", False),),
    ),
    Operation(
        method="GET",
        path="/oauth/end_session",
        endpoint=sign_out.end_client_session,
        guard=public,
        summary="Sign the resident out, for a client (RP-initiated logout)",
        tag="oauth",
        status=302,
        query=EndSessionQuery,
        problems=(DatabaseBusy,),
    ),
    Operation(
        method="POST",
        path="/oauth/end_session",
        endpoint=sign_out.end_session_by_form,
        guard=public,
        summary="The same by a form",
        tag="oauth",
        status=302,
        body=EndSessionQuery,
        body_media=FORM,
        also={303: None},
        problems=(DatabaseBusy,),
    ),
    Operation(
        method="POST",
        path="/api/v1/sign-out",
        endpoint=sign_out.sign_out,
        guard=resident,
        summary="Agree to being signed out, where a client asked for it",
        tag="sign-in",
        body=SignOutRequest,
        answer=SignOutAnswer,
        problems=(OriginForeign, SessionUnknown, DatabaseBusy),
    ),
)

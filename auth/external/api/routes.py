"""This room's part of the URL space."""

from auth.errors import AccountClosed, OriginForeign, ReauthenticationNeeded
from auth.external.api import identities, logout, navigation
from auth.external.api.schemas import (
    IdentitiesAnswer,
    IdentityAnswer,
    LogoutError,
    LogoutForm,
    ProvidersAnswer,
    ReturnQuery,
    StartQuery,
)
from auth.external.errors import (
    ExternalIdentityTaken,
    ExternalIdentityUnknown,
    ExternalProviderUnknown,
    NoIdentityPending,
)
from auth.provider.api.forms import FORM
from core.access import public, resident
from core.database import DatabaseBusy
from core.operations import Operation

_NAVIGATION = (
    Operation(
        method="GET",
        path="/external/{provider_id}/start",
        endpoint=navigation.start_external,
        guard=public,
        summary="Go to a provider's sign-in page",
        tag="external",
        status=302,
        query=StartQuery,
        problems=(ExternalProviderUnknown, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/external/{provider_id}/callback",
        endpoint=navigation.finish_external,
        guard=public,
        summary="Come back from a provider's sign-in page",
        tag="external",
        status=302,
        query=ReturnQuery,
        problems=(ExternalProviderUnknown, AccountClosed, DatabaseBusy),
    ),
    Operation(
        method="POST",
        path="/external/{provider_id}/logout",
        endpoint=logout.receive_provider_logout,
        guard=public,
        summary="A provider tells that somebody signed out there (back-channel logout)",
        tag="external",
        body=LogoutForm,
        body_media=FORM,
        also={400: LogoutError},
        problems=(ExternalProviderUnknown, DatabaseBusy),
    ),
)
_IDENTITIES = (
    Operation(
        method="GET",
        path="/api/v1/sign-in/external",
        endpoint=identities.list_external_providers,
        guard=public,
        summary="The providers that residents may sign in with",
        tag="sign-in",
        answer=ProvidersAnswer,
    ),
    Operation(
        method="GET",
        path="/api/v1/external-identities",
        endpoint=identities.list_external_identities,
        guard=resident,
        summary="One's own identities at providers, and the one that waits to be bound",
        tag="account",
        answer=IdentitiesAnswer,
    ),
    Operation(
        method="POST",
        path="/api/v1/external-identities",
        endpoint=identities.bind_external_identity,
        guard=resident,
        summary="Bind the identity that waits in this browser",
        tag="account",
        status=201,
        answer=IdentityAnswer,
        problems=(ReauthenticationNeeded, OriginForeign, NoIdentityPending, ExternalIdentityTaken, DatabaseBusy),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/external-identities/{identity_id}",
        endpoint=identities.remove_external_identity,
        guard=resident,
        summary="Let an identity sign in no more",
        tag="account",
        status=204,
        problems=(ReauthenticationNeeded, OriginForeign, ExternalIdentityUnknown, DatabaseBusy),
    ),
)
OPERATIONS: tuple[Operation, ...] = (*_NAVIGATION, *_IDENTITIES)

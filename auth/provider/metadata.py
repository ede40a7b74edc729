"""What the provider says of itself (RFC 8414; OpenID Connect Discovery 1.0, section 3): what it does, and no more."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from auth.levels import acr_of
from auth.provider.claims import CLAIMS_OF, PROFILE
from auth.provider.client_authentication import METHODS
from auth.provider.dpop import ALGORITHMS

SIGNING = ("ES256", "RS256")
_OPTIONAL = {
    "introspection_endpoint": "/oauth/introspect",
    "revocation_endpoint": "/oauth/revoke",
    "end_session_endpoint": "/oauth/end_session",
    "registration_endpoint": "/oauth/register",
}
"""Endpoints that a city may have."""


def metadata(issuer: str, grants: Sequence[str], paths: Collection[str]) -> dict[str, Any]:
    """The document; `grants` are the grant types, `paths` those of our routes."""
    there = {name: f"{issuer}{path}" for name, path in _OPTIONAL.items() if path in paths}
    return {**_endpoints(issuer), **there, **_abilities(grants), **_authentication(there)}


def _endpoints(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "jwks_uri": f"{issuer}/oauth/jwks",
    }


def _abilities(grants: Sequence[str]) -> dict[str, Any]:
    return {
        "scopes_supported": list(CLAIMS_OF),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(grants),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(SIGNING),
        "acr_values_supported": [acr_of(loa) for loa in range(1, 5)],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": [
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "amr",
            "sid",
            "at_hash",
            *PROFILE,
        ],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": ["zh-CN", "en"],
        "display_values_supported": ["page", "touch"],
    }


def _authentication(there: Mapping[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(SIGNING),
    }
    for name in ("introspection", "revocation"):
        if f"{name}_endpoint" in there:
            methods = [each for each in METHODS if each != "none" or name == "revocation"]
            known[f"{name}_endpoint_auth_methods_supported"] = methods
            known[f"{name}_endpoint_auth_signing_alg_values_supported"] = list(SIGNING)
    if "end_session_endpoint" in there:
        known |= {"backchannel_logout_supported": True, "backchannel_logout_session_supported": True}
    return known

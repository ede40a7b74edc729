"""Authorization requests as clients write them (OpenID Connect Core, section 3.1.2.1), read strictly.

Two steps: where an answer may go at all (`target_of`), and then everything else, whose refusals go there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from auth.levels import loa_of
from auth.provider.claims import OPENID, PROFILE
from auth.provider.errors import AuthorizationRefused, AuthorizationUnusable
from auth.provider.models import Client
from auth.provider.registration import is_loopback_address
from core.bodies import parse_json
from core.problems import BadRequest

ResponseMode = Literal["query", "form_post"]
PROMPTS = ("none", "login", "consent", "select_account")
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE_LIMIT, _NONCE_LIMIT = 2000, 500


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer goes: checked against the register, so that nobody is sent elsewhere."""

    redirect_uri: str
    state: str | None
    mode: ResponseMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorization request that can be served.

    `loa`: the proofing level asked for, 0 for any; `max_age` in seconds; `sub`: who must be signed in; `claims`: names
    for the ID token and for userinfo.
    """

    target: Target
    scopes: tuple[str, ...]
    challenge: str
    nonce: str | None
    prompts: frozenset[str]
    max_age: int | None
    loa: int
    hint: str | None
    sub: str | None
    locale: str | None
    claims: Mapping[str, list[str]]
    dpop_jkt: str | None


def target_of(client: Client, parameters: Mapping[str, str]) -> Target:
    """Where the answer to this request goes; raises AuthorizationUnusable: nowhere."""
    redirect_uri = parameters.get("redirect_uri", "")
    if not any(_same(client, registered, redirect_uri) for registered in client.redirect_uris):
        raise AuthorizationUnusable("redirect_uri is none of those that this client registered.")
    state = parameters.get("state")
    usable = state is not None and len(state) <= _STATE_LIMIT
    mode: ResponseMode = "form_post" if parameters.get("response_mode") == "form_post" else "query"
    return Target(redirect_uri, state if usable else None, mode)


def read_request(client: Client, parameters: Mapping[str, str]) -> Asked:
    """The request in full; raises AuthorizationUnusable, AuthorizationRefused."""
    target = target_of(client, parameters)
    _check_kind(parameters)
    claims = _Claims(parameters.get("claims"))
    return Asked(
        target=target,
        scopes=_scopes(client, parameters.get("scope", "")),
        challenge=_challenge(parameters),
        nonce=_bounded(parameters, "nonce", _NONCE_LIMIT),
        prompts=_prompts(parameters.get("prompt", "")),
        max_age=_max_age(parameters.get("max_age")),
        loa=max(_loa(parameters.get("acr_values", "").split()), _loa(claims.acr)),
        hint=parameters.get("id_token_hint"),
        sub=claims.sub,
        locale=_locale(parameters.get("ui_locales", "")),
        claims=claims.names,
        dpop_jkt=_jkt(parameters.get("dpop_jkt")),
    )


def _same(client: Client, registered: str, given: str) -> bool:
    """Letter by letter (RFC 9700, section 4.1.3), but for the port of an app's own loopback (RFC 8252, section 7.3)."""
    if given == registered:
        return True
    parts = urlsplit(registered)
    if client.kind != "native" or parts.scheme != "http" or not is_loopback_address(parts.hostname or ""):
        return False
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    port = re.fullmatch(rf"http://{re.escape(str(host))}:([1-9][0-9]{{0,4}}){re.escape(rest)}", given)
    return port is not None and int(port[1]) < 2**16


def _check_kind(parameters: Mapping[str, str]) -> None:
    if "request" in parameters:
        raise AuthorizationRefused("request_not_supported", "send the parameters themselves, or push them")
    if "registration" in parameters:
        raise AuthorizationRefused("registration_not_supported", "clients are registered beforehand")
    if not parameters.get("response_type"):
        raise AuthorizationRefused("invalid_request", "response_type is missing")
    if parameters["response_type"] != "code":
        raise AuthorizationRefused("unsupported_response_type", "response_type must be code")
    if parameters.get("response_mode", "query") not in {"query", "form_post"}:
        raise AuthorizationRefused("invalid_request", "response_mode must be query or form_post")
    if len(parameters.get("state", "")) > _STATE_LIMIT:
        raise AuthorizationRefused("invalid_request", f"state may have {_STATE_LIMIT} characters")


def _scopes(client: Client, asked: str) -> tuple[str, ...]:
    """Those that the client registered, in its order; others are ignored (OpenID Connect Core, section 3.1.2.1)."""
    wanted = set(asked.split())
    if OPENID not in wanted:
        raise AuthorizationRefused("invalid_scope", "scope must contain openid")
    known = tuple(ask["name"] for ask in client.asks if ask["name"] in wanted)
    if OPENID not in known:
        raise AuthorizationRefused("unauthorized_client", "this client signs nobody in")
    return known


def _challenge(parameters: Mapping[str, str]) -> str:
    """RFC 7636, section 4.3, with S256 alone (RFC 9700, section 2.1.1)."""
    challenge = parameters.get("code_challenge", "")
    if parameters.get("code_challenge_method", "plain") != "S256":
        raise AuthorizationRefused("invalid_request", "code_challenge_method must be S256")
    if not _THUMBPRINT.fullmatch(challenge):
        raise AuthorizationRefused("invalid_request", "code_challenge must be a SHA-256 in base64url")
    return challenge


def _jkt(given: str | None) -> str | None:
    if given is not None and not _THUMBPRINT.fullmatch(given):
        raise AuthorizationRefused("invalid_request", "dpop_jkt must be the thumbprint of a key")
    return given


def _bounded(parameters: Mapping[str, str], name: str, limit: int) -> str | None:
    value = parameters.get(name)
    if value is not None and len(value) > limit:
        raise AuthorizationRefused("invalid_request", f"{name} may have {limit} characters")
    return value


def _prompts(given: str) -> frozenset[str]:
    prompts = frozenset(given.split())
    if prompts - set(PROMPTS) or ("none" in prompts and len(prompts) > 1):
        raise AuthorizationRefused("invalid_request", f"prompt must be of {' '.join(PROMPTS)}, none by itself")
    return prompts


def _max_age(given: str | None) -> int | None:
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", given):
        raise AuthorizationRefused("invalid_request", "max_age must be a number of seconds")
    return int(given)


def _loa(values: list[str]) -> int:
    """The least of the levels named: any of them will do. 0 where none is a level of ours."""
    return min((loa_of(value) for value in values if loa_of(value)), default=0)


def _locale(given: str) -> str | None:
    """The first language of ours."""
    known = {"zh": "zh-CN", "zh-cn": "zh-CN", "en": "en"}
    return next((known[each.lower()] for each in given.split() if each.lower() in known), None)


class _Claims:
    """The claims parameter (OpenID Connect Core, section 5.5): names alone, an acr, a sub; the rest is ignored."""

    def __init__(self, given: str | None) -> None:
        asked = _object(given) if given is not None else {}
        id_token, userinfo = (_members(asked, where) for where in ("id_token", "userinfo"))
        self.names = {
            "id_token": [name for name in PROFILE if name in id_token],
            "userinfo": [name for name in PROFILE if name in userinfo],
        }
        self.acr = _texts(id_token.get("acr"))
        self.sub = next(iter(_texts(id_token.get("sub")) or _texts(userinfo.get("sub"))), None)


def _object(given: str) -> dict[str, Any]:
    try:
        asked = parse_json(given.encode())
    except BadRequest as error:
        raise AuthorizationRefused("invalid_request", "claims is no JSON") from error
    if not isinstance(asked, dict):
        raise AuthorizationRefused("invalid_request", "claims must be a JSON object")
    return asked


def _members(asked: Mapping[str, Any], where: str) -> dict[str, Any]:
    members = asked.get(where) or {}
    if not isinstance(members, dict) or not all(isinstance(each, dict | None) for each in members.values()):
        raise AuthorizationRefused("invalid_request", f"claims: {where} must be an object of objects or null")
    return members


def _texts(asked: dict[str, Any] | None) -> list[str]:
    """The values that one claim may have."""
    values = (asked or {}).get("values") or [(asked or {}).get("value")]
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []

"""Token exchange (RFC 8693): a client passes a resident's token on to a department, in its own name and for a minute.

A client exchanges its own tokens, or a token that was exchanged for its department: nobody else's. The department is
its own, or one that its registration names (`exchange:department:…` among its scopes). Scopes only ever get fewer.
"""

from collections.abc import Mapping
from typing import Any

from auth.errors import TokenExpired, TokenInvalid
from auth.provider.access_tokens import AccessTokens
from auth.provider.clients import PUBLIC
from auth.provider.dpop import Proof
from auth.provider.errors import OAuthRefused
from auth.provider.exchanged_tokens import ExchangedTokens, Source, department_of
from auth.provider.families import OFFLINE
from auth.provider.models import Client
from auth.provider.token_grants import Issued, required
from core.ids import DepartmentId

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - the name of a grant
ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a kind
MOST_ACTORS = 3
_REACH = "exchange:department:"


class TokenExchange:
    """The grant (auth.provider.token_grants.TokenGrant)."""

    def __init__(self, access_tokens: AccessTokens, exchanged: ExchangedTokens) -> None:
        self._access_tokens = access_tokens
        self._exchanged = exchanged

    async def answer(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> Issued:
        """RFC 8693, section 2.2. Raises OAuthRefused."""
        token = _checked(client, form)
        department = await _department(client, form)
        subject = await self._subject(client, token)
        _check_proof(subject.claims, proof)
        _check_depth(subject.claims)
        scopes = _scopes(subject.scopes, form.get("scope"))
        jkt = proof.jkt if proof else None
        issued, seconds = await self._exchanged.issue(client, department, subject, scopes, jkt)
        return Issued(
            access_token=issued,
            expires_in=seconds,
            scope=" ".join(sorted(scopes)),
            token_type="DPoP" if jkt else "Bearer",
            issued_token_type=ACCESS_TOKEN_TYPE,
        )

    async def _subject(self, client: Client, token: str) -> Source:
        """What the subject token says: the client's own, or one that was exchanged for its department."""
        try:
            own = await self._access_tokens.verify(token)
        except (TokenInvalid, TokenExpired):
            return await self._passed_on(client, token)
        if own.standing.client != client.id:
            raise _refused()
        return Source(own.claims, own.standing, own.scopes)

    async def _passed_on(self, client: Client, token: str) -> Source:
        try:
            found = await self._exchanged.verify(token, DepartmentId(client.department_id))
        except (TokenInvalid, TokenExpired) as error:
            raise _refused() from error
        return Source(found.claims, found.standing, found.scopes)


def _checked(client: Client, form: Mapping[str, str]) -> str:
    """The subject token of a request that asks for what there is (section 2.1)."""
    if client.auth_method == PUBLIC:
        raise OAuthRefused("unauthorized_client", "a public client cannot act in its own name")
    token, kind = required(form, "subject_token", "subject_token_type")
    if kind != ACCESS_TOKEN_TYPE:
        raise OAuthRefused("invalid_request", f"subject_token_type must be {ACCESS_TOKEN_TYPE}")
    if form.get("requested_token_type", ACCESS_TOKEN_TYPE) != ACCESS_TOKEN_TYPE:
        raise OAuthRefused("invalid_request", f"requested_token_type must be {ACCESS_TOKEN_TYPE}")
    if "actor_token" in form or "actor_token_type" in form:
        raise OAuthRefused("invalid_request", "the actor is the client that asks: send no actor_token")
    return token


async def _department(client: Client, form: Mapping[str, str]) -> DepartmentId:
    """The one department that the token is to be for (section 2.2.2: invalid_target)."""
    if "resource" in form or "audience" not in form:
        raise OAuthRefused("invalid_target", "name one department as audience, as urn:onecity:department:ID")
    department = department_of(form["audience"])
    reach = {client.department_id, *(each.removeprefix(_REACH) for each in client.scopes if each.startswith(_REACH))}
    if department is None or department not in reach:
        raise OAuthRefused("invalid_target", "the client may not pass tokens on to this audience")
    if not await Client.filter(department_id=department, disabled_at=None).exists():
        raise OAuthRefused("invalid_target", "the client may not pass tokens on to this audience")
    return department


def _check_proof(claims: Mapping[str, Any], proof: Proof | None) -> None:
    """A token that is bound to a key is passed on by whoever holds the key alone."""
    bound = claims.get("cnf", {}).get("jkt")
    if bound is not None and (proof is None or proof.jkt != bound):
        raise OAuthRefused("invalid_dpop_proof", "the subject token is bound to a key: prove that you hold it")


def _check_depth(claims: Mapping[str, Any]) -> None:
    depth, act = 1, claims.get("act")
    while isinstance(act, dict):
        depth, act = depth + 1, act.get("act")
    if depth > MOST_ACTORS:
        raise OAuthRefused("invalid_request", f"the token was passed on by {MOST_ACTORS} already")


def _scopes(held: frozenset[str], asked: str | None) -> frozenset[str]:
    """Those asked for, or all; access beyond the session is nothing to pass on."""
    passable = held - {OFFLINE}
    wanted = frozenset((asked or "").split()) or passable
    if not wanted <= passable:
        raise OAuthRefused("invalid_scope", "ask only for scopes that the subject token has")
    return wanted


def _refused() -> OAuthRefused:
    return OAuthRefused("invalid_request", "the subject token does not count, or is not yours to exchange")

"""Userinfo (OpenID Connect Core, section 5.3): what a resident lets a client know, for its access token."""

from typing import Any, Literal

from auth.accounts import Accounts
from auth.errors import TokenInvalid, TokenMissing
from auth.provider.access_tokens import AccessToken, AccessTokens
from auth.provider.claims import OPENID, claims_of
from auth.provider.dpop import DPoP
from auth.provider.errors import OAuthRefused, ProofNeeded
from core.access import ScopeNotGranted

PATH = "/oauth/userinfo"


class Userinfo:
    """Answers for tokens of any client."""

    def __init__(self, accounts: Accounts, access_tokens: AccessTokens, dpop: DPoP) -> None:
        self._accounts = accounts
        self._access_tokens = access_tokens
        self._dpop = dpop

    async def show(
        self, authorization: str | None, proofs: list[str], method: Literal["GET", "POST"]
    ) -> dict[str, Any]:
        """The claims that the token's scopes cover.

        Raises TokenMissing, TokenInvalid, TokenExpired, ProofNeeded, ScopeNotGranted.
        """
        token = await self._token(authorization, proofs, method)
        if OPENID not in token.scopes:
            challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="openid"'}
            raise ScopeNotGranted("Ask for the scope openid.", headers=challenge, scope=OPENID)
        account = await self._accounts.get(token.standing.account)
        return {"sub": token.sub, **claims_of(account, token.scopes)}

    async def _token(self, authorization: str | None, proofs: list[str], method: str) -> AccessToken:
        """A good token, sent in the one way that it may be (RFC 9449, sections 7.1 and 7.2; RFC 6750, section 2.1)."""
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() not in {"bearer", "dpop"} or not given.strip():
            raise TokenMissing
        bound = scheme.lower() == "dpop"
        token = await self._access_tokens.verify(given.strip())
        jkt = (token.claims.get("cnf") or {}).get("jkt")
        if not bound and jkt:
            raise ProofNeeded("Send the token as Authorization: DPoP, with a proof.", error="invalid_token")
        if bound and (not jkt or await self._proved(given.strip(), proofs, method) != jkt):
            raise TokenInvalid("The token is not bound to the key of this proof.")
        return token

    async def _proved(self, token: str, proofs: list[str], method: str) -> str | None:
        try:
            proof = await self._dpop.check(proofs, method, PATH, token=token)
        except OAuthRefused as refused:
            raise ProofNeeded(refused.description, error=refused.code, headers=refused.headers) from refused
        if proof is None:
            raise ProofNeeded("Send a proof in the header DPoP.", error="invalid_dpop_proof")
        return proof.jkt

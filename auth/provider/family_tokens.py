"""What a client gets at each step of a family: an access token, the next refresh token, an ID token."""

import hmac

from auth.provider.access_tokens import AccessTokens
from auth.provider.dpop import Proof
from auth.provider.errors import OAuthRefused
from auth.provider.families import Families, Standing
from auth.provider.id_tokens import IdTokens
from auth.provider.models import Client
from auth.provider.token_grants import Issued


class FamilyTokens:
    """The tokens that a family gets at each step."""

    def __init__(self, families: Families, access_tokens: AccessTokens, id_tokens: IdTokens) -> None:
        self._families = families
        self._access_tokens = access_tokens
        self._id_tokens = id_tokens

    async def issue(
        self,
        client: Client,
        family: str,
        proof: Proof | None,
        *,
        scopes: frozenset[str] | None = None,
        nonce: str | None = None,
    ) -> Issued:
        """All that the family gets, in the open transaction; `scopes`: fewer than it has.

        Raises OAuthRefused (invalid_grant): it has ended.
        """
        standing = await self._families.standing(family)
        if standing is None:
            raise OAuthRefused("invalid_grant", "what this rested on has ended: sign in again")
        granted = standing.scopes if scopes is None else standing.scopes & scopes
        jkt = proof.jkt if proof else None
        access_token = await self._access_tokens.issue(client, standing, granted, jkt)
        return Issued(
            access_token=access_token,
            expires_in=self._access_tokens.life,
            scope=" ".join(sorted(granted)),
            token_type="DPoP" if jkt else "Bearer",
            refresh_token=await self._families.issue_refresh(family),
            id_token=await self._id_token(client, standing, granted, access_token, nonce),
        )

    async def _id_token(
        self, client: Client, standing: Standing, granted: frozenset[str], access_token: str, nonce: str | None
    ) -> str | None:
        if "openid" not in granted:
            return None
        return await self._id_tokens.issue(client, standing, access_token, nonce)


def check_bound(client: Client, dpop_jkt: str | None, proof: Proof | None) -> None:
    """The request proves the key that the code or the family is bound to; raises OAuthRefused."""
    if proof is None and (dpop_jkt or client.dpop_required):
        raise OAuthRefused("invalid_dpop_proof", "a DPoP proof is needed here")
    if proof is not None and dpop_jkt and not hmac.compare_digest(proof.jkt, dpop_jkt):
        raise OAuthRefused("invalid_grant", "this is bound to another key")

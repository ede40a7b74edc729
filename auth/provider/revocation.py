"""Revocation (RFC 7009): a client takes its own tokens back, and what came of the same sign-in ends with them.

Whether a token exists, is somebody else's or has ended already, the answer is the same, and so is another's token
afterwards.
"""

from auth.department_tokens import DepartmentTokens
from auth.errors import TokenExpired, TokenInvalid
from auth.provider.access_tokens import AccessTokens
from auth.provider.errors import OAuthRefused
from auth.provider.exchanged_tokens import ExchangedTokens
from auth.provider.families import Families
from auth.provider.models import Client
from auth.provider.refresh_tokens import RefreshTokens


class Revocation:
    """Takes tokens back."""

    def __init__(
        self,
        access_tokens: AccessTokens,
        exchanged: ExchangedTokens,
        refresh_tokens: RefreshTokens,
        families: Families,
        department_tokens: DepartmentTokens,
    ) -> None:
        self._access_tokens = access_tokens
        self._exchanged = exchanged
        self._refresh_tokens = refresh_tokens
        self._families = families
        self._department_tokens = department_tokens

    async def revoke(self, client: Client, token: str) -> None:
        """Take the client's token back, with its family (section 2.1).

        Raises OAuthRefused (unsupported_token_type) for a token by client credentials, which runs out by itself.
        """
        known = await self._refresh_tokens.find(client, token)
        if known is not None:
            await self._families.end(known.family)
        elif not await self._access(client, token) and not await self._passed_on(client, token):
            await self._refuse_own_department_token(client, token)

    async def _access(self, client: Client, token: str) -> bool:
        try:
            found = await self._access_tokens.verify(token)
        except (TokenInvalid, TokenExpired):
            return False
        if found.standing.client == client.id:
            await self._families.end(found.standing.family)
        return True

    async def _passed_on(self, client: Client, token: str) -> bool:
        """A token that was exchanged ends alone: whoever passed it on goes on with theirs."""
        try:
            found = await self._exchanged.find(token)
        except (TokenInvalid, TokenExpired):
            return False
        if found.claims["client_id"] == client.id:
            await self._exchanged.revoke(found)
        return True

    async def _refuse_own_department_token(self, client: Client, token: str) -> None:
        try:
            found = await self._department_tokens.verify(token)
        except (TokenInvalid, TokenExpired):
            return
        if found.client == client.id:
            raise OAuthRefused("unsupported_token_type", "a token by client credentials cannot be taken back")

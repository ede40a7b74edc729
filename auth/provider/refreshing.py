"""The grant refresh_token (RFC 6749, section 6): a new pair of tokens for the old one, which is used up.

Of two requests that come with one token while neither is answered, one wins, and what it got stays good: an app with
two pages open does that, and the token was nobody else's when both set out. A request that begins when the one that won
was answered brings a token that was used, and ends the family (RFC 9700, section 4.14.2). Processes do not see each
other's requests: across them a request counts as one that came again.
"""

from collections.abc import Mapping

from auth.provider.dpop import Proof
from auth.provider.errors import OAuthRefused
from auth.provider.families import Families, RefreshReused
from auth.provider.family_tokens import FamilyTokens, check_bound
from auth.provider.models import Client, Family
from auth.provider.token_grants import Issued, required
from auth.provider.under_way import UnderWay
from core.database import transaction

REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant


class Refreshing:
    """Rotates refresh tokens; see Families for what one that comes again does."""

    def __init__(self, families: Families, tokens: FamilyTokens, under_way: UnderWay) -> None:
        self._families = families
        self._tokens = tokens
        self._under_way = under_way

    async def answer(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> Issued:
        (token,) = required(form, "refresh_token")
        try:
            async with transaction():
                name = await self._families.spend_refresh(token, client)
                # Marked before the commit, for that is what the others wait for.
                with self._under_way.using_up():
                    family = await Family.get(id=name)
                    check_bound(client, family.dpop_jkt, proof)
                    scopes = _narrowed(family, form.get("scope"))
                    return await self._tokens.issue(client, family.id, proof, scopes=scopes)
        except RefreshReused as reused:
            if self._under_way.went_to_another:
                raise OAuthRefused("invalid_grant", "another request used this token up: take its answer") from reused
            await self._families.end(reused.family)
            raise OAuthRefused("invalid_grant", "the refresh token was used before: sign in again") from reused


def _narrowed(family: Family, asked: str | None) -> frozenset[str] | None:
    """Fewer scopes for this one access token; raises OAuthRefused (invalid_scope) for more."""
    if asked is None:
        return None
    scopes = frozenset(asked.split())
    if not scopes or scopes - set(family.scope.split()):
        raise OAuthRefused("invalid_scope", "ask for no more than was granted")
    return scopes

"""Mini-session tokens that were verified, remembered: a signature is checked once, all else at each asking.

What a token says of session, consent and level may have changed since: `Standings` knows that. Times are Unix seconds,
as in the tokens.
"""

from collections import OrderedDict

from auth.errors import BearerRefused
from auth.jwt import TOKEN_LIMIT
from auth.keys import Keys
from auth.mini_tokens import MiniToken, MiniTokens
from auth.tokens import LEEWAY_SECONDS
from core.clock import Clock

KEPT_SECONDS = 60.0
"""A token is verified anew after so long."""
REFUSED_SECONDS = 1.0
CAPACITY = 50_000
_REFUSALS = 1_000


class _Verified:
    """A token that was good for `audience`; counts from `since` until before `until`."""

    __slots__ = ("audience", "since", "token", "until")

    def __init__(self, token: MiniToken, audience: str, since: float) -> None:
        self.token = token
        self.audience = audience
        self.since = since
        self.until = min(since + KEPT_SECONDS, float(token.expires_at + LEEWAY_SECONDS))


class _Refused:
    """A token that was no good; `kind` and `detail` say why."""

    __slots__ = ("detail", "kind", "since")

    def __init__(self, refusal: BearerRefused, since: float) -> None:
        self.kind = type(refusal)
        self.detail = refusal.detail
        self.since = since


class VerifiedTokens:
    """The tokens that this process verified; each asking but `verify` and `refresh` is immediate."""

    def __init__(self, clock: Clock, mini_tokens: MiniTokens, keys: Keys, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._mini_tokens = mini_tokens
        self._keys = keys
        self._capacity = capacity
        self._published: frozenset[str] = frozenset()
        self._verified: OrderedDict[str, _Verified] = OrderedDict()
        """By the whole token, which has one audience: it is compared."""
        self._refused: OrderedDict[tuple[str, str], _Refused] = OrderedDict()

    def known(self, token: str, audience: str, now: float) -> MiniToken | None:
        """What a token says that was verified for `audience`, and is good still; None when it must be verified."""
        verified = self._verified.get(token)
        if (
            verified is None
            or verified.audience != audience
            or not verified.since <= now < verified.until
            or verified.token.kid not in self._published
        ):
            return None
        return verified.token

    def refused(self, token: str, audience: str, now: float) -> BearerRefused | None:
        """Why this very token was refused within the last second, so that a flood of one costs little."""
        refused = self._refused.get((token, audience))
        if refused is None or not refused.since <= now < refused.since + REFUSED_SECONDS:
            return None
        return refused.kind(refused.detail)

    async def verify(self, token: str, audience: str) -> MiniToken:
        """What a token says that was made for `audience`; remembered.

        Raises TokenMissing, TokenInvalid, TokenExpired.
        """
        now = self._clock.now().timestamp()
        refusal = self.refused(token, audience, now)
        if refusal is not None:
            raise refusal
        try:
            verified = await self._mini_tokens.verify(token, audience)
        except BearerRefused as refused:
            self._refuse(token, audience, refused, now)
            raise
        await self.refresh()
        self._keep(token, _Verified(verified, audience, now))
        return verified

    async def refresh(self) -> None:
        """Go by the key set as it is now: a token whose key has left it is known no more."""
        self._published = await self._keys.published()
        self._sweep(self._clock.now().timestamp())

    def __len__(self) -> int:
        return len(self._verified)

    def _keep(self, token: str, verified: _Verified) -> None:
        self._verified[token] = verified
        self._verified.move_to_end(token)
        if len(self._verified) > self._capacity:
            self._verified.popitem(last=False)

    def _refuse(self, token: str, audience: str, refusal: BearerRefused, now: float) -> None:
        if len(token) > TOKEN_LIMIT:  # refused by its length alone, for less than remembering it takes
            return
        self._refused[token, audience] = _Refused(refusal, now)
        self._refused.move_to_end((token, audience))
        if len(self._refused) > _REFUSALS:
            self._refused.popitem(last=False)

    def _sweep(self, now: float) -> None:
        """Let go of what counts no more, the oldest first."""
        while self._verified and next(iter(self._verified.values())).until <= now:
            self._verified.popitem(last=False)
        while self._refused and next(iter(self._refused.values())).since + REFUSED_SECONDS <= now:
            self._refused.popitem(last=False)

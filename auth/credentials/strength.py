"""How hard a password is to guess: zxcvbn's estimate, with its advice in both languages."""

from dataclasses import dataclass

from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # it ships no types

from auth.credentials.advice import ADVICE
from auth.credentials.policy import Owner, PasswordPolicy, prepared
from auth.credentials.threads import Threads
from core.bodies import Localized

_LOOKED_AT = 64
"""Characters that are estimated: the time grows with the square, and what is longer is strong or repeats itself."""
_WAITING = 32


@dataclass(frozen=True, slots=True)
class Estimate:
    """`score` from 0, guessed at once, to 4; `breached` passwords are refused whatever their score."""

    score: int
    breached: bool
    advice: list[Localized]


class Strength:
    """The meter. One thread: zxcvbn keeps what it is given about a person in a table of the whole process."""

    def __init__(self, policy: PasswordPolicy) -> None:
        self._policy = policy
        self._threads = Threads(1, _WAITING)

    async def of(self, password: str, owner: Owner) -> Estimate:
        """An estimate; raises PasswordsBusy when too many wait for theirs."""
        password = prepared(password)
        return await self._threads.run(lambda: self._estimate(password, owner))

    def _estimate(self, password: str, owner: Owner) -> Estimate:
        found = zxcvbn(password[:_LOOKED_AT], list(owner.words))
        said = [found["feedback"]["warning"], *found["feedback"]["suggestions"]]
        breached = self._policy.breached(password)
        known: list[Localized] = [{"zh-CN": ADVICE[text], "en": text} for text in said if text in ADVICE]
        return Estimate(0 if breached else int(found["score"]), breached, known)

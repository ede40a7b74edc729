"""Which limits an attempt of each kind is under, and what each asks for as it fills."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from auth.guard.caller import Caller
from auth.guard.networks import network_of, wide_network_of
from auth.guard.settings import GuardSettings

_HOUR, _DAY = 3600, 86_400
PREFIX_DIGITS = 7
"""Of a mobile number's eleven: ten thousand numbers of one operator in one place."""
_WIDE = 4
"""A /48 is allowed so many times what a /64 is."""


class AttemptKind(StrEnum):
    """What is attempted. Passkeys are not: a signature cannot be guessed."""

    SEND = "send"
    """A code by text message is asked for."""
    CODE = "code"
    """A code is given back."""
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    SECOND_FACTOR = "second-factor"
    """TOTP or a recovery code, after a first factor."""


RESERVED = frozenset({AttemptKind.PASSWORD, AttemptKind.SECOND_FACTOR})
"""Counted before they are made. A code has its tries, which no race gets past; a send is counted as it is sent."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` in `seconds`, which leak evenly; from `free` on a proof of work is asked for, which grows up to `hard`.

    `most` None: it asks for work and never says no. `bits_range`: the first proof's zero bits, and the hardest one's.
    """

    subject: tuple[str, ...]
    most: int | None
    seconds: int
    free: int
    hard: int
    bits_range: tuple[int, int]

    @property
    def step(self) -> int:
        """Milliseconds in which one leaks away."""
        return max(1, self.seconds * 1000 // (self.most or self.hard))

    def wait(self, level: float) -> int:
        """Seconds until another attempt may be made; 0 when it may be made now."""
        if self.most is None or level <= self.most - 1:
            return 0
        return ceil((level - self.most + 1) * self.step / 1000)

    def bits(self, level: float) -> int:
        """The zero bits to ask for; 0 when nothing is to be proved."""
        least, most = self.bits_range
        if level < self.free:
            return 0
        return min(most, least + int((most - least) * (level - self.free) / max(1, self.hard - self.free)))


class Limits:
    """The limits of this city."""

    def __init__(self, settings: GuardSettings) -> None:
        self._settings = settings
        self._bits = (settings.challenge_bits, max(settings.challenge_bits, settings.challenge_bits_most))

    def of(self, kind: AttemptKind, who: str, caller: Caller, *, known: bool) -> list[Limit]:
        """Those of one attempt, the most shared last, so that two transactions never wait for each other."""
        if known:
            return self._known(kind, who, caller)
        if kind is AttemptKind.SEND:
            return self._sending(who, caller)
        return [*self._at_account(kind, who, caller), *self._of_caller(kind, caller)]

    def sent(self, phone: str, address: str) -> list[Limit]:
        """What a code that is sent to a stranger's browser adds to; its use takes the last two back."""
        return self._sending(phone, Caller(address))

    def unused_to(self, phone: str) -> Limit:
        """Codes to numbers like this one that nobody used."""
        prefix, most = phone[:PREFIX_DIGITS], self._settings.unused_prefix_hour
        return self._limit(("unused prefix", prefix), most, free=most // 3)

    def unused_from(self, caller: Caller) -> Limit:
        """Codes asked for from the caller's network that nobody used."""
        most = self._settings.unused_address_hour
        return self._limit(("unused network", network_of(caller.address)), most, free=most // 3)

    @property
    def alarm_level(self) -> float:
        """The level of `guesses_at` that an owner is told of; a little has leaked away while it filled."""
        return self._settings.warn_after - 1

    def guesses_at(self, who: str) -> Limit:
        """All strangers' failures at one account, of whatever kind: what its owner is told of. It stops nobody."""
        after = self._settings.warn_after
        return self._limit(("guesses", who), None, free=after, hard=after, seconds=_DAY)

    def _known(self, kind: AttemptKind, who: str, caller: Caller) -> list[Limit]:
        if kind is AttemptKind.SEND:
            return []  # the number's own allowance bounds it
        most = self._settings.known_failures_hour
        return [self._limit(("known", kind, who, caller.device), most, free=most // 2)]

    def _sending(self, phone: str, caller: Caller) -> list[Limit]:
        free = self._settings.challenge_after_codes
        often = self._limit(("sent", phone), None, free=free, hard=2 * free or 1)
        return [often, self.unused_from(caller), self.unused_to(phone)]

    def _at_account(self, kind: AttemptKind, who: str, caller: Caller) -> list[Limit]:
        options = self._settings
        if kind is AttemptKind.PASSWORD:
            pair = ("pair", kind, who, network_of(caller.address))
            return [
                self._limit(("strangers", kind, who), options.stranger_password_hour, free=options.challenge_after),
                self._limit(pair, options.pair_failures_hour, free=options.pair_failures_hour),
            ]
        if kind is AttemptKind.SECOND_FACTOR:
            most = options.second_factor_day
            return [self._limit(("strangers", kind, who), most, free=options.challenge_after, seconds=_DAY)]
        return []

    def _of_caller(self, kind: AttemptKind, caller: Caller) -> list[Limit]:
        """A network never says no to a code: thousands share a mobile network's address, and codes have their tries."""
        most, found = self._settings.browser_failures_hour, []
        if caller.browser:
            found.append(self._limit(("browser", caller.browser), most, free=most // 2))
        most = self._settings.address_failures_hour
        networks = [(network_of(caller.address), most), (wide_network_of(caller.address), most * _WIDE)]
        for network, allowed in networks:
            if network is not None:
                bound = None if kind is AttemptKind.CODE else allowed
                found.append(self._limit(("network", network), bound, free=allowed // 4, hard=allowed))
        return found

    def _limit(
        self, subject: tuple[str, ...], most: int | None, *, free: int, hard: int | None = None, seconds: int = _HOUR
    ) -> Limit:
        return Limit(subject, most, seconds, free, hard or most or free, self._bits)

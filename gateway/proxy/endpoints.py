"""The addresses of one upstream: which of them gets the next call, and which is left alone for having failed.

Of two chosen at random the one with fewer calls under way gets the next ("the power of two choices"). An address that
failed several times in a row is ejected for a time that doubles, but never more than half of them, and never the last.
All times are monotonic seconds handed in by the caller.
"""

from collections.abc import Hashable, Sequence
from random import random
from typing import Final, Generic, TypeVar

Address = TypeVar("Address", bound=Hashable)
_DOUBLINGS: Final = 16


class Member(Generic[Address]):
    """One address with what is known of it."""

    __slots__ = ("address", "ejected_until", "ejections", "failures", "in_flight")

    def __init__(self, address: Address) -> None:
        self.address: Final[Address] = address
        self.in_flight = 0
        self.failures = 0
        self.ejections = 0
        self.ejected_until = 0.0


class Endpoints(Generic[Address]):
    """A member that was chosen carries one call, until exactly one of `succeeded`, `failed` and `abandoned` is told."""

    __slots__ = ("_eject_limit", "_eject_seconds", "_ejected", "_in_a_row", "_live", "_members", "_returns_at")

    def __init__(self, in_a_row: int = 5, eject_seconds: float = 5.0, eject_limit: float = 300.0) -> None:
        """`in_a_row` failures eject for `eject_seconds`, doubled each time it fails again, up to `eject_limit`."""
        self._in_a_row: Final[int] = in_a_row
        self._eject_seconds: Final[float] = eject_seconds
        self._eject_limit: Final[float] = eject_limit
        self._members: dict[Address, Member[Address]] = {}
        self._live: list[Member[Address]] = []
        self._ejected: list[Member[Address]] = []
        self._returns_at = 0.0

    @property
    def members(self) -> list[Member[Address]]:
        return list(self._members.values())

    @property
    def ejected(self) -> int:
        """How many are left alone, as far as is known: one whose time is over returns at the next `choose`."""
        return len(self._ejected)

    def set(self, addresses: Sequence[Address]) -> None:
        """The addresses as they are now; what is known of those that were there before is kept."""
        known = self._members
        self._members = {each: known.get(each) or Member(each) for each in addresses}
        members = list(self._members.values())
        ejected = [each for each in members if each in self._ejected]
        self._ejected = ejected[: len(members) // 2]
        self._sort()

    def choose(self, now: float, avoid: Member[Address] | None = None) -> Member[Address] | None:
        """The member for the next call, another than `avoid` if there is another; None while no address is known."""
        if self._ejected and now >= self._returns_at:
            self._return(now)
        live = self._live
        count = len(live)
        if count == 1:
            chosen = live[0]
        elif count == 0:
            return None
        else:
            chosen = self._of_two(count, avoid)
        chosen.in_flight += 1
        return chosen

    def _of_two(self, count: int, avoid: Member[Address] | None) -> Member[Address]:
        live = self._live
        first = int(random() * count)  # noqa: S311 - balance, not secrecy
        second = (first + 1 + int(random() * (count - 1))) % count  # noqa: S311 - another than the first
        one, other = live[first], live[second]
        if one is avoid:
            return other
        if other is avoid or one.in_flight <= other.in_flight:
            return one
        return other

    def succeeded(self, member: Member[Address]) -> None:
        member.in_flight -= 1
        member.failures = 0
        member.ejections = 0

    def failed(self, member: Member[Address], now: float) -> None:
        """It could not be reached, broke off or was too late."""
        member.in_flight -= 1
        member.failures += 1
        if member.failures >= self._in_a_row and self._may_eject(member):
            self._eject(member, now)

    def abandoned(self, member: Member[Address]) -> None:
        """The client left before anything was known."""
        member.in_flight -= 1

    def _may_eject(self, member: Member[Address]) -> bool:
        known = self._members.get(member.address) is member and member not in self._ejected
        return known and len(self._ejected) + 1 <= len(self._members) // 2

    def _eject(self, member: Member[Address], now: float) -> None:
        doubled = self._eject_seconds * 2.0 ** min(member.ejections, _DOUBLINGS)
        member.ejected_until = now + min(self._eject_limit, doubled)
        member.ejections += 1
        self._ejected.append(member)
        self._sort()

    def _return(self, now: float) -> None:
        """Those whose time is over are live again; one more failure ejects them again."""
        for member in self._ejected:
            if member.ejected_until <= now:
                member.failures = self._in_a_row - 1
        self._ejected = [each for each in self._ejected if each.ejected_until > now]
        self._sort()

    def _sort(self) -> None:
        self._live = [each for each in self._members.values() if each not in self._ejected]
        self._returns_at = min((each.ejected_until for each in self._ejected), default=0.0)

"""What an account over the years asks of others."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from core.bodies import Localized
from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that the city keeps about a resident: a line of `<file>.json` in their archive.

    `members` are JSON values, times as RFC 3339; ids of accounts other than the resident's own are never among them.
    """

    file: str
    members: Mapping[str, Any]


class AccountData(Protocol):
    """What one feature keeps about accounts. All but `export` is called inside a transaction, and may be repeated."""

    @property
    def area(self) -> str:
        """The feature's word: what `moved` is filed under, and the archive's folder."""
        ...

    @property
    def title(self) -> Localized:
        """What its part of the archive is headed with."""
        ...

    @property
    def tables(self) -> Mapping[str, str]:
        """Every table of the feature that names an account: "erased", or why it is kept at a deletion."""
        ...

    async def merged(self, absorbed: AccountId, into: AccountId) -> Any:
        """Let `into` have what `absorbed` has; what moved, as JSON, for `parted`."""
        ...

    async def parted(self, absorbed: AccountId, into: AccountId, moved: Any) -> None:
        """Give back what moved, as far as it is still there."""
        ...

    def export(self, account: AccountId) -> AsyncIterator[Record]:
        """Everything, records of one file after each other; read some at a time."""
        ...

    async def erase(self, account: AccountId) -> None:
        """Remove everything for good, but what `tables` gives a reason for."""
        ...


FactorMethod = Literal["totp", "recovery-code"]


class OtherMeans(Protocol):
    """Knows what else than its number opens an account."""

    async def strong(self, account: AccountId) -> bool:
        """Whether the account has a password, a passkey or a second factor."""
        ...

    async def methods(self, account: AccountId) -> Sequence[str]:
        """What the account has for a second factor, of FactorMethod; none: it asks for none."""
        ...

    async def spend_try(self, account: AccountId, method: FactorMethod) -> None:
        """To be called before `accept`, outside of a transaction; raises TooManyTries, or that there is none."""
        ...

    async def accept(self, account: AccountId, method: FactorMethod, code: str) -> bool:
        """Use the second factor's code up, in the open transaction; whether it was right and new."""
        ...


class NameRegister(Protocol):
    """Confirms a legal name."""

    async def confirm(self, name: str, id_number: str) -> bool:
        """Whether a living person bears this name with this number; raises Unavailable, Unprocessable."""
        ...


class Holds(Protocol):
    """Holds an account back from services of high value."""

    async def place(self, account: AccountId, reason: str) -> object:
        """Hold it for a day, in the open transaction; notes the change, so it comes last."""
        ...

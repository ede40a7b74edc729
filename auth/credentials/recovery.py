"""Recovery codes: ten, each good once, for the second factor alone.

They never replace the first factor: whoever lost their phone number as well proves who they are at a counter. So a
recovery is never weaker than signing in.
"""

import secrets

from auth.secrecy import Secrecy
from core.clock import Clock
from core.database import rows
from core.ids import AccountId, in_base_32

NUMBER = 10
_LETTERS = 16
"""Of base 32: 80 bits of chance."""
_AS_TYPED = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


class RecoveryCodes:
    """The codes of all accounts."""

    def __init__(self, clock: Clock, secrecy: Secrecy) -> None:
        self._clock = clock
        self._secrecy = secrecy

    async def make(self, account: AccountId) -> list[str]:
        """New codes, which replace the ones before, in the open transaction; they are kept nowhere but as hashes."""
        codes = [_new() for _ in range(NUMBER)]
        await self.remove(account)
        for code in codes:
            await rows(
                "INSERT INTO credentials_recovery_code (id, account_id) VALUES (?, ?)",
                self._hash(account, code),
                account,
            )
        return codes

    async def use(self, account: AccountId, typed: str) -> bool:
        """Use a code up, in the open transaction; whether it counted."""
        return bool(
            await rows(
                "UPDATE credentials_recovery_code SET used_at = ? WHERE id = ? AND account_id = ? AND used_at IS NULL "
                "RETURNING id",
                self._clock.now(),
                self._hash(account, typed),
                account,
            )
        )

    async def left(self, account: AccountId) -> int:
        found = await rows(
            "SELECT COUNT(*) AS number FROM credentials_recovery_code WHERE account_id = ? AND used_at IS NULL", account
        )
        return int(found[0]["number"])

    async def remove(self, account: AccountId) -> None:
        await rows("DELETE FROM credentials_recovery_code WHERE account_id = ?", account)

    def _hash(self, account: AccountId, typed: str) -> str:
        return self._secrecy.hashed("recovery", account, typed.lower().translate(_AS_TYPED))


def _new() -> str:
    """Like `3f7k-9x2m-pq0d-w4tz`."""
    letters = in_base_32(secrets.randbits(5 * _LETTERS), _LETTERS)
    return "-".join(letters[start : start + 4] for start in range(0, _LETTERS, 4))

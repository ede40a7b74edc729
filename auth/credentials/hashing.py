"""Argon2id (RFC 9106), in threads, and in the same time whether there is a password or not."""

from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from auth.credentials.settings import HashingSettings
from auth.credentials.threads import Threads
from core.ids import new_secret


class Hashing:
    """Hashes passwords and compares them; each method raises PasswordsBusy when too many wait."""

    def __init__(self, settings: HashingSettings) -> None:
        self._threads = Threads(settings.at_once, settings.waiting)
        self._argon2 = PasswordHasher(settings.passes, settings.memory_kib, settings.lanes, type=Type.ID)

    async def hash(self, password: str) -> str:
        """In the PHC string format, with a salt of its own."""
        return await self._threads.run(lambda: self._argon2.hash(password))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one hashed; without a hash the same work is done for nothing."""
        return await self._threads.run(lambda: self._matches(password, stored))

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than are set now."""
        return self._argon2.check_needs_rehash(stored)

    @cached_property
    def _nobodys(self) -> str:
        return self._argon2.hash(new_secret())

    def _matches(self, password: str, stored: str | None) -> bool:
        nobodys = self._nobodys  # made by the first call, whichever it is
        try:
            self._argon2.verify(stored or nobodys, password)
        except VerifyMismatchError:
            return False
        return stored is not None

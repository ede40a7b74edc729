"""The key that signs this city's checkpoints: made once, sealed, never replaced by another of the same name."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.secrecy import Secrecy
from core.clock import Clock
from core.database import rows, transaction
from gateway.ledger.notes import NoteKey, signed


class Signer:
    """Signs in the name of the ledger; `name` is also the first line of each checkpoint."""

    def __init__(self, clock: Clock, secrecy: Secrecy, origin: str) -> None:
        self.name = f"{origin.partition('://')[2]}/ledger"
        self._clock = clock
        self._secrecy = secrecy
        self._private: Ed25519PrivateKey | None = None

    async def sign(self, text: str) -> str:
        """The text as a note; raises auth.secrecy.SealBroken when the city's secret was changed."""
        return signed(text, self.name, await self._key())

    async def public(self) -> NoteKey:
        return NoteKey(self.name, (await self._key()).public_key().public_bytes_raw())

    async def _key(self) -> Ed25519PrivateKey:
        if self._private is None:
            sealed = await self._sealed() or await self._made()
            self._private = Ed25519PrivateKey.from_private_bytes(self._secrecy.unseal(sealed, self.name))
        return self._private

    async def _sealed(self) -> str | None:
        found = await rows("SELECT sealed FROM ledger_signer WHERE name = ?", self.name)
        return str(found[0]["sealed"]) if found else None

    async def _made(self) -> str:
        """Keep a new key, unless another process was faster; the one that is kept."""
        private = Ed25519PrivateKey.generate()
        async with transaction():
            kept = await rows(
                "INSERT INTO ledger_signer (name, sealed, public, created_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET sealed = ledger_signer.sealed RETURNING sealed",
                self.name,
                self._secrecy.seal(private.private_bytes_raw(), self.name),
                private.public_key().public_bytes_raw(),
                self._clock.now(),
            )
        return str(kept[0]["sealed"])

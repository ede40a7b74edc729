"""The keys that sign this city's checkpoints: made once, sealed, never replaced by another of the same name."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.secrecy import Secrecy
from auth.shangmi.errors import SigningUnavailable
from auth.shangmi.keys import PrivateKey
from auth.shangmi.ports import Signer as SM2Signer
from auth.shangmi.sm2 import can_sign, new_key, signer
from core.clock import Clock
from core.database import rows, transaction
from gateway.ledger.notes import SM2, NoteKey, countersigned, signed, text_of


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
            raw = await _Keychain(self._clock, self._secrecy, self.name).private(_new_ed25519)
            self._private = Ed25519PrivateKey.from_private_bytes(raw)
        return self._private


class SecondSigner:
    """Signs the same notes with SM2 and SM3 (GB/T 32918), for those who are to check them by national standards.

    Raises SigningUnavailable when it is made where no libcrypto can sign.
    """

    def __init__(self, clock: Clock, secrecy: Secrecy, name: str) -> None:
        if not can_sign():
            raise SigningUnavailable(
                "ONECITY_LEDGER__SM2 needs libcrypto of OpenSSL 3, which this machine does not have"
            )
        self.name = name
        self._keychain = _Keychain(clock, secrecy, f"{name} sm2")
        self._signer: SM2Signer | None = None

    async def countersign(self, note: str) -> str:
        """The note with this signature too; raises auth.secrecy.SealBroken."""
        signature = (await self._key()).sign(text_of(note).encode())
        return countersigned(note, await self.public(), signature)

    async def public(self) -> NoteKey:
        return NoteKey(self.name, (await self._key()).public.octets, SM2)

    async def _key(self) -> SM2Signer:
        if self._signer is None:
            self._signer = signer(PrivateKey.of(await self._keychain.private(_new_sm2)))
        return self._signer


class _Keychain:
    """The one private key of a name, sealed."""

    def __init__(self, clock: Clock, secrecy: Secrecy, name: str) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._name = name

    async def private(self, new: Callable[[], tuple[bytes, bytes]]) -> bytes:
        """The key; where there is none yet, a `new` one: its private and its public octets."""
        sealed = await self._sealed() or await self._made(*new())
        return self._secrecy.unseal(sealed, self._name)

    async def _sealed(self) -> str | None:
        found = await rows("SELECT sealed FROM ledger_signer WHERE name = ?", self._name)
        return str(found[0]["sealed"]) if found else None

    async def _made(self, private: bytes, public: bytes) -> str:
        """Keep a new key, unless another process was faster; the one that is kept."""
        async with transaction():
            kept = await rows(
                "INSERT INTO ledger_signer (name, sealed, public, created_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET sealed = ledger_signer.sealed RETURNING sealed",
                self._name,
                self._secrecy.seal(private, self._name),
                public,
                self._clock.now(),
            )
        return str(kept[0]["sealed"])


def _new_ed25519() -> tuple[bytes, bytes]:
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def _new_sm2() -> tuple[bytes, bytes]:
    private = new_key()
    return private.octets, private.public.octets

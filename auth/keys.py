"""Signing keys: made, published, used, retired, gone.

A key is published `key_lead_seconds` before its first use, so that everybody who keeps our key set for its max-age has
it by then; the one before stays published until the last token that it signed has ended. All workers choose by the
clock alone, so that they change over without talking to each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from auth.jwk import JWK, jwk_of, thumbprint
from auth.jwt import SigningKey
from auth.models import Key
from auth.secrecy import Secrecy
from auth.settings import AuthSettings
from core.clock import Clock
from core.database import rows, transaction

KNOWN_FOR = timedelta(seconds=30)
"""How long a worker goes by what it read."""
PUBLISHED_FOR = timedelta(seconds=300)
"""How long others may keep our key set."""
_REREAD_AFTER = timedelta(seconds=1)
_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Opened:
    row: Key
    signing: SigningKey
    public: ec.EllipticCurvePublicKey


class Keys:
    """The key set of this city, kept for half a minute in each process."""

    def __init__(self, clock: Clock, settings: AuthSettings, secrecy: Secrecy) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._lead = timedelta(seconds=settings.key_lead_seconds)
        self._turn = timedelta(days=settings.key_days)
        self._tail = timedelta(seconds=settings.longest_token_seconds) + _MARGIN
        self._opened: dict[str, _Opened] = {}
        self._read_at: datetime | None = None

    async def ensure(self) -> None:
        """Make the first key, or the next one when it is due; call it at the start and every hour."""
        newest = await Key.all().order_by("-generation").first()
        if newest is None:
            await self._make(1, self._clock.now())
        elif newest.active_from + self._turn <= self._clock.now():
            await self._make(newest.generation + 1, self._clock.now() + self._lead)
        await self._read()

    async def rotate(self) -> None:
        """Publish the next key now and use it after the lead; nothing happens while one is waiting already."""
        newest = await Key.all().order_by("-generation").first()
        if newest and newest.active_from <= self._clock.now():
            await self._make(newest.generation + 1, self._clock.now() + self._lead)
        await self._read()

    async def current(self) -> SigningKey:
        """The key to sign with now."""
        now = self._clock.now()
        opened = await self._known()
        return max(
            (each for each in opened if each.row.active_from <= now), key=lambda each: each.row.generation
        ).signing

    async def public(self) -> list[JWK]:
        """The key set (RFC 7517, section 5): the key in use, the next one, and those whose tokens still live."""
        return [jwk_of(each.public) for each in await self._known()]

    async def published(self) -> frozenset[str]:
        """The names of those keys."""
        return frozenset(each.row.kid for each in await self._known())

    async def find(self, kid: str | None) -> ec.EllipticCurvePublicKey | None:
        """The public key of that name, read anew when it is not known; at most once a second, whoever asks."""
        known = await self._known()
        if kid not in self._opened and self._older_than(_REREAD_AFTER):
            await self._read()
            known = await self._known()
        return next((each.public for each in known if each.row.kid == kid), None)

    async def _make(self, generation: int, active_from: datetime) -> None:
        """Write the key of that generation, unless another process was faster, and have the one before retire."""
        private = ec.generate_private_key(ec.SECP256R1())
        kid = thumbprint(private.public_key())
        async with transaction():
            made = await rows(
                "INSERT INTO auth_key (kid, generation, sealed, created_at, active_from) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (generation) DO NOTHING RETURNING kid",
                kid,
                generation,
                self._secrecy.seal(_pem(private), kid),
                self._clock.now(),
                active_from,
            )
            if made:
                await Key.filter(generation__lt=generation, retires_at=None).update(
                    retires_at=active_from, gone_at=active_from + self._tail
                )

    async def _known(self) -> Sequence[_Opened]:
        """The published keys, oldest first."""
        if self._older_than(KNOWN_FOR):
            await self._read()
        now = self._clock.now()
        return [each for each in self._opened.values() if each.row.gone_at is None or each.row.gone_at > now]

    async def _read(self) -> None:
        listed = await Key.all().order_by("generation")
        self._opened = {row.kid: self._open(row) for row in listed}
        self._read_at = self._clock.now()

    def _open(self, row: Key) -> _Opened:
        """The row and its keys, which are opened once in a process, however often the rows are read."""
        if row.kid in self._opened:
            return replace(self._opened[row.kid], row=row)
        private = load_pem_private_key(self._secrecy.unseal(row.sealed, row.kid), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)  # noqa: S101 - what `_make` sealed
        return _Opened(row, SigningKey(row.kid, private), private.public_key())

    def _older_than(self, age: timedelta) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at > age


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

"""Signing keys: made, published, used, retired, gone.

A key is published `key_lead_seconds` before its first use, so that everybody who keeps our key set for its max-age has
it by then; the one before stays published until the last token that it signed has ended. All workers choose by the
clock alone, so that they change over without talking to each other.

ES256 signs all that we read ourselves. RS256 is for clients that ask for ID tokens of that kind: made with the ES256
key of the same generation where it is wanted, so that both rotate together.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from auth.jwk import JWK, PublicKey, jwk_of, thumbprint
from auth.jwt import Algorithm, SigningKey
from auth.models import Key
from auth.secrecy import Secrecy
from auth.settings import AuthSettings
from core.clock import Clock
from core.database import rows, statement, transaction

KNOWN_FOR = timedelta(seconds=30)
"""How long a worker goes by what it read."""
PUBLISHED_FOR = timedelta(seconds=300)
"""How long others may keep our key set."""
_REREAD_AFTER = timedelta(seconds=1)
_MARGIN = timedelta(seconds=60)
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class _Opened:
    row: Key
    keys: Mapping[Algorithm, SigningKey]


class Keys:
    """The key set of this city, kept for half a minute in each process."""

    def __init__(self, clock: Clock, settings: AuthSettings, secrecy: Secrecy) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._lead = timedelta(seconds=settings.key_lead_seconds)
        self._turn = timedelta(days=settings.key_days)
        self._tail = timedelta(seconds=settings.longest_token_seconds) + _MARGIN
        self._opened: dict[str, _Opened] = {}
        self._public: dict[str, PublicKey] = {}
        self._read_at: datetime | None = None
        self._begun = self._applied = 0

    async def ensure(self, *, with_rsa: bool = False) -> None:
        """Make the first keys, or the next ones when they are due; call it at the start and every hour.

        `with_rsa`: have RS256 keys as well, from now on.
        """
        newest = await Key.all().order_by("-generation").first()
        if newest is None:
            await self._make(1, self._clock.now(), with_rsa=with_rsa)
        elif newest.active_from + self._turn <= self._clock.now():
            await self._follow(newest)
        await self._read()
        if with_rsa:
            await self._add_rsa()

    async def rotate(self) -> None:
        """Publish the next keys now and use them after the lead; nothing happens while some are waiting already."""
        newest = await Key.all().order_by("-generation").first()
        if newest and newest.active_from <= self._clock.now():
            await self._follow(newest)
        await self._read()

    async def current(self, algorithm: Algorithm = "ES256") -> SigningKey:
        """The key to sign with now."""
        if algorithm == "RS256":
            await self._add_rsa()
        now = self._clock.now()
        opened = await self._known()
        return max((each for each in opened if each.row.active_from <= now), key=lambda each: each.row.generation).keys[
            algorithm
        ]

    async def public(self) -> list[JWK]:
        """The key set (RFC 7517, section 5): the keys in use, the next ones, and those whose tokens still live."""
        return [jwk_of(each.private.public_key()) for each in _each(await self._known())]

    async def published(self) -> frozenset[str]:
        """The names of those keys."""
        return frozenset(each.kid for each in _each(await self._known()))

    async def find(self, kid: str | None) -> PublicKey | None:
        """The public key of that name, read anew when it is not known; at most once a second, whoever asks."""
        known = await self._known()
        if kid not in self._public and self._older_than(_REREAD_AFTER):
            await self._read()
            known = await self._known()
        there = any(each.kid == kid for each in _each(known))
        return self._public[kid] if there and kid else None

    async def _follow(self, newest: Key) -> None:
        """Make the generation after `newest`, with the same kinds of keys."""
        await self._make(newest.generation + 1, self._clock.now() + self._lead, with_rsa=newest.rsa_kid is not None)

    async def _make(self, generation: int, active_from: datetime, *, with_rsa: bool) -> None:
        """Write the keys of that generation, unless another process was faster, and have those before retire."""
        private = ec.generate_private_key(ec.SECP256R1())
        kid = thumbprint(private.public_key())
        rsa_kid, rsa_sealed = await self._sealed_rsa() if with_rsa else (None, None)
        async with transaction():
            made = await rows(
                "INSERT INTO auth_key (kid, generation, sealed, rsa_kid, rsa_sealed, created_at, active_from) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (generation) DO NOTHING RETURNING kid",
                kid,
                generation,
                self._secrecy.seal(_pem(private), kid),
                rsa_kid,
                rsa_sealed,
                self._clock.now(),
                active_from,
            )
            if made:
                await Key.filter(generation__lt=generation, retires_at=None).update(
                    retires_at=active_from, gone_at=active_from + self._tail
                )

    async def _add_rsa(self) -> None:
        """Give each generation that is or will be in use its RS256 key, if it has none; of two processes one wins."""
        now = self._clock.now()
        bare = [each.row for each in await self._known() if "RS256" not in each.keys]
        in_use = [row for row in bare if row.retires_at is None or row.retires_at > now]
        for row in in_use:
            kid, sealed = await self._sealed_rsa()
            await statement(
                "UPDATE auth_key SET rsa_kid = ?, rsa_sealed = ? WHERE generation = ? AND rsa_kid IS NULL",
                kid,
                sealed,
                row.generation,
            )
        if in_use:
            await self._read()

    async def _sealed_rsa(self) -> tuple[str, str]:
        """A new RS256 key, in a thread: it takes the time of hundreds of requests."""
        private = await asyncio.to_thread(rsa.generate_private_key, 65537, _RSA_BITS)
        kid = thumbprint(private.public_key())
        return kid, self._secrecy.seal(_pem(private), kid)

    async def _known(self) -> Sequence[_Opened]:
        """The published keys, oldest first."""
        if self._older_than(KNOWN_FOR):
            await self._read()
        now = self._clock.now()
        return [each for each in self._opened.values() if each.row.gone_at is None or each.row.gone_at > now]

    async def _read(self) -> None:
        """Go by the rows as they are; of readings that overlap the one that began last counts."""
        self._begun += 1
        mine = self._begun
        listed = await self._listed()
        if mine < self._applied:
            return
        self._applied = mine
        self._opened = {row.kid: self._open(row) for row in listed}
        self._public = {each.kid: each.private.public_key() for each in _each(self._opened.values())}
        self._read_at = self._clock.now()

    async def _listed(self) -> list[Key]:
        return await Key.all().order_by("generation")

    def _open(self, row: Key) -> _Opened:
        """The row and its keys, which are opened once in a process, however often the rows are read."""
        known = self._opened.get(row.kid)
        if known and known.row.rsa_kid == row.rsa_kid:
            return replace(known, row=row)
        keys: dict[Algorithm, SigningKey] = {"ES256": self._unseal(row.kid, row.sealed)}
        if row.rsa_kid and row.rsa_sealed:
            keys["RS256"] = self._unseal(row.rsa_kid, row.rsa_sealed)
        return _Opened(row, keys)

    def _unseal(self, kid: str, sealed: str) -> SigningKey:
        private = load_pem_private_key(self._secrecy.unseal(sealed, kid), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)  # noqa: S101 - what `_make` sealed
        return SigningKey(kid, private)

    def _older_than(self, age: timedelta) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at > age


def _each(opened: Iterable[_Opened]) -> Iterable[SigningKey]:
    return (key for each in opened for key in each.keys.values())


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

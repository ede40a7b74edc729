"""Intents: one mini-service asks another through the resident, and gets what that answers, signed by the city.

Promise: an intent is answered once. Whoever sends a request again with its Idempotency-Key gets the first answer,
the same token among it; whoever dies in between loses nothing, for the token is kept with the answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.clock import Clock
from core.database import in_turn, rows, transaction
from core.ids import AccountId, DepartmentId, ServiceId, new_id
from core.problems import IdempotencyKeyReused
from miniapps.intents.canonical import canonical, digest_of
from miniapps.intents.errors import IntentClosed, IntentExpired, IntentTooLarge, IntentUnknown, TooManyIntents
from miniapps.intents.models import Intent
from miniapps.intents.ports import Answered, Signer
from miniapps.intents.providers import Provider, Providers
from miniapps.values import from_text, text_of

LIFE = timedelta(minutes=15)
"""For so long a resident may take to answer."""
KEPT = timedelta(hours=24)
PAYLOAD_BYTES = 16 * 1024
RESULT_BYTES = 4 * 1024
"""So that the token with the result in it fits where tokens do."""
HOUR_LIMIT = 200
_HOUR = timedelta(hours=1)

_ENTER = """
INSERT INTO intents_intent (id, account_id, service_id, department_id, name, provider_id, payload, state, key, digest,
    created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)
ON CONFLICT (account_id, key) DO NOTHING RETURNING id
"""
_CLOSE = """
UPDATE intents_intent SET state = ?, result = ?, token = ?, result_key = ?, result_digest = ?
WHERE id = ? AND account_id = ? AND state = 'open' AND expires_at > ? RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`service` asks; `provider` may be left out where there is only one."""

    service: ServiceId
    name: str
    payload: Any
    provider: ServiceId | None = None

    def digest(self) -> str:
        return _digest({"from": self.service, "name": self.name, "payload": self.payload, "to": self.provider})


class Intents:
    def __init__(self, clock: Clock, providers: Providers, signer: Signer) -> None:
        self._clock = clock
        self._providers = providers
        self._signer = signer

    async def ask(self, account: AccountId, asked: Asked, key: str | None = None) -> tuple[Intent, Provider]:
        """Open an intent, or find the one of that Idempotency-Key.

        Raises ServiceUnknown, IntentNotDeclared, NoProvider, ProviderUnclear, IntentTooLarge, TooManyIntents,
        IdempotencyKeyReused, Unprocessable.
        """
        digest, payload = asked.digest(), _bounded(asked.payload, PAYLOAD_BYTES)
        if first := await self._first(account, key, digest):
            return first, await self._providers.one(first.name, ServiceId(first.provider_id))
        asker = await self._providers.asker(asked.service, asked.name)
        provider = await self._providers.of(asked.name, asker.id, asked.provider)
        async with transaction():
            await self._check_rate(account)
            now = self._clock.now()
            about = (new_id(now), account, asker.id, asker.department, asked.name, provider.service.id, payload)
            made = await rows(_ENTER, *about, key, digest, now, now + LIFE)
            if not made and (first := await self._first(account, key, digest)):
                return first, provider
        return await self._own(account, made[0]["id"]), provider

    async def find(self, account: AccountId, intent_id: str) -> Intent:
        """A resident's own; raises IntentUnknown."""
        return await self._own(account, intent_id)

    def is_over(self, intent: Intent) -> bool:
        """Whether its time has run out, with nobody having answered."""
        return intent.state == "open" and intent.expires_at <= self._clock.now()

    async def answer(self, account: AccountId, intent_id: str, result: Any, key: str | None = None) -> Intent:
        """Close it with a result, and have that signed; with the same key again: the first answer.

        Raises IntentUnknown, IntentClosed, IntentExpired, NoProvider, IntentTooLarge, IdempotencyKeyReused.
        """
        text, digest = _bounded(result, RESULT_BYTES), _digest({"result": result})
        intent = await self._own(account, intent_id)
        if replayed := _replayed(intent, key, digest):
            return replayed
        await self._providers.one(intent.name, ServiceId(intent.provider_id))
        token = await self._signer.sign(_answered(intent, result))  # before: what it remembers is committed by then
        return await self._close(intent, "answered", (text, token), key, digest)

    async def cancel(self, account: AccountId, intent_id: str, key: str | None = None) -> Intent:
        """Close it without a result; raises IntentUnknown, IntentClosed, IntentExpired, IdempotencyKeyReused."""
        digest, intent = _digest({"cancelled": True}), await self._own(account, intent_id)
        replayed = _replayed(intent, key, digest)
        return replayed or await self._close(intent, "cancelled", (None, None), key, digest)

    async def remove_old(self) -> None:
        """Remove what no key brings back any more."""
        await rows("DELETE FROM intents_intent WHERE created_at <= ?", self._clock.now() - KEPT)

    async def _close(
        self, intent: Intent, state: str, answer: tuple[str | None, str | None], key: str | None, digest: str
    ) -> Intent:
        account, now = AccountId(intent.account_id), self._clock.now()
        async with transaction():
            closed = await rows(_CLOSE, state, *answer, key, digest, intent.id, account, now)
        after = await self._own(account, intent.id)
        replayed = after if closed else _replayed(after, key, digest)
        if replayed is not None:
            return replayed
        raise IntentExpired("Have the service ask again.")

    async def _own(self, account: AccountId, intent_id: str) -> Intent:
        intent = await Intent.get_or_none(id=intent_id, account_id=account)
        if intent is None:
            raise IntentUnknown("Take the id that the asking answered.")
        return intent

    async def _first(self, account: AccountId, key: str | None, digest: str) -> Intent | None:
        """The intent that this key opened before; raises IdempotencyKeyReused."""
        if key is None:
            return None
        first = await Intent.get_or_none(account_id=account, key=key)
        if first and first.digest != digest:
            raise IdempotencyKeyReused("Ask for something else with another key.")
        return first

    async def _check_rate(self, account: AccountId) -> None:
        await in_turn(f"intents of {account}")
        lately = Intent.filter(account_id=account, created_at__gt=self._clock.now() - _HOUR)
        if await lately.count() >= HOUR_LIMIT:
            raise TooManyIntents(f"{HOUR_LIMIT} an hour are taken.", retry_after=int(_HOUR.total_seconds()))


def _replayed(intent: Intent, key: str | None, digest: str) -> Intent | None:
    """The intent as it was closed, where this is the request that closed it; None while it is open."""
    if intent.state == "open":
        return None
    if key is not None and key == intent.result_key:
        if digest != intent.result_digest:
            raise IdempotencyKeyReused("Answer another intent with another key.")
        return intent
    raise IntentClosed("An intent is answered once: have the service ask again.")


def _answered(intent: Intent, result: Any) -> Answered:
    return Answered(
        account=AccountId(intent.account_id),
        department=DepartmentId(intent.department_id),
        service=ServiceId(intent.service_id),
        intent=intent.id,
        name=intent.name,
        provider=ServiceId(intent.provider_id),
        payload_digest=digest_of(from_text(intent.payload)),
        result=result,
    )


def _bounded(value: Any, most: int) -> str:
    text = text_of(value)
    if len(text.encode()) > most:
        raise IntentTooLarge(f"Send at most {most} bytes of JSON.", limit=most)
    return text


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()

"""A keyed call has one effect and one answer (draft-ietf-httpapi-idempotency-key-header-07).

    claim ──▶ Fresh    nobody has the key: the call goes to the department, with the key, then `settle` or `release`
          ──▶ Replay   it was answered: the same answer goes out again, if the body is the same
          ──▶ IdempotencyKeyInFlight 409, IdempotencyKeyReused 422

A claim is a lease. When its holder dies, another call with the key may claim it once the lease is over, and goes to the
department, which knows by the same key whether the work was done. So two calls with one key are never under way at
once, but one may follow another whose answer was lost.

A key counts for one resident (and one mandate, where somebody acts for them), service, upstream, operation, method,
path and query: elsewhere it is another key. The table holds no key and no readable answer: ids are hashes, and an
answer is sealed under the key that was sent with it.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.clock import Clock
from core.database import rows, statement
from core.ids import new_id
from core.problems import BadRequest, Conflict, IdempotencyKeyReused
from gateway.proxy.settings import IdempotencySettings

_NONCE_BYTES: Final = 12
_LONGEST_KEY: Final = 255
_KEY = re.compile(rb'[!#-~][!-~]*|"(?:[ !#-\[\]-~]|\\["\\])+"')
"""Visible ASCII, or a string of structured fields (RFC 9651, section 3.3.3), which may hold spaces."""
_TO_BE_TRIED_AGAIN: Final = frozenset({408, 425, 429})

_CLAIM = """
INSERT INTO proxy_key (id, account_id, holder, claims, fingerprint, lease_until, expires_at)
VALUES (?, ?, ?, 1, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    holder = excluded.holder,
    claims = CASE WHEN proxy_key.expires_at <= ? THEN 1 ELSE proxy_key.claims + 1 END,
    fingerprint = CASE WHEN proxy_key.expires_at <= ? THEN excluded.fingerprint
                  ELSE COALESCE(proxy_key.fingerprint, excluded.fingerprint) END,
    status = NULL, answer = NULL, lease_until = excluded.lease_until, expires_at = excluded.expires_at
WHERE proxy_key.expires_at <= ? OR (proxy_key.status IS NULL AND proxy_key.lease_until <= ?
    AND COALESCE(excluded.fingerprint = proxy_key.fingerprint, TRUE))
RETURNING claims, fingerprint
"""
_SETTLE = """
UPDATE proxy_key SET status = ?, answer = ?, fingerprint = ? WHERE id = ? AND holder = ? AND status IS NULL RETURNING id
"""
_LET_GO = """
UPDATE proxy_key SET lease_until = ?, fingerprint = COALESCE(fingerprint, ?)
WHERE id = ? AND holder = ? AND status IS NULL RETURNING id
"""


class IdempotencyKeyUnusable(BadRequest):
    title = "This Idempotency-Key cannot be used"


class IdempotencyKeyInFlight(Conflict):
    title = "The call with this Idempotency-Key is still under way"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedCall:
    """One call as its key counts for it; `target` is the raw path and query, `key` what `key_of` made.

    `account` is whose data it is, `mandate` on which somebody else calls for them: the owner's keys are not theirs.
    `fingerprint` of the body, where the whole body is known before it is sent on.
    """

    account: str
    service: str
    upstream: str
    operation: str
    method: str
    target: bytes
    key: str
    mandate: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the client got it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fresh:
    """The call may go to the department. Hand this back to `settle` or `release`.

    `expected`: the fingerprint that came with the key before, if any did; a body known to differ must not be sent.
    `retaken`: the department may have had this key before.
    """

    call: KeyedCall
    holder: str
    expected: str | None
    retaken: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """The call was answered before; nothing may be sent."""

    kept: Answer
    expected: str

    def answer(self, fingerprint: str) -> Answer:
        """The answer again, for the same body; raises IdempotencyKeyReused for another."""
        if fingerprint != self.expected:
            raise _reused()
        return self.kept


class Fingerprint:
    """SHA-256 over the content type and the body, which may come in pieces."""

    __slots__ = ("_hash",)

    def __init__(self, content_type: bytes | None) -> None:
        given = content_type or b""
        self._hash = hashlib.sha256(len(given).to_bytes(4) + given)

    def update(self, piece: bytes) -> None:
        self._hash.update(piece)

    def text(self) -> str:
        """In hex, of all pieces until now."""
        return self._hash.hexdigest()


def fingerprint_of(content_type: bytes | None, body: bytes) -> str:
    """The fingerprint of a body held whole."""
    fingerprint = Fingerprint(content_type)
    fingerprint.update(body)
    return fingerprint.text()


def key_of(value: bytes) -> str:
    """The header's value as a key: 1 to 255 characters, taken as they are, quotes too.

    What is sent to the department is the same value. `"8e03"` and `8e03` are two keys, as they are two values.
    Raises IdempotencyKeyUnusable.
    """
    if len(value) > _LONGEST_KEY or not _KEY.fullmatch(value):
        raise IdempotencyKeyUnusable(
            "Send 1 to 255 visible ASCII characters, new for each thing and the same for each retry; with spaces only "
            "in double quotes.",
            hop="client",
        )
    return value.decode("ascii")


def is_final(status: int) -> bool:
    """Whether an answer with this status settles the key; after the others the same call is worth another try."""
    return status < 500 and status not in _TO_BE_TRIED_AGAIN  # noqa: PLR2004 - the class of server errors


class Keys:
    """The keys of all residents; each method is one statement that writes, durable when it returns."""

    def __init__(self, clock: Clock, settings: IdempotencySettings) -> None:
        self._clock = clock
        self._kept = timedelta(seconds=settings.kept_seconds)
        self._answer_bytes = settings.answer_bytes

    async def claim(self, call: KeyedCall, lease_seconds: float) -> Fresh | Replay:
        """Take the key for `lease_seconds`, which must be longer than the call may take.

        Raises IdempotencyKeyInFlight, IdempotencyKeyReused.
        """
        now = self._clock.now()
        place, holder = _place(call), new_id(now)
        until = now + timedelta(seconds=lease_seconds)
        values = (place, call.account, holder, call.fingerprint, until, now + self._kept, now, now, now, now)
        if claimed := await statement(_CLAIM, *values):
            return _fresh(call, holder, claimed[0]["claims"], claimed[0]["fingerprint"])
        found = await rows("SELECT status, answer, fingerprint FROM proxy_key WHERE id = ?", place)
        if found and call.fingerprint and found[0]["fingerprint"] not in {None, call.fingerprint}:
            raise _reused()
        if not found or found[0]["status"] is None:
            raise IdempotencyKeyInFlight(
                "Wait for the first call's answer, or repeat this one later.",
                headers={"Retry-After": "1"},
                hop="gateway",
            )
        return _replay(call, found[0]["status"], bytes(found[0]["answer"]), found[0]["fingerprint"])

    async def settle(self, claim: Fresh, fingerprint: str, answer: Answer | None) -> bool:
        """Keep the answer of a call that was done; None: it cannot be kept, so the department is asked again.

        False: nothing was kept, because the answer is too large, the body is not the one that came with the key
        before, or the lease was over and another call has the key now.
        """
        kept = answer is not None and len(answer.body) <= self._answer_bytes
        if answer is None or not kept or claim.expected not in {None, fingerprint}:
            await self.release(claim, fingerprint)
            return False
        sealed = _sealed(claim.call, answer)
        place = _place(claim.call)
        return bool(await statement(_SETTLE, answer.status, sealed, fingerprint, place, claim.holder))

    async def release(self, claim: Fresh, fingerprint: str | None = None) -> None:
        """Let the key go: the next call with it goes to the department.

        `fingerprint`: that of a body of which the department saw something; the key is for this body from now on.
        """
        place = _place(claim.call)
        if fingerprint is None and not claim.retaken:
            await statement("DELETE FROM proxy_key WHERE id = ? AND holder = ? RETURNING id", place, claim.holder)
        else:
            await statement(_LET_GO, self._clock.now(), fingerprint, place, claim.holder)

    async def remove_expired(self) -> int:
        """Forget the keys whose time is over; how many they were."""
        return len(await statement("DELETE FROM proxy_key WHERE expires_at <= ? RETURNING id", self._clock.now()))

    async def remove_account(self, account: str) -> int:
        """Forget the keys and answers of one resident; how many they were."""
        return len(await statement("DELETE FROM proxy_key WHERE account_id = ? RETURNING id", account))


def _fresh(call: KeyedCall, holder: str, claims: int, expected: str | None) -> Fresh:
    retaken = claims > 1
    return Fresh(call, holder, expected if retaken else None, retaken)


def _replay(call: KeyedCall, status: int, sealed: bytes, expected: str) -> Replay:
    return Replay(_opened(call, status, sealed), expected)


def _reused() -> IdempotencyKeyReused:
    return IdempotencyKeyReused("Use a new key for a new thing, and the very same body for a retry.", hop="client")


def _digest(purpose: bytes, call: KeyedCall) -> bytes:
    """SHA-256 over what the key counts for; the parts cannot run into one another."""
    texts = [call.account, call.service, call.upstream, call.operation, call.method, call.key]
    if call.mandate is not None:
        texts.append(call.mandate)
    parts = (purpose, call.target, *(text.encode() for text in texts))
    return hashlib.sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).digest()


def _place(call: KeyedCall) -> str:
    return _digest(b"place", call).hex()


def _sealed(call: KeyedCall, answer: Answer) -> bytes:
    """Headers and body under AES-256-GCM; the status, which stands beside it, is authenticated."""
    headers = json.dumps([[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers]).encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = len(headers).to_bytes(4) + headers + answer.body
    return nonce + AESGCM(_digest(b"answer", call)).encrypt(nonce, plain, str(answer.status).encode())


def _opened(call: KeyedCall, status: int, sealed: bytes) -> Answer:
    nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    plain = AESGCM(_digest(b"answer", call)).decrypt(nonce, text, str(status).encode())
    end = 4 + int.from_bytes(plain[:4])
    pairs = json.loads(plain[4:end])
    return Answer(
        status, tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs), plain[end:]
    )

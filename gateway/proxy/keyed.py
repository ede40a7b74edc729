"""A call with an Idempotency-Key on its way: the claim, the body's fingerprint, and what is kept of the answer."""

from gateway.proxy.answer import AnswerHead
from gateway.proxy.gate import Pass, Route
from gateway.proxy.head import Block, Line
from gateway.proxy.headers import Pairs
from gateway.proxy.idempotency import Answer, Fingerprint, Fresh, KeyedCall, Keys, Replay, is_final, key_of

COUNTED = frozenset({"POST", "PATCH"})
"""Methods that do something anew each time (RFC 9110, section 9.2.2); of the others the key is only passed on."""
_LEASE_MARGIN = 10.0


class Keyed:
    """`counts`: the gateway itself keeps the key; `started`, then `claimed`; then it is `fresh`, or it `replays`."""

    __slots__ = (
        "_body",
        "_claim",
        "_key",
        "_keys",
        "_open",
        "_pass",
        "_target",
        "_too_large",
        "counts",
        "started",
        "whole",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - a keyed call is all of these
        self, keys: Keys, key: bytes, passed: Pass, route: Route, line: Line, block: Block
    ) -> None:
        """Raises IdempotencyKeyUnusable."""
        self._keys = keys
        self._key = key_of(key)
        self._pass = passed
        self._target = route.target.path.encode() + b"?" + route.target.query
        self._body = Fingerprint(block.media)
        self._claim: Fresh | Replay | None = None
        self._open = False
        self._too_large = False
        self.counts = line.method in COUNTED
        self.started = False
        self.whole = False
        """Whether all of the body was hashed."""

    @property
    def claimed(self) -> bool:
        return self._claim is not None

    @property
    def fresh(self) -> bool:
        """Nobody was answered under the key: the call goes to the department."""
        return isinstance(self._claim, Fresh)

    @property
    def replays(self) -> bool:
        return isinstance(self._claim, Replay)

    @property
    def open(self) -> bool:
        """Whether the claim is held still."""
        return self._open

    def hash(self, content: bytes) -> None:
        """A piece of the body."""
        self._body.update(content)

    async def claim(self, seconds: float, method: str) -> None:
        """Take the key for a call of so many seconds.

        Raises IdempotencyKeyInFlight, IdempotencyKeyReused.
        """
        passed = self._pass
        mandate = passed.verdict.standing.mandate
        call = KeyedCall(
            account=passed.verdict.standing.account,
            mandate=mandate.id if mandate is not None else None,
            service=passed.service.id,
            upstream=passed.system.id,
            operation=passed.operation.id,
            method=method,
            target=self._target,
            key=self._key,
            fingerprint=self._body.text() if self.whole else None,
        )
        self._claim = await self._keys.claim(call, seconds + _LEASE_MARGIN)
        self._open = self.fresh

    def replayed(self) -> tuple[int, Pairs, bytes]:
        """Status, headers as the department sent them, and body; raises IdempotencyKeyReused for another body."""
        assert isinstance(self._claim, Replay)  # noqa: S101 - only what replays is asked
        answer = self._claim.answer(self._body.text())
        return answer.status, list(answer.headers), answer.body

    def too_large(self) -> None:
        """The answer is not kept: the department will be asked again, and knows the key."""
        self._too_large = True

    async def settle(self, head: AnswerHead, body: bytes) -> None:
        """Keep the answer; not one to half a body: the call may be repeated with all of it."""
        if not isinstance(self._claim, Fresh) or not self._open:
            return
        if not self.whole:
            await self.give_up(True)
            return
        self._open = False
        keep = is_final(head.status) and not self._too_large
        answer = Answer(head.status, tuple(head.received), body) if keep else None
        await self._keys.settle(self._claim, self._body.text(), answer)

    async def give_up(self, sent: bool) -> None:
        """No answer came; `sent`: the department may have seen the body, which is known where it came to its end."""
        if isinstance(self._claim, Fresh) and self._open:
            self._open = False
            await self._keys.release(self._claim, self._body.text() if sent and self.whole else None)

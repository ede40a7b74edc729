"""Public operations: answered from the cache, or together with a call for the same that is under way."""

from typing import Protocol

from gateway.proxy.answer import AnswerHead
from gateway.proxy.gate import Route
from gateway.proxy.head import Block, Line
from gateway.proxy.settings import CacheSettings

Stored = tuple[int, bytes, bytes]


class Asking(Protocol):
    def shared_answer(self, stored: Stored | None) -> None: ...


class Shared:
    conditions = b""
    asks = True

    def stored(self, unix: float) -> Stored | None:
        return None

    def stale(self, unix: float) -> Stored | None:
        return None

    def received(self, answer: AnswerHead, body: bytes, unix: float) -> Stored:
        return answer.status, answer.rendered, body

    def settle(self, stored: Stored | None) -> None: ...


class Public:
    def __init__(self, settings: CacheSettings) -> None: ...

    def begin(self, call: Asking, route: Route, line: Line, block: Block, now: float, unix: float) -> Shared:
        return Shared()

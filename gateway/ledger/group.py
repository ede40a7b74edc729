"""A group of entries on its way into the database.

⚡ Compiled on the data path: no dynamic tricks.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.telemetry import log
from gateway.ledger.content import Prepared

Done = Callable[[BaseException | None], None]
"""Called once, on the loop: with None when the entry is durable, or with why it is not."""

Waiting = tuple[Prepared, str, int, int, int, Done]
"""One entry: its constant part, request id, outcome, bytes received, bytes sent, and whom to tell."""


class Writer(Protocol):
    """Takes entries in order and tells when each is durable."""

    def append(  # noqa: PLR0913, PLR0917 - on the data path nothing is made to carry these
        self, prepared: Prepared, request_id: str, outcome: int, received: int, sent: int, done: Done
    ) -> None: ...

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way."""
        ...


def tell(group: Sequence[Done], error: BaseException | None) -> None:
    """Call each in order; one that fails does not keep the others from hearing."""
    for done in group:
        try:
            done(error)
        except Exception:  # noqa: BLE001 - a fault in one call's answer is that call's
            log(__name__).exception("a call did not take the end of its entry")

"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.lifecycle.areas import Areas
from auth.lifecycle.closures import Closures
from auth.lifecycle.deletions import Deletions
from auth.lifecycle.exports import Exports
from auth.lifecycle.merges import Merges
from auth.lifecycle.names import Names
from auth.lifecycle.newcomers import Newcomers
from auth.lifecycle.numbers import Numbers
from auth.lifecycle.worker import Worker
from auth.receipts import Receipts


@dataclass(frozen=True, slots=True)
class LifecycleServices:
    """Made by gateway/identity/lifecycle.py; `origin` is the app host's."""

    origin: str
    areas: Areas
    numbers: Numbers
    newcomers: Newcomers
    names: Names
    merges: Merges
    closures: Closures
    deletions: Deletions
    exports: Exports
    receipts: Receipts
    worker: Worker

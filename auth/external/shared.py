"""One look-up for all who ask at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from auth.external.errors import ProviderSilent

Found = TypeVar("Found")


class Shared(Generic[Found]):
    """The look-up that is under way, if one is: whoever comes meanwhile waits for its outcome."""

    def __init__(self) -> None:
        self._under_way: asyncio.Future[Found] | None = None

    @property
    def under_way(self) -> bool:
        return self._under_way is not None

    async def ask(self, look_up: Callable[[], Awaitable[Found]]) -> Found:
        """What `look_up` finds, or the one that somebody else began; raises what it raises."""
        if self._under_way is not None:
            return await asyncio.shield(self._under_way)
        under_way = self._under_way = asyncio.get_running_loop().create_future()
        try:
            found = await look_up()
        except BaseException as error:
            self._fail(under_way, error)
            raise
        finally:
            self._under_way = None
        under_way.set_result(found)
        return found

    @staticmethod
    def _fail(under_way: asyncio.Future[Found], error: BaseException) -> None:
        """Tell those who wait; one who was cancelled was not their error."""
        told = error if isinstance(error, Exception) else ProviderSilent("the look-up was broken off")
        under_way.set_exception(told)
        under_way.exception()  # nobody may be waiting

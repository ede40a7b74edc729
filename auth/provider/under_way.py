"""Requests that bring the same refresh token while one with it is not answered yet, in this process."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from auth.secrecy import digest

_SECOND: ContextVar[bool] = ContextVar("second", default=False)


class UnderWay:
    """Knows which refresh tokens are being used up."""

    def __init__(self) -> None:
        self._tokens: Counter[str] = Counter()

    @contextmanager
    def noted(self, form: Mapping[str, str]) -> Iterator[None]:
        """For as long as the request with this form is under way; to be entered as soon as the form is read."""
        name = digest(form.get("refresh_token", ""))
        reset = _SECOND.set(self._tokens[name] > 0)
        self._tokens[name] += 1
        try:
            yield
        finally:
            _SECOND.reset(reset)
            self._tokens[name] -= 1
            if not self._tokens[name]:
                del self._tokens[name]

    @property
    def is_second(self) -> bool:
        """Whether another request with the same token was under way when this one came."""
        return _SECOND.get()

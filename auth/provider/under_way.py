"""Requests that bring the same refresh token while one with it is not answered yet, in this process."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from auth.secrecy import digest


@dataclass(eq=False, slots=True)
class _Bringing:
    """One request, and those that were under way with the same token at any moment of it."""

    used_it_up: bool = False
    beside: list["_Bringing"] = field(default_factory=list)


_MINE: ContextVar[_Bringing] = ContextVar("mine")


class UnderWay:
    """Knows which refresh tokens are being used up, and by whom."""

    def __init__(self) -> None:
        self._tokens: defaultdict[str, list[_Bringing]] = defaultdict(list)

    @contextmanager
    def noted(self, form: Mapping[str, str]) -> Iterator[None]:
        """For as long as the request with this form is under way; to be entered as soon as the form is read."""
        name = digest(form.get("refresh_token", ""))
        others = self._tokens[name]
        mine = _Bringing(beside=list(others))
        for other in others:
            other.beside.append(mine)
        others.append(mine)
        reset = _MINE.set(mine)
        try:
            yield
        finally:
            _MINE.reset(reset)
            others.remove(mine)
            if not others:
                del self._tokens[name]

    @contextmanager
    def using_up(self) -> Iterator[None]:
        """Around what follows once the token was this request's: an exception out of it gives the token back."""
        mine = _MINE.get()
        mine.used_it_up = True
        try:
            yield
        except BaseException:
            mine.used_it_up = False
            raise

    @property
    def went_to_another(self) -> bool:
        """Whether a request that was under way together with this one used the token up.

        Whichever of them came first: on PostgreSQL the later one may be the one that wins.
        """
        return any(other.used_it_up for other in _MINE.get().beside)

"""All that keeps something about accounts, each named by its feature: what merges, exports and deletions go through."""

from collections.abc import Iterable, Iterator

from auth.lifecycle.ports import AccountData


class Areas:
    """The list; whoever makes the city fills it before the first request."""

    def __init__(self, known: Iterable[AccountData] = ()) -> None:
        self._known: dict[str, AccountData] = {each.area: each for each in known}

    def add(self, *more: AccountData) -> None:
        """Enter features; one that is entered again takes its own place."""
        for each in more:
            self._known[each.area] = each

    def __iter__(self) -> Iterator[AccountData]:
        return iter(list(self._known.values()))

    def find(self, area: str) -> AccountData | None:
        return self._known.get(area)

    def named_tables(self) -> dict[str, str]:
        """Each table that some feature answers for, and what becomes of its rows at a deletion."""
        return {table: fate for each in self for table, fate in each.tables.items()}

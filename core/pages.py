"""Lists: a cursor in, `next` out, stable under inserts because ids sort by time."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from core.ids import ID_PATTERN

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")


class PageQuery(BaseModel):
    """The query of every list."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str | None, Field(pattern=ID_PATTERN, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="items on a page")] = 20


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = Field(default=None, description="the cursor of the next page, null on the last one")


def page_of(rows: Sequence[Row], limit: int, id_of: Callable[[Row], str], item_of: Callable[[Row], Item]) -> Page[Item]:
    """A page of at most `limit` items out of up to `limit + 1` rows, newest first."""
    shown = rows[:limit]
    following = id_of(shown[-1]) if len(rows) > limit else None
    return Page(items=[item_of(row) for row in shown], next=following)

"""Lists in pages: an opaque cursor in, the next one out."""

import base64
import json
import sys
from typing import Annotated

from pydantic import Field

from mock_services.shared.problems import InvalidContent
from mock_services.shared.reading import Strict

Limit = Annotated[int, Field(ge=1, le=100, description="每页条数 / how many at most")]
Cursor = Annotated[str | None, Field(max_length=200, description="上一页给出的 next / `next` of the page before")]


class PageQuery(Strict):
    cursor: Cursor = None
    limit: Limit = 20


def encode_cursor(*position: str | int) -> str:
    """The place of the last item shown, as the next page's cursor."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[str | int, ...]:
    """The position behind a cursor; InvalidContent (422) when it is none of ours."""
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        position = None
    if not isinstance(position, list) or tuple(map(type, position)) != kinds or not _in_range(position):
        raise InvalidContent(
            "Start again without a cursor.", errors=[{"pointer": "/cursor", "detail": "not a cursor of this list"}]
        )
    return tuple(position)


def _in_range(position: list[str | int]) -> bool:
    """SQLite's integers end at 64 bits."""
    return all(isinstance(part, str) or 0 <= part <= sys.maxsize for part in position)

"""What raw SQL gives back, as both databases write it: SQLite keeps times and JSON as text."""

import json
from datetime import UTC, datetime
from typing import Any


def moment(value: datetime | str) -> datetime:
    """A time, aware, in UTC."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read.astimezone(UTC)


def maybe_moment(value: datetime | str | None) -> datetime | None:
    """The same for a column that may be empty."""
    return None if value is None else moment(value)


def from_json(value: Any) -> Any:
    """A JSON column."""
    return json.loads(value) if isinstance(value, str) else value


def to_json(value: object) -> str:
    """A value for a JSON column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

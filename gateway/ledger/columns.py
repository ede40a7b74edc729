"""A column type that Tortoise does not have, and what raw SQL gives back."""

from typing import Any

from tortoise import fields


class Sequence(fields.BigIntField):
    """A 64-bit key that rows are clustered by: on SQLite only the word INTEGER makes it the row's own number."""

    class _db_sqlite:  # noqa: N801 - Tortoise looks for this name
        SQL_TYPE = "INTEGER"


def octets(value: Any) -> bytes:
    """A binary column: SQLite gives bytes, asyncpg sometimes a memoryview."""
    return bytes(value)

"""The migrated database is what the models say: tables, columns, indexes, on both databases."""

import pytest
from tortoise import Tortoise

from core.database import connection, rows

pytestmark = pytest.mark.both_databases


async def columns(table: str) -> set[str]:
    if connection().capabilities.dialect == "sqlite":
        return {row["name"] for row in await rows(f"PRAGMA table_info({table})")}
    found = await rows("SELECT column_name FROM information_schema.columns WHERE table_name = ?", table)
    return {row["column_name"] for row in found}


async def indexes(table: str) -> set[str]:
    if connection().capabilities.dialect == "sqlite":
        return {row["name"] for row in await rows(f"PRAGMA index_list({table})")}
    return {row["indexname"] for row in await rows("SELECT indexname FROM pg_indexes WHERE tablename = ?", table)}


async def unique_columns(table: str) -> set[tuple[str, ...]]:
    if connection().capabilities.dialect == "sqlite":
        names = [row["name"] for row in await rows(f"PRAGMA index_list({table})") if row["unique"]]
        return {tuple(row["name"] for row in await rows(f"PRAGMA index_info('{name}')")) for name in names}
    found = await rows("SELECT indexdef FROM pg_indexes WHERE tablename = ? AND indexdef LIKE 'CREATE UNIQUE%'", table)
    inside = (row["indexdef"].rpartition("(")[2].partition(")")[0] for row in found)
    return {tuple(name.strip(' "') for name in each.split(",")) for each in inside}


async def test_every_model_has_its_table_columns_and_indexes(store: str) -> None:
    models = [model for app in Tortoise.apps.values() for model in app.values()] if Tortoise.apps else []
    assert len(models) > 15
    for model in models:
        meta = model._meta
        assert await columns(meta.db_table) == set(meta.fields_db_projection.values()), meta.db_table
        wanted = {index.name for index in meta.indexes if getattr(index, "name", None)}
        assert wanted <= await indexes(meta.db_table), meta.db_table


async def test_what_must_be_unique_is(store: str) -> None:
    for model in [model for app in (Tortoise.apps or {}).values() for model in app.values()]:
        meta = model._meta
        wanted = {tuple(group) for group in meta.unique_together}
        wanted |= {
            (field.source_field or name,) for name, field in meta.fields_map.items() if field.unique and not field.pk
        }
        assert wanted <= await unique_columns(meta.db_table), meta.db_table

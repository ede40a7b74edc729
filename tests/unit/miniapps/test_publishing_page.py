"""docs/publishing.md tells what the schema and the limits say."""

import re
from pathlib import Path
from typing import Any

from miniapps.package import SUFFIXES
from miniapps.schema import SCHEMA
from miniapps.settings import PackageLimits
from miniapps.titles import PROFILE

PAGE = (Path(__file__).parents[3] / "docs" / "publishing.md").read_text(encoding="utf-8")
CITY: dict[str, Any] = SCHEMA["properties"]["onecity"]


def test_every_member_stands_in_the_table_and_bold_when_it_is_required() -> None:
    wanted = {name: name in SCHEMA["required"] for name in SCHEMA["properties"] if name != "onecity"}
    wanted |= {f"onecity.{name}": name in CITY["required"] for name in CITY["properties"]}
    rows = re.findall(r"^\| (\**`[^|]+) \|", PAGE, re.MULTILINE)
    told = {name: cell.startswith("**") for cell in rows for name in re.findall(r"`([a-z$][\w$.]*)`", cell)}
    assert {name: told.get(name) for name in wanted} == wanted


def test_the_values_and_the_bounds_are_the_real_ones() -> None:
    for name in ("kind", "category"):
        assert " ".join(f"`{each}`" for each in CITY["properties"][name]["enum"]) in PAGE
    assert " ".join(f"`{each}`" for each in CITY["properties"]["life_events"]["items"]["enum"]) in PAGE
    assert f"`{' '.join(sorted(SUFFIXES))}`" in PAGE
    assert all(f"`{scope}`" in PAGE for scope in PROFILE)
    limits = PackageLimits()
    megabytes = [limits.zipped, limits.entry, limits.unpacked, limits.first_page]
    assert [each / 2**20 for each in megabytes] == [20, 4, 100, 2]
    assert (limits.files, limits.ratio) == (2000, 100)

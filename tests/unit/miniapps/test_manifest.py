"""Manifests: what is refused, with which words, and what is only warned about."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from core.problems import FieldError
from miniapps.catalogue import CATEGORIES
from miniapps.manifest import Manifest
from miniapps.schema import SCHEMA, read, unknown_members, violations_of
from tests.unit.miniapps.wiring import MANIFEST, manifest

CITY = MANIFEST["onecity"]
SCOPE = {"name": "profile:name:read", "reason": {"zh-CN": "写在预约单上。"}}


def lines(errors: list[FieldError]) -> str:
    return "\n".join(f"{each['pointer']}: {each['detail']}" for each in errors)


def without(member: str, inner: str | None = None) -> dict[str, Any]:
    described = manifest()
    del (described[member] if inner else described)[inner or member]
    return described


def test_a_good_manifest_has_nothing_wrong() -> None:
    assert violations_of(MANIFEST) == []
    assert unknown_members(MANIFEST) == []


@pytest.mark.parametrize("folder", ["appointments", "queries"])
def test_the_manifests_of_the_departments_are_good(folder: str) -> None:
    text = (Path(__file__).parents[3] / "mock_services" / folder / "h5" / "manifest.json").read_bytes()
    assert violations_of(read(text)) == []
    assert unknown_members(read(text)) == []


def test_unknown_members_are_warned_about_with_a_guess() -> None:
    described = manifest(onecity__keyword=["预约"], colour="red", icons=[{"src": "icon.svg", "x/y": 1}])
    assert lines(unknown_members(described)).splitlines() == [
        "/icons/0/x~1y: this member is not known and is ignored",
        "/onecity/keyword: this member is not known and is ignored: did you mean 'keywords'?",
        "/colour: this member is not known and is ignored",
    ]


def test_a_manifest_answers_in_the_languages_it_has() -> None:
    read_again = Manifest(manifest(description_localized={"en": "Book"}))
    assert read_again.name == {"zh-CN": "办证预约", "en": "Appointments"}
    assert read_again.summary["en"] == "Book"
    assert read_again.short_name == {"zh-CN": "预约"}
    bare = Manifest({"name": "查询", "pages": ["index.html"], "onecity": {}})
    assert bare.summary == bare.short_name == {"zh-CN": "查询"}
    assert (bare.loa, bare.external, bare.scopes, bare.upstreams, bare.keywords) == (1, (), (), {}, [])


def test_the_schema_is_good_itself_and_names_no_host() -> None:
    Draft202012Validator.check_schema(dict(SCHEMA))
    assert SCHEMA["$id"] == "/schemas/manifest.json"
    assert json.dumps(SCHEMA).count("http") == 1  # the dialect's own name


def test_the_schema_knows_the_categories_of_the_catalogue() -> None:
    assert SCHEMA["properties"]["onecity"]["properties"]["category"]["enum"] == list(CATEGORIES)

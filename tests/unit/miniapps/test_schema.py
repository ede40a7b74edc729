"""The manifest's form: every breach is named where it is, in words that say what is wanted."""

import json
import secrets
import time
from typing import Any

import pytest

from miniapps.errors import ManifestRefused
from miniapps.schema import SCHEMA, WORDS, read, violations_of
from tests.unit.miniapps.wiring import manifest

SCOPE = {"name": "profile:name:read", "reason": {"zh-CN": "写在预约单上。"}}


def without(member: str, inner: str | None = None) -> dict[str, Any]:
    described = manifest()
    del (described[member] if inner else described)[inner or member]
    return described


def scope(**changes: Any) -> dict[str, Any]:
    return manifest(onecity__scopes=[{**SCOPE, **changes}])


def version(code: Any = 1, name: Any = "1.0.0") -> dict[str, Any]:
    return manifest(version={"code": code, "name": name})


@pytest.mark.parametrize(
    ("described", "pointer", "says"),
    [
        (42, "", "an object is wanted here, and this is a number"),
        (without("app_id"), "/app_id", 'this member is missing: add it; for example "appointments"'),
        (without("pages"), "/pages", 'this member is missing: add it; for example ["index.html"]'),
        (without("onecity"), "/onecity", "this member is missing"),
        (without("onecity", "kind"), "/onecity/kind", "this member is missing"),
        (manifest(pages=42), "/pages", 'an array is wanted here, and this is a number; for example ["index.html"]'),
        (manifest(pages=[]), "/pages", "name at least 1"),
        (manifest(pages=["index.html", "index.html"]), "/pages", "something stands here twice"),
        (manifest(pages=["/index.html"]), "/pages/0", 'not the form that is wanted here; for example "index.html"'),
        (manifest(pages=["index.html#/a"]), "/pages/0", "not the form"),
        (manifest(pages=["main.js"]), "/pages/0", "not the form"),
        (manifest(pages=["pages/home/home"]), "/pages/0", "not the form"),
        (manifest(pages=[f"{number}.html" for number in range(201)]), "/pages", "201 items: 200 at the most"),
        (manifest(platform_version="nope"), "/platform_version", "an object is wanted here, and this is a string"),
        (manifest(platform_version={}), "/platform_version/min_code", "this member is missing"),
        (version(code=-5), "/version/code", "1 at the least"),
        (version(code=2**31), "/version/code", "2147483647 at the most"),
        (version(code=True), "/version/code", "an integer is wanted here, and this is a boolean"),
        (version(code=1.5), "/version/code", "an integer is wanted here, and this is a number"),
        (version(code=None), "/version/code", "an integer is wanted here, and this is null"),
        (version(name="1.0"), "/version/name", 'for example "1.0.0"'),
        (version(name="01.0.0"), "/version/name", "not the form"),
        (manifest(window="junk"), "/window", "an object is wanted here, and this is a string"),
        (manifest(app_id="Appointments"), "/app_id", 'for example "appointments"'),
        (manifest(app_id="a--b-"), "/app_id", "not the form"),
        (manifest(app_id="a.b"), "/app_id", "not the form"),
        (manifest(app_id="xn--fiq228c"), "/app_id", "not the form"),
        (manifest(app_id="appointments\n"), "/app_id", "not the form"),
        (manifest(name=" \u3000 "), "/name", "not the form"),
        (manifest(name="预" * 31), "/name", "31 characters: 30 at the most"),
        (manifest(description=""), "/description", "not the form"),
        (manifest(name_localized={"en": " "}), "/name_localized/en", "not the form"),
        (manifest(icons=[]), "/icons", "name at least 1"),
        (manifest(icons=[{}]), "/icons/0/src", 'this member is missing: add it; for example "icon.svg"'),
        (manifest(icons=[{"src": "..\\icon.svg"}]), "/icons/0/src", "not the form"),
        (manifest(icons=[{"src": "main.js"}]), "/icons/0/src", "not the form"),
        (manifest(onecity__kind="game"), "/onecity/kind", "use one of appointment, query, matter"),
        (manifest(onecity__category="games"), "/onecity/category", "use one of household, health"),
        (manifest(onecity__elder="yes"), "/onecity/elder", "a boolean is wanted here"),
        (manifest(onecity__loa=5), "/onecity/loa", "4 at the most"),
        (manifest(onecity__sdk="latest"), "/onecity/sdk", 'for example "1.0.0"'),
        (manifest(onecity__external=["https://x.example"]), "/onecity/external/0", 'for example "maps.city.example"'),
        (manifest(onecity__external=["x.example; script-src *"]), "/onecity/external/0", "not the form"),
        (manifest(onecity__external=["x.example\n"]), "/onecity/external/0", "not the form"),
        (manifest(onecity__external=["10.0.0.1"]), "/onecity/external/0", "not the form"),
        (manifest(onecity__external=["localhost"]), "/onecity/external/0", "not the form"),
        (scope(name="everything"), "/onecity/scopes/0/name", 'for example "profile:name:read"'),
        (manifest(onecity__scopes=[{"name": "profile:name:read"}]), "/onecity/scopes/0/reason", "missing"),
        (scope(reason={"en": "Because"}), "/onecity/scopes/0/reason/zh-CN", "this member is missing"),
        (scope(reason={"zh-CN": "要"}), "/onecity/scopes/0/reason/zh-CN", "1 characters: 4 at the least"),
        (scope(reason={"zh-CN": "    "}), "/onecity/scopes/0/reason/zh-CN", "not the form"),
        (scope(reason={"zh-CN": "因为要用", "fr": "oui"}), "/onecity/scopes/0/reason", "not known"),
        (manifest(onecity__upstreams=[{"id": "registry"}]), "/onecity/upstreams/0/operations", "missing"),
        (manifest(onecity__upstreams=[{"id": "http://10.0.0.1", "operations": ["a"]}]), "/onecity/upstreams/0/id", ""),
    ],
)
def test_a_breach_is_named_where_it_is_with_what_is_wanted(described: Any, pointer: str, says: str) -> None:
    found = violations_of(described)
    assert [each["pointer"] for each in found] == [pointer]
    assert says in found[0]["detail"]


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """JSON Schema (core, section 4.2.3) takes 1.0 for an integer."""
    assert violations_of(version(code=1.0)) == []


def test_a_long_value_is_not_repeated() -> None:
    for described in (manifest(name=["x" * 10_000]), manifest(app_id="x" * 10_000)):
        (found,) = violations_of(described)
        assert len(found["detail"]) < 100


def test_every_keyword_of_the_schema_has_words_of_its_own() -> None:
    def keywords(part: Any) -> set[str]:
        if not isinstance(part, dict):
            return set()
        inner = [*part.get("properties", {}).values(), *part.get("$defs", {}).values(), part.get("items")]
        return set(part).union(*map(keywords, inner))

    silent = {"$schema", "$id", "$defs", "$ref", "title", "description", "examples", "properties", "items"}
    assert keywords(dict(SCHEMA)) - silent == set(WORDS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[" * 5_000, "nests too deep"),
        (b"[" * 20 + b"]" * 20, "nests deeper than 12 levels"),
        (json.dumps([secrets.token_hex(16) for _ in range(9_000)]).encode(), "more than 262144 bytes"),
    ],
    ids=["cut", "bytes", "twice", "abyss", "deep", "long"],
)
def test_a_manifest_that_cannot_be_read_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(ManifestRefused) as caught:
        read(text)
    assert says in caught.value.errors[0]["detail"]


@pytest.mark.parametrize(
    ("member", "pointer"),
    [
        (rb'"name": "\ud800"', "/name"),
        (rb'"name": "\u0000"', "/name"),
        (rb'"name": "a\nb"', "/name"),
        (rb'"x": [1, {"y": 1e999}]', "/x/1/y"),
        (rb'"\ud800": 1', "/\\ud800"),
    ],
)
def test_what_no_database_keeps_is_refused(member: bytes, pointer: str) -> None:
    with pytest.raises(ManifestRefused) as caught:
        read(b"{" + member + b"}")
    assert [each["pointer"] for each in caught.value.errors] == [pointer]


def test_a_manifest_made_to_be_slow_is_not() -> None:
    """The library's own check for items that stand twice takes minutes for this."""
    started = time.process_time()
    found = violations_of(read(json.dumps(manifest(pages=[[number] for number in range(25_000)])).encode()))
    assert time.process_time() - started < 10
    assert len(found) == 100
    assert found[0] == {"pointer": "/pages", "detail": '25000 items: 200 at the most; for example ["index.html"]'}

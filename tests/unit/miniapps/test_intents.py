"""What intents rest on: canonical JSON, and manifests of both forms."""

from typing import Any

import pytest

from core.problems import Unprocessable
from miniapps.checks import intent_errors
from miniapps.intents.canonical import canonical, digest_of
from miniapps.manifest import Manifest, Provided
from miniapps.schema import violations_of
from tests.unit.miniapps.wiring import manifest

NUMBERS: list[tuple[float, str]] = [
    (0.0, "0"),
    (-0.0, "0"),
    (1, "1"),
    (-1.5, "-1.5"),
    (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740992.0, "9007199254740992"),
    (295147905179352830000.0, "295147905179352830000"),
    (9.999999999999997e22, "9.999999999999997e+22"),
    (1e23, "1e+23"),
    (999999999999999700000.0, "999999999999999700000"),
    (1e21, "1e+21"),
    (9.999999999999997e-7, "9.999999999999997e-7"),
    (0.000001, "0.000001"),
    (333333333.3333332, "333333333.3333332"),
    (0.1, "0.1"),
    (2**70, "1.1805916207174113e+21"),
]
"""RFC 8785, appendix B, and their neighbours."""


@pytest.mark.parametrize(("number", "written"), NUMBERS)
def test_numbers_are_written_as_ecmascript_does(number: float, written: str) -> None:
    assert canonical(number).decode() == written


def test_the_vectors_of_rfc_8785() -> None:
    """Sections 3.2.2 and 3.2.3."""
    literals: dict[str, Any] = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(literals).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    members = canonical(dict.fromkeys(names, 0)).decode()
    assert [members.index(name) for name in ["\\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]] == (
        sorted(members.index(name) for name in [*names[:1], "\\r", *names[2:]])
    )


def test_the_digest_is_of_the_canonical_form() -> None:
    assert digest_of({"b": 1.0, "a": "元"}) == digest_of({"a": "元", "b": 1})
    assert digest_of({}) == "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"


@pytest.mark.parametrize("value", ["\ud800", float("inf"), 10**400])
def test_what_is_no_interoperable_json_has_no_canonical_form(value: object) -> None:
    with pytest.raises(Unprocessable):
        canonical(value)


def test_a_manifest_of_before_begins_its_intents_at_its_first_page() -> None:
    """What was accepted once goes on being read."""
    old = Manifest(manifest(onecity__intents={"provides": ["showLicence", "no name"], "uses": ["pay"]}))
    assert old.provides == {"showLicence": Provided("showLicence", "/", None)}
    assert old.uses == {"pay"}
    assert (Manifest(manifest()).provides, Manifest(manifest()).life_events) == ({}, ())


SIGN = {"name": "sign", "path": "/index.html#/sign"}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"provides": ["sign"]}, "/onecity/intents/provides/0", '"path": "/index.html#/show"'),
    ({"provides": [{"name": "sign"}]}, "/onecity/intents/provides/0/path", "this member is missing"),
    ({"provides": [{**SIGN, "name": "Sign"}]}, "/onecity/intents/provides/0/name", "showLicence"),
    ({"provides": [{**SIGN, "path": "//evil.example"}]}, "/onecity/intents/provides/0/path", "/index.html#/show"),
    ({"provides": [{**SIGN, "path": "/gone.html"}]}, "/onecity/intents/provides/0/path", "no page '/gone.html'"),
    ({"provides": [SIGN, SIGN]}, "/onecity/intents/provides/1/name", "twice"),
    ({"uses": ["pay", "pay"]}, "/onecity/intents/uses", "twice"),
    ({"uses": ["a b"]}, "/onecity/intents/uses/0", "showLicence"),
]


@pytest.mark.parametrize(("intents", "pointer", "hint"), REFUSED)
def test_intents_that_nobody_could_open_are_refused_with_a_hint(
    intents: dict[str, Any], pointer: str, hint: str
) -> None:
    content = manifest(onecity__intents=intents)
    found = [*violations_of(content), *intent_errors(content, {"index.html"})]
    assert any(hint in each["detail"] for each in found if each["pointer"] == pointer), found


def test_good_intents_and_life_events_are_taken() -> None:
    good = {"provides": [{**SIGN, "title": {"zh-CN": "签署"}}, {"name": "pay", "path": "/"}], "uses": ["showLicence"]}
    content = manifest(onecity__intents=good, onecity__life_events=["housing", "birth"])
    assert [*violations_of(content), *intent_errors(content, {"index.html"})] == []
    assert Manifest(content).provides["sign"] == Provided("sign", "/index.html#/sign", {"zh-CN": "签署"})
    unknown = manifest(onecity__life_events=["divorce"])
    assert [each["pointer"] for each in violations_of(unknown)] == ["/onecity/life_events/0"]

"""Policies: what a page did not declare, it cannot do."""

import pytest

from miniapps.policies import content_policy, permissions_policy, policy_headers
from tests.unit.miniapps.wiring import APP


def directives(external: tuple[str, ...] = ()) -> dict[str, str]:
    parts = [each.partition(" ") for each in content_policy(APP, external).split("; ")]
    return {name: sources for name, _, sources in parts}


def test_a_page_loads_from_its_own_origin_and_stands_in_the_app_alone() -> None:
    assert directives() == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "worker-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "frame-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": APP,
    }


def test_declared_hosts_give_data_and_pictures_and_no_code() -> None:
    with_hosts = directives(("maps.city.example", "tiles.city.example"))
    changed = {name for name, sources in with_hosts.items() if sources != directives()[name]}
    assert changed == {"img-src", "connect-src"}
    assert with_hosts["connect-src"] == "'self' https://maps.city.example https://tiles.city.example"


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        ((), set()),
        (("profile:name:read",), set()),
        (("device:location:read",), {"geolocation"}),
        (("device:camera:use", "device:microphone:use"), {"camera", "microphone"}),
        (("payment:anything:use",), set()),
    ],
)
def test_a_powerful_feature_needs_its_scope(scopes: tuple[str, ...], granted: set[str]) -> None:
    features = dict(each.split("=") for each in permissions_policy(scopes).split(", "))
    assert {name for name, allowed in features.items() if allowed == "(self)"} == granted
    assert {allowed for name, allowed in features.items() if name not in granted} == {"()"}
    assert {"camera", "geolocation", "microphone", "payment", "usb", "serial"} <= features.keys()


def test_an_origin_is_kept_apart() -> None:
    headers = dict(policy_headers(APP, (), (), secure=False))
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Origin-Agent-Cluster"] == "?1"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_tls_is_insisted_on_where_there_is_tls() -> None:
    assert "Strict-Transport-Security" not in dict(policy_headers(APP, (), (), secure=False))
    assert dict(policy_headers(APP, (), (), secure=True))["Strict-Transport-Security"].startswith("max-age=")


def test_nothing_connects_elsewhere_not_even_by_webrtc() -> None:
    headers = dict(policy_headers(APP, (), ("tiles.example.cn",), secure=False))
    assert headers["Connection-Allowlist"] == '(response-origin "https://tiles.example.cn"); webrtc=block'

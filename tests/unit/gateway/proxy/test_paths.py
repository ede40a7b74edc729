"""The target of a proxied call has exactly one reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import Problem
from gateway.proxy.paths import TargetUnreadable, UpstreamUnknown, target_of


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/svc/appointments/sites", "/sites"),
        (b"/svc/appointments/", "/"),
        (b"/svc/appointments/sites/", "/sites/"),
        (b"/svc/appointments/%252e%252e", "/%252e%252e"),
        (b"/svc/appointments/a%20b/%E5%9F%8E", "/a%20b/%E5%9F%8E"),
        (b"/svc/appointments/a@b:c,d=1", "/a@b:c,d=1"),
        (b"/svc/appointments/...", "/..."),
    ],
)
def test_a_plain_path_is_forwarded_as_it_came(raw: bytes, path: str) -> None:
    target = target_of(raw, b"f=../../y")
    assert (target.upstream, target.path, target.query) == ("appointments", path, b"f=../../y")


@pytest.mark.parametrize(
    "path",
    [
        b"/..",
        b"/a/../b",
        b"/./a",
        b"/a/.",
        b"/%2e%2e/x",
        b"/%2E%2e",
        b"/.%2e/x",
        b"/..%2f..",
        b"/a%5cb",
        b"/a\\b",
        b"/..;/x",
        b"/a;b=1/c",
        b"/a%3b",
        b"/%00",
        b"/a%0d%0aX:%20y",
        b"/a\x00",
        b"/a\r\nX: y",
        b"//evil.example/x",
        b"/a//b",
        b"/caf\xc3\xa9",
        b"/a b",
        b"/%zz",
        b"/%",
        b"/a#b",
        b"/%7f",
    ],
)
def test_a_path_with_two_readings_is_refused(path: bytes) -> None:
    with pytest.raises(TargetUnreadable):
        target_of(b"/svc/appointments" + path, b"")


@pytest.mark.parametrize(
    "raw", [b"/svc/", b"/svc/a", b"/svc/appointments", b"/svc/App/x", b"/svc/-a/x", b"/svc/a..b/x"]
)
def test_a_target_without_a_known_form_of_upstream_is_unknown(raw: bytes) -> None:
    with pytest.raises(UpstreamUnknown):
        target_of(raw, b"")


@pytest.mark.parametrize("query", [b"a\r\nb", b"a b", b"\x00", b"\xff"])
def test_a_query_with_raw_bytes_is_refused(query: bytes) -> None:
    with pytest.raises(TargetUnreadable):
        target_of(b"/svc/appointments/a", query)


@given(st.binary(max_size=60), st.binary(max_size=30))
def test_whatever_comes_it_is_read_in_one_way_or_refused(tail: bytes, query: bytes) -> None:
    try:
        target = target_of(b"/svc/appointments/" + tail, query)
    except Problem:
        return
    assert target.path.encode() == b"/" + tail
    assert not {"..", "."} & set(target.path.split("/"))
    assert all(32 < byte < 127 for byte in target.path.encode() + target.query)


def test_an_encoded_slash_is_left_to_the_operation() -> None:
    assert target_of(b"/svc/records/a%2Fb", b"").encoded_slash
    assert not target_of(b"/svc/records/a/b", b"%2f").encoded_slash

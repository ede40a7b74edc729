"""GB/T 32905, annex A: SM3."""

import pytest

from auth.shangmi import digests

VECTORS = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.mark.parametrize(("data", "digest"), VECTORS)
def test_sm3(data: bytes, digest: str) -> None:
    assert digests.sm3(data).hex() == digest
    assert digests._sm3_of_cryptography(data).hex() == digest

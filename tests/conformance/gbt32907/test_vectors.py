"""GB/T 32907, annex A: SM4, one block and a million times one block."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR, ECB

from auth.shangmi import sm4

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
ONCE = bytes.fromhex("681edf34d206965e86b3e94f536e4246")
A_MILLION_TIMES = bytes.fromhex("595298c7c6fd271f0402f804c33d3f66")


def test_one_block() -> None:
    assert sm4.ctr(KEY, KEY, bytes(16)) == ONCE  # the counter's block, encrypted
    assert sm4.cbc_encrypt(KEY, bytes(16), KEY)[:16] == ONCE


def test_a_million_times() -> None:
    block, encryptor = KEY, Cipher(SM4(KEY), ECB()).encryptor()  # noqa: S305 - the standard's own example
    for _ in range(1_000_000):
        block = encryptor.update(block)
    assert block == A_MILLION_TIMES


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # RFC 8998's predecessor draft-ribose-cfrg-sm4-10, appendices A.2.2 and A.2.5
        (CBC, "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d"),
        (CTR, "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"),
    ],
    ids=["CBC", "CTR"],
)
def test_modes(mode: type[CBC | CTR], expected: str) -> None:
    iv = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
    if mode is CBC:
        plain = bytes.fromhex("aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb")
        assert sm4.cbc_encrypt(KEY, iv, plain)[:32].hex() == expected
    else:
        plain = bytes.fromhex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd")
        assert sm4.ctr(KEY, iv, plain).hex() == expected

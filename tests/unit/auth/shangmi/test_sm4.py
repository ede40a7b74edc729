"""SM4: what opens, and what does not."""

import secrets

import gmalg
import pytest

from auth.shangmi import digests, sm4
from auth.shangmi.errors import CiphertextUnusable

KEY, OTHER = secrets.token_bytes(16), secrets.token_bytes(16)
SEALED = sm4.seal(KEY, b"text", b"with")


def test_sealed_text_opens_under_the_same_key_and_the_same_data() -> None:
    assert sm4.unseal(KEY, SEALED, b"with") == b"text"
    assert sm4.seal(KEY, b"text", b"with") != SEALED
    assert sm4.unseal(KEY, sm4.seal(KEY, b"")) == b""


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_a_changed_bit_does_not_open(at: int) -> None:
    changed = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
    with pytest.raises(CiphertextUnusable):
        sm4.unseal(KEY, changed, b"with")


@pytest.mark.parametrize(
    ("key", "sealed", "associated"),
    [(OTHER, SEALED, b"with"), (KEY, SEALED, b""), (KEY, SEALED[:-1], b"with"), (KEY, b"", b"with")],
    ids=["another key", "other data", "cut", "nothing"],
)
def test_another_key_or_other_data_opens_nothing(key: bytes, sealed: bytes, associated: bytes) -> None:
    with pytest.raises(CiphertextUnusable):
        sm4.unseal(key, sealed, associated)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000])
def test_cbc_and_ctr_undo_themselves(size: int) -> None:
    text, iv = secrets.token_bytes(size), secrets.token_bytes(16)
    assert sm4.cbc_decrypt(KEY, iv, sm4.cbc_encrypt(KEY, iv, text)) == text
    assert sm4.ctr(KEY, iv, sm4.ctr(KEY, iv, text)) == text


@pytest.mark.parametrize("text", [b"", bytes(15), secrets.token_bytes(17)], ids=["0", "15", "17"])
def test_what_has_no_whole_blocks_does_not_open(text: bytes) -> None:
    with pytest.raises(CiphertextUnusable):
        sm4.cbc_decrypt(KEY, bytes(16), text)


def test_gmalg_agrees() -> None:
    for _ in range(20):
        key, block, data = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(77)
        assert gmalg.SM4(key).encrypt(block) == sm4.ctr(key, block, bytes(16))
        theirs = gmalg.SM3()
        theirs.update(data)
        assert theirs.value() == digests.sm3(data)

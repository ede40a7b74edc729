"""SM2: what is taken, what is refused, and that others agree."""

import secrets
import shutil
import subprocess
import threading
from pathlib import Path

import gmalg
import pytest

from auth.shangmi import libcrypto, sm2
from auth.shangmi.ciphertexts import der_of, raw_of
from auth.shangmi.curve import N, P
from auth.shangmi.digests import DEFAULT_ID
from auth.shangmi.errors import CiphertextUnusable, KeyUnusable, SignatureUnusable, SigningUnavailable
from auth.shangmi.keys import PrivateKey, PublicKey
from auth.shangmi.libcrypto import LibcryptoVerifier
from auth.shangmi.plain import PlainVerifier
from auth.shangmi.signatures import Signature

KEY = sm2.new_key()
MESSAGE = b"a message of a department"
SIGNED = sm2.signer(KEY).sign(MESSAGE)
R, S = int.from_bytes(SIGNED[:32]), int.from_bytes(SIGNED[32:])
VERIFIERS = pytest.mark.parametrize("verifier", [LibcryptoVerifier, PlainVerifier])
Verifiers = type[LibcryptoVerifier | PlainVerifier]


def raw(r: int, s: int, size: int = 32) -> bytes:
    return r.to_bytes(size) + s.to_bytes(size)


@VERIFIERS
@pytest.mark.parametrize(
    "signer_id", [DEFAULT_ID, b"", b"ALICE123@YAHOO.COM", "卫生健康".encode(), b"\x00\x01", b"x" * 8190]
)
def test_what_is_signed_verifies(verifier: Verifiers, signer_id: bytes) -> None:
    signature = sm2.signer(KEY, signer_id).sign(MESSAGE)
    assert verifier(KEY.public, signer_id).verify(MESSAGE, signature)
    assert not verifier(KEY.public, signer_id + b"." if len(signer_id) < 8000 else b"").verify(MESSAGE, signature)


@VERIFIERS
def test_an_id_beyond_what_others_take_is_refused(verifier: Verifiers) -> None:
    with pytest.raises(ValueError, match="8190"):
        verifier(KEY.public, b"x" * 8191)


@VERIFIERS
@pytest.mark.parametrize("size", [0, 1, 55, 56, 64, 1000, 100_000])
def test_messages_of_every_length(verifier: Verifiers, size: int) -> None:
    message = secrets.token_bytes(size)
    assert verifier(KEY.public).verify(message, sm2.signer(KEY).sign(message))


TAMPERED = {
    "another message": (MESSAGE + b".", SIGNED),
    "no message": (b"", SIGNED),
    "s + n": (MESSAGE, raw(R, S + N, 33)),
    "s + n, cut": (MESSAGE, raw(R, (S + N) % 2**256)),
    "r + n, cut": (MESSAGE, raw((R + N) % 2**256, S)),
    "n - s": (MESSAGE, raw(R, N - S)),
    "r = 0": (MESSAGE, raw(0, S)),
    "s = 0": (MESSAGE, raw(R, 0)),
    "r = n": (MESSAGE, raw(N, S)),
    "s = n": (MESSAGE, raw(R, N)),
    "r + s = n": (MESSAGE, raw(R, N - R)),
    "exchanged": (MESSAGE, raw(S, R)),
    "one bit": (MESSAGE, raw(R ^ 1, S)),
    "nothing": (MESSAGE, b""),
    "too short": (MESSAGE, SIGNED[:-1]),
    "too long": (MESSAGE, SIGNED + b"\0"),
    "DER": (MESSAGE, Signature.of_raw(SIGNED).der),
    "all ones": (MESSAGE, b"\xff" * 64),
}


@VERIFIERS
@pytest.mark.parametrize(("message", "signature"), TAMPERED.values(), ids=list(TAMPERED))
def test_what_was_tampered_with_is_refused(verifier: Verifiers, message: bytes, signature: bytes) -> None:
    assert verifier(KEY.public).verify(MESSAGE, SIGNED)
    assert not verifier(KEY.public).verify(message, signature)


@VERIFIERS
def test_another_key_s_signature_is_refused(verifier: Verifiers) -> None:
    assert not verifier(sm2.new_key().public).verify(MESSAGE, SIGNED)


BAD_POINTS = {
    "off the curve": KEY.public.octets[:-1] + bytes([KEY.public.octets[-1] ^ 1]),
    "the origin": b"\x04" + bytes(64),
    "y of the other sign, compressed": b"\x02" + KEY.public.octets[1:33],
    "hybrid": b"\x06" + KEY.public.octets[1:],
    "infinity": b"\x00",
    "short": KEY.public.octets[:-1],
    "long": KEY.public.octets + b"\0",
    "x beyond p": b"\x04" + P.to_bytes(32) + bytes(32),
    "a point of P-256": bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ),
}


@pytest.mark.parametrize("octets", BAD_POINTS.values(), ids=list(BAD_POINTS))
def test_what_is_no_point_is_no_key(octets: bytes) -> None:
    with pytest.raises(KeyUnusable):
        PublicKey.of(octets)


@pytest.mark.parametrize("d", [0, N - 1, N, -1])
def test_a_private_key_out_of_range_is_none(d: int) -> None:
    with pytest.raises(KeyUnusable):
        PrivateKey(d, KEY.public)


@pytest.mark.parametrize("text", ["", "xyz", "04", "04" + "00" * 64])
def test_what_is_no_hex_is_no_key(text: str) -> None:
    with pytest.raises(KeyUnusable):
        PublicKey.of_hex(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x30",
        b"\x30\x06\x02\x01\x01\x02\x01\x01\x00",  # something follows
        b"\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01",  # a third number
        b"\x30\x07\x02\x02\x00\x01\x02\x01\x01",  # not the shortest form
        b"\x30\x06\x02\x01\xff\x02\x01\x01",  # negative
        b"\x30\x81\x06\x02\x01\x01\x02\x01\x01",  # a length not in its shortest form
        b"\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00",  # BER's open end
        b"\x30\x05\x02\x00\x02\x01\x01",  # no number
        b"\x31\x06\x02\x01\x01\x02\x01\x01",  # a set
        b"\x30\x06\x02\x01\x00\x02\x01\x01",  # r = 0
        b"\x30\x06\x02\x01\x01\x02\x02\x01",  # cut
    ],
)
def test_only_strict_der_is_a_signature(text: bytes) -> None:
    with pytest.raises(SignatureUnusable):
        Signature.of_der(text)


def test_keys_in_pem_are_read_again() -> None:
    assert PrivateKey.of_pem(KEY.pem) == KEY
    assert PublicKey.of_pem(KEY.public.pem) == KEY.public
    assert PrivateKey.of(KEY.octets) == KEY
    assert f"{KEY.d:x}" not in repr(KEY)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----\n",
    ],
)
def test_another_document_is_no_key(pem: str) -> None:
    with pytest.raises(KeyUnusable):
        PublicKey.of_pem(pem)
    with pytest.raises(KeyUnusable):
        PrivateKey.of_pem(pem.replace("PUBLIC", "PRIVATE"))


@pytest.mark.parametrize("size", [1, 19, 32, 33, 300, 65_000])
def test_what_is_encrypted_opens_again(size: int) -> None:
    text = secrets.token_bytes(size)
    sealed = libcrypto.encrypt(KEY.public, text)
    assert len(sealed) == 65 + 32 + size
    assert libcrypto.decrypt(KEY, sealed) == text


def _changed(sealed: bytes, at: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


SEALED = libcrypto.encrypt(KEY.public, b"a secret of some length")
BAD_CIPHERTEXTS = {
    "C3 zeroed": SEALED[:65] + bytes(32) + SEALED[97:],
    "C2 changed": _changed(SEALED, 100),
    "C3 changed": _changed(SEALED, 70),
    "C1 off the curve": _changed(SEALED, 64),
    "C1 another point": KEY.public.octets + SEALED[65:],
    "C1 C2 C3": SEALED[:65] + SEALED[97:] + SEALED[65:97],
    "cut": SEALED[:-1],
    "no C2": SEALED[:97],
    "nothing": b"",
}


@pytest.mark.parametrize("sealed", BAD_CIPHERTEXTS.values(), ids=list(BAD_CIPHERTEXTS))
def test_a_ciphertext_that_was_tampered_with_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CiphertextUnusable):
        libcrypto.decrypt(KEY, sealed)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CiphertextUnusable):
        libcrypto.decrypt(sm2.new_key(), SEALED)


@pytest.mark.parametrize("text", [b"", b"\x30\x00", der_of(SEALED)[:-1], der_of(SEALED) + b"\0"])
def test_only_strict_der_is_a_ciphertext(text: bytes) -> None:
    assert raw_of(der_of(SEALED)) == SEALED
    with pytest.raises(CiphertextUnusable):
        raw_of(text)


def test_without_a_library_signatures_are_verified_and_none_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None: ...

    def refuse(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(libcrypto, "find_library", missing)
    monkeypatch.setattr(libcrypto.ctypes, "CDLL", refuse)
    libcrypto._library.cache_clear()
    try:
        assert not sm2.can_sign()
        assert isinstance(sm2.verifier(KEY.public), PlainVerifier)
        assert sm2.verifier(KEY.public).verify(MESSAGE, SIGNED)
        for act in (sm2.new_key, lambda: sm2.signer(KEY), lambda: libcrypto.encrypt(KEY.public, b"x")):
            with pytest.raises(SigningUnavailable, match="libcrypto of OpenSSL 3"):
                act()
    finally:
        libcrypto._library.cache_clear()


class _Old:
    def OPENSSL_version_major(self) -> int:  # noqa: N802 - the library's name
        return 1


def test_an_older_library_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libcrypto.ctypes, "CDLL", lambda _: _Old())
    libcrypto._library.cache_clear()
    try:
        with pytest.raises(SigningUnavailable, match="older"):
            sm2.new_key()
    finally:
        libcrypto._library.cache_clear()


def test_many_threads_sign_and_verify_with_one_key() -> None:
    signer, verifier = sm2.signer(KEY), sm2.verifier(KEY.public)
    wrong: list[int] = []

    def work(number: int) -> None:
        for turn in range(20):
            message = f"{number} {turn}".encode()
            if not verifier.verify(message, signer.sign(message)):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_two_signatures_share_their_chance() -> None:
    signer = sm2.signer(KEY)
    assert len({signer.sign(MESSAGE)[:32] for _ in range(200)}) == 200


def test_gmalg_agrees() -> None:
    for turn in range(12):
        key, message = sm2.new_key(), secrets.token_bytes(turn * 7)
        other = gmalg.SM2(key.d.to_bytes(32), uid=DEFAULT_ID)
        assert other.generate_pk(key.d.to_bytes(32)) == key.public.octets
        theirs = b"".join(other.sign(message))
        for verifier in (LibcryptoVerifier(key.public), PlainVerifier(key.public)):
            assert verifier.verify(message, theirs)
            assert not verifier.verify(message + b".", theirs)
        ours = sm2.signer(key).sign(message)
        assert other.verify(message, ours[:32], ours[32:])


openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command")


@openssl
def test_openssl_s_command_agrees(tmp_path: Path) -> None:
    for name, text in (("key", KEY.pem), ("public", KEY.public.pem)):
        (tmp_path / name).write_text(text)
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "signature").write_bytes(Signature.of_raw(SIGNED).der)
    options = ["-rawin", "-digest", "sm3", "-in", "message", "-pkeyopt", f"distid:{DEFAULT_ID.decode()}"]
    _openssl(tmp_path, "pkeyutl", "-verify", "-pubin", "-inkey", "public", "-sigfile", "signature", *options)
    _openssl(tmp_path, "pkeyutl", "-sign", "-inkey", "key", "-out", "theirs", *options)
    theirs = Signature.of_der((tmp_path / "theirs").read_bytes()).raw
    assert PlainVerifier(KEY.public).verify(MESSAGE, theirs)


@openssl
def test_a_key_made_by_openssl_is_read(tmp_path: Path) -> None:
    _openssl(tmp_path, "genpkey", "-algorithm", "SM2", "-out", "key")
    _openssl(tmp_path, "pkey", "-in", "key", "-pubout", "-out", "public")
    key = PrivateKey.of_pem((tmp_path / "key").read_text())
    assert key.public == PublicKey.of_pem((tmp_path / "public").read_text())
    assert sm2.verifier(key.public).verify(MESSAGE, sm2.signer(key).sign(MESSAGE))


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=20, check=False)  # noqa: S603, S607 - our own arguments
    assert done.returncode == 0, done.stderr.decode()

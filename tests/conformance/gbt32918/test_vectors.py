"""GB/T 32918.5, annexes A and C: the worked examples on the recommended curve."""

import pytest

from auth.shangmi import ciphertexts, libcrypto
from auth.shangmi.digests import DEFAULT_ID, identity_digest, message_digest
from auth.shangmi.keys import PrivateKey, PublicKey
from auth.shangmi.libcrypto import LibcryptoVerifier
from auth.shangmi.plain import PlainVerifier
from auth.shangmi.signatures import Signature

PUBLIC = PublicKey.of_hex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
PRIVATE = PrivateKey(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8, PUBLIC)
MESSAGE = b"message digest"
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
CIPHERTEXT = bytes.fromhex(
    "04"
    "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
    "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
    "21886CA989CA9C7D58087307CA93092D651EFA"
)


def test_what_stands_for_the_signer_and_what_is_signed() -> None:
    assert identity_digest(PUBLIC, DEFAULT_ID).hex().upper() == (
        "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
    )
    assert f"{message_digest(MESSAGE, PUBLIC, DEFAULT_ID):X}" == (
        "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    )


@pytest.mark.parametrize("verifier", [LibcryptoVerifier, PlainVerifier])
def test_the_signature(verifier: type[LibcryptoVerifier | PlainVerifier]) -> None:
    assert verifier(PUBLIC).verify(MESSAGE, SIGNATURE)
    assert not verifier(PUBLIC).verify(MESSAGE + b".", SIGNATURE)
    assert not verifier(PUBLIC, b"ALICE123@YAHOO.COM").verify(MESSAGE, SIGNATURE)


def test_the_signature_s_two_forms() -> None:
    der = Signature.of_raw(SIGNATURE).der
    assert der[:4].hex() == "30460221"
    assert Signature.of_der(der).raw == SIGNATURE


def test_the_ciphertext() -> None:
    assert libcrypto.decrypt(PRIVATE, CIPHERTEXT) == b"encryption standard"
    assert ciphertexts.raw_of(ciphertexts.der_of(CIPHERTEXT)) == CIPHERTEXT

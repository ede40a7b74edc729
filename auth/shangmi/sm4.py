"""SM4 (GB/T 32907) in the modes that are in use; by cryptography."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR, GCM
from cryptography.hazmat.primitives.padding import PKCS7

from auth.shangmi.errors import CiphertextUnusable

BLOCK_BYTES = 16
NONCE_BYTES = 12
"""Of GCM (RFC 8998, section 2.1)."""
_BLOCK_BITS = 8 * BLOCK_BYTES


def seal(key: bytes, plaintext: bytes, associated: bytes = b"", nonce: bytes | None = None) -> bytes:
    """SM4-GCM: nonce ‖ ciphertext ‖ tag. A nonce that is given must never come twice under one key."""
    chosen = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    encryptor = Cipher(SM4(key), GCM(chosen)).encryptor()
    encryptor.authenticate_additional_data(associated)
    return chosen + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def unseal(key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
    """Undo `seal`; raises CiphertextUnusable."""
    if len(sealed) < NONCE_BYTES + BLOCK_BYTES:
        raise CiphertextUnusable("the text is too short")
    nonce, text, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-BLOCK_BYTES], sealed[-BLOCK_BYTES:]
    decryptor = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(associated)
    try:
        return decryptor.update(text) + decryptor.finalize()
    except InvalidTag as error:
        raise CiphertextUnusable("the text does not open") from error


def cbc_encrypt(key: bytes, iv: bytes, plaintext: bytes) -> bytes:
    """SM4-CBC with PKCS #7 padding. It proves nothing about who wrote it: sign what is sent."""
    padder, encryptor = PKCS7(_BLOCK_BITS).padder(), Cipher(SM4(key), CBC(iv)).encryptor()
    return encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()


def cbc_decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Undo `cbc_encrypt`; raises CiphertextUnusable. To be called once a signature over the text was verified."""
    decryptor, unpadder = Cipher(SM4(key), CBC(iv)).decryptor(), PKCS7(_BLOCK_BITS).unpadder()
    try:
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise CiphertextUnusable("the text does not open") from error


def ctr(key: bytes, counter: bytes, text: bytes) -> bytes:
    """SM4-CTR, which undoes itself. A counter must never come twice under one key."""
    encryptor = Cipher(SM4(key), CTR(counter)).encryptor()
    return encryptor.update(text) + encryptor.finalize()

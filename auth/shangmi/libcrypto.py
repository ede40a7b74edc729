"""SM2 by the system's libcrypto (OpenSSL 3 or newer), through ctypes. The library is loaded when it is first needed.

Every call has contexts of its own and lets go of Python's lock, so keys may be used from many threads at once.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p
from ctypes.util import find_library
from functools import cache
from typing import Any
from weakref import finalize

from auth.shangmi import ciphertexts
from auth.shangmi.digests import DEFAULT_ID, checked_id
from auth.shangmi.errors import CiphertextUnusable, SignatureUnusable, SigningUnavailable
from auth.shangmi.keys import BYTES, PrivateKey, PublicKey
from auth.shangmi.signatures import Signature

_UNSIGNED, _UTF8, _OCTETS = 1 + 1, 4, 5
"""OSSL_PARAM_UNSIGNED_INTEGER, _UTF8_STRING, _OCTET_STRING."""
_PUBLIC, _PAIR = 0x86, 0x87
"""EVP_PKEY_PUBLIC_KEY and EVP_PKEY_KEYPAIR, with the domain's parameters."""
_MAJOR = 3
_SIGNATURE_BYTES = 72


class _Param(ctypes.Structure):
    """OSSL_PARAM."""

    _fields_ = (
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    )


_POINTERS: dict[str, tuple[Any, ...]] = {
    "EVP_PKEY_CTX_new_from_name": (c_void_p, c_char_p, c_char_p),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, c_void_p, c_char_p),
    "EVP_MD_CTX_new": (),
    "EVP_sm3": (),
}
_NUMBERS: dict[str, tuple[Any, ...]] = {
    "EVP_PKEY_keygen_init": (c_void_p,),
    "EVP_PKEY_generate": (c_void_p, POINTER(c_void_p)),
    "EVP_PKEY_fromdata_init": (c_void_p,),
    "EVP_PKEY_fromdata": (c_void_p, POINTER(c_void_p), c_int, POINTER(_Param)),
    "EVP_PKEY_get_bn_param": (c_void_p, c_char_p, POINTER(c_void_p)),
    "EVP_PKEY_get_octet_string_param": (c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_size_t)),
    "BN_bn2binpad": (c_void_p, c_char_p, c_int),
    "EVP_PKEY_CTX_set1_id": (c_void_p, c_char_p, c_int),
    "EVP_DigestSignInit": (c_void_p, POINTER(c_void_p), c_void_p, c_void_p, c_void_p),
    "EVP_DigestSign": (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_DigestVerifyInit": (c_void_p, POINTER(c_void_p), c_void_p, c_void_p, c_void_p),
    "EVP_DigestVerify": (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    "EVP_PKEY_encrypt_init": (c_void_p,),
    "EVP_PKEY_encrypt": (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_PKEY_decrypt_init": (c_void_p,),
    "EVP_PKEY_decrypt": (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
}
_NOTHING: dict[str, tuple[Any, ...]] = {
    "EVP_PKEY_CTX_free": (c_void_p,),
    "EVP_PKEY_free": (c_void_p,),
    "EVP_MD_CTX_free": (c_void_p,),
    "BN_clear_free": (c_void_p,),
    "ERR_clear_error": (),
}


def is_available() -> bool:
    """Whether this machine has a libcrypto that knows SM2."""
    try:
        _library()
    except SigningUnavailable:
        return False
    return True


@cache
def _library() -> Any:
    """The library with its functions declared; raises SigningUnavailable."""
    name = find_library("crypto")
    try:
        library: Any = ctypes.CDLL(name or "libcrypto.so.3")
        if library.OPENSSL_version_major() < _MAJOR:
            raise SigningUnavailable("SM2 needs libcrypto of OpenSSL 3; this machine has an older one")
        _declare(library)
    except (OSError, AttributeError) as error:
        raise SigningUnavailable("SM2 needs libcrypto of OpenSSL 3, which this machine does not have") from error
    if not library.EVP_sm3():
        raise SigningUnavailable("this libcrypto was built without SM3")
    return library


def _declare(library: Any) -> None:
    for result, functions in ((c_void_p, _POINTERS), (c_int, _NUMBERS), (None, _NOTHING)):
        for name, arguments in functions.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, result


def _done(outcome: int | None, what: str) -> None:
    if outcome is None or outcome <= 0:
        raise SigningUnavailable(f"libcrypto refused: {what}")


@contextmanager
def _key_context(key: c_void_p | None) -> Iterator[c_void_p]:
    """A context for a key, or for making one."""
    library = _library()
    made = library.EVP_PKEY_CTX_new_from_pkey(None, key, None) if key else None
    made = made or library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
    _done(made, "a context")
    context = c_void_p(made)
    try:
        yield context
    finally:
        library.EVP_PKEY_CTX_free(context)
        library.ERR_clear_error()  # what was refused is told by the outcome; nobody else is to find it


@contextmanager
def _digest_context() -> Iterator[c_void_p]:
    library = _library()
    context = c_void_p(library.EVP_MD_CTX_new())
    try:
        yield context
    finally:
        library.EVP_MD_CTX_free(context)
        library.ERR_clear_error()


def generate() -> PrivateKey:
    """A new key; raises SigningUnavailable."""
    library = _library()
    key, number, size = c_void_p(), c_void_p(), c_size_t()
    with _key_context(None) as context:
        _done(library.EVP_PKEY_keygen_init(context), "a new key")
        _done(library.EVP_PKEY_generate(context, byref(key)), "a new key")
    try:
        point, d = ctypes.create_string_buffer(65), ctypes.create_string_buffer(BYTES)
        _done(library.EVP_PKEY_get_octet_string_param(key, b"encoded-pub-key", point, 65, byref(size)), "its point")
        _done(library.EVP_PKEY_get_bn_param(key, b"priv", byref(number)), "its number")
        _done(library.BN_bn2binpad(number, d, BYTES), "its number")
        return PrivateKey(int.from_bytes(d.raw), PublicKey.of(point.raw))
    finally:
        library.BN_clear_free(number)
        library.EVP_PKEY_free(key)


def _param(name: bytes, kind: int, value: bytes) -> _Param:
    return _Param(name, kind, ctypes.cast(ctypes.c_char_p(value), c_void_p), len(value), 0)


class _Key:
    """A key inside of the library, freed with this object."""

    def __init__(self, public: PublicKey, d: int | None = None) -> None:
        library = _library()
        values = [b"SM2", public.octets] + ([d.to_bytes(BYTES, "little")] if d else [])
        kinds = ((b"group", _UTF8), (b"pub", _OCTETS), (b"priv", _UNSIGNED))
        named = [_param(*kind, value) for kind, value in zip(kinds, values, strict=False)]
        made = c_void_p()
        with _key_context(None) as context:
            _done(library.EVP_PKEY_fromdata_init(context), "a key")
            parameters = (_Param * (len(named) + 1))(*named)
            _done(library.EVP_PKEY_fromdata(context, byref(made), _PAIR if d else _PUBLIC, parameters), "a key")
        self.pointer = made
        finalize(self, library.EVP_PKEY_free, made)


class LibcryptoVerifier:
    """One public key, with the id of whoever signs; raises SigningUnavailable."""

    def __init__(self, public: PublicKey, signer_id: bytes = DEFAULT_ID) -> None:
        self.public = public
        self._id = checked_id(signer_id)
        self._key = _Key(public)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether these 64 octets are the key's signature of the message."""
        try:
            form = Signature.of_raw(signature).der
        except SignatureUnusable:
            return False
        library, settings = _library(), c_void_p()
        with _digest_context() as context:
            _done(
                library.EVP_DigestVerifyInit(context, byref(settings), library.EVP_sm3(), None, self._key.pointer),
                "to verify",
            )
            _done(library.EVP_PKEY_CTX_set1_id(settings, self._id, len(self._id)), "the id")
            return bool(library.EVP_DigestVerify(context, form, len(form), message, len(message)) == 1)


class LibcryptoSigner(LibcryptoVerifier):
    """One private key, with the id of whoever signs; raises SigningUnavailable."""

    def __init__(self, private: PrivateKey, signer_id: bytes = DEFAULT_ID) -> None:
        super().__init__(private.public, signer_id)
        self._key = _Key(private.public, private.d)

    def sign(self, message: bytes) -> bytes:
        """64 octets, r ‖ s."""
        library, settings = _library(), c_void_p()
        made, size = ctypes.create_string_buffer(_SIGNATURE_BYTES), c_size_t(_SIGNATURE_BYTES)
        with _digest_context() as context:
            _done(
                library.EVP_DigestSignInit(context, byref(settings), library.EVP_sm3(), None, self._key.pointer),
                "to sign",
            )
            _done(library.EVP_PKEY_CTX_set1_id(settings, self._id, len(self._id)), "the id")
            _done(library.EVP_DigestSign(context, made, byref(size), message, len(message)), "to sign")
        return Signature.of_der(made.raw[: size.value]).raw


def encrypt(public: PublicKey, plaintext: bytes) -> bytes:
    """C1 ‖ C3 ‖ C2 (GB/T 32918.4); for one octet or more. Raises SigningUnavailable."""
    library, key = _library(), _Key(public)
    with _key_context(key.pointer) as context:
        _done(library.EVP_PKEY_encrypt_init(context), "to encrypt")
        return ciphertexts.raw_of(_transformed(library.EVP_PKEY_encrypt, context, plaintext))


def decrypt(private: PrivateKey, ciphertext: bytes) -> bytes:
    """Undo `encrypt`; raises CiphertextUnusable for what was changed or is another's."""
    library, key = _library(), _Key(private.public, private.d)
    form = ciphertexts.der_of(ciphertext)
    with _key_context(key.pointer) as context:
        _done(library.EVP_PKEY_decrypt_init(context), "to decrypt")
        try:
            return _transformed(library.EVP_PKEY_decrypt, context, form)
        except SigningUnavailable as error:
            raise CiphertextUnusable("the text does not open") from error


def _transformed(function: Any, context: c_void_p, data: bytes) -> bytes:
    size = c_size_t()
    _done(function(context, None, byref(size), data, len(data)), "the length")
    made = ctypes.create_string_buffer(size.value)
    _done(function(context, made, byref(size), data, len(data)), "the text")
    return made.raw[: size.value]

"""SM2 (GB/T 32918): the door to the rest of the package. libcrypto where there is one, verification alone otherwise."""

from auth.shangmi import libcrypto
from auth.shangmi.digests import DEFAULT_ID
from auth.shangmi.keys import PrivateKey, PublicKey
from auth.shangmi.plain import PlainVerifier
from auth.shangmi.ports import Signer, Verifier

ALGORITHM = "sm2-sm3"


def can_sign() -> bool:
    """Whether this machine can make signatures."""
    return libcrypto.is_available()


def new_key() -> PrivateKey:
    """Raises SigningUnavailable."""
    return libcrypto.generate()


def signer(private: PrivateKey, signer_id: bytes = DEFAULT_ID) -> Signer:
    """Signs in the name of `signer_id`; raises SigningUnavailable."""
    return libcrypto.LibcryptoSigner(private, signer_id)


def verifier(public: PublicKey, signer_id: bytes = DEFAULT_ID) -> Verifier:
    """Verifies what was signed in the name of `signer_id`, on every machine."""
    if libcrypto.is_available():
        return libcrypto.LibcryptoVerifier(public, signer_id)
    return PlainVerifier(public, signer_id)

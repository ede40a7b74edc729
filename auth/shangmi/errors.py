"""What goes wrong with national cryptography. None of it is a Problem: whoever speaks HTTP translates."""


class KeyUnusable(ValueError):
    """The octets are no SM2 key: another form, out of range, or a point that is not on the curve."""


class SignatureUnusable(ValueError):
    """The octets are no signature at all: another form, or numbers out of range."""


class CiphertextUnusable(ValueError):
    """The text does not open: it was made for another key, or changed."""


class SigningUnavailable(RuntimeError):
    """This machine has no libcrypto of OpenSSL 3: signatures can be checked, and none can be made."""

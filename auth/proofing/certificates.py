"""Level 4: a certificate of the resident's own, whose key signs a challenge of ours.

Checked, in this order: the signature over the challenge, once; that one of the named authorities issued the
certificate; its time; what its key is for (RFC 5280, sections 4.2.1.3 and 4.2.1.9); that its holder is the account's
person, by the hash of the identity number in the subject's serialNumber (2.5.4.5); and that it is on no list of
revoked ones (section 5), as the population register publishes it.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.x509.oid import NameOID

from auth.proofing.errors import CertificateRefused, RegisterUnavailable
from auth.proofing.ports import Person

Kind = TypeVar("Kind", bound=x509.ExtensionType)
_RSA_BITS = 2048
_HASHES = (SHA256, SHA384, SHA512)
_CURVES = (ec.SECP256R1, ec.SECP384R1)


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate that proves who holds its key; `reference` names it for good."""

    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc

    @property
    def reference(self) -> str:
        return f"{self.certificate.issuer.rfc4514_string()[:120]} {self.certificate.serial_number:x}"


class Authorities:
    """The certificate authorities that count."""

    def __init__(self, file: Path | None) -> None:
        """`file` holds their certificates in PEM; raises ValueError for one that is none."""
        self._certificates = x509.load_pem_x509_certificates(file.read_bytes()) if file else []

    def holder(self, text: str, person: Person, now: datetime) -> Holder:
        """The certificate (PEM, or DER in base64), if it is this person's and one of the authorities'.

        Raises CertificateRefused.
        """
        certificate = _certificate(text)
        authority = self._issuer(certificate)
        _check_times(certificate, now)
        _check_times(authority, now)
        _check_use(certificate)
        _check_holder(certificate, person)
        return Holder(certificate, authority)

    def _issuer(self, certificate: x509.Certificate) -> x509.Certificate:
        if not isinstance(certificate.signature_hash_algorithm, _HASHES):
            raise CertificateRefused("The certificate is signed with a method that does not count any more.")
        for authority in self._certificates:
            try:
                certificate.verify_directly_issued_by(authority)
            except (ValueError, TypeError, InvalidSignature):
                continue
            if _may_issue(authority):
                return authority
        raise CertificateRefused("Use a certificate of an authority that the city recognises.")


def check_signature(certificate_text: str, challenge: str, signature: str) -> None:
    """That the certificate's key signed the challenge: ECDSA (DER) or RSA (PKCS #1 v1.5), with SHA-256.

    Raises CertificateRefused.
    """
    public, signed = _certificate(certificate_text).public_key(), _decoded(signature)
    try:
        if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, _CURVES):
            public.verify(signed, challenge.encode(), ec.ECDSA(SHA256()))
        elif isinstance(public, rsa.RSAPublicKey) and public.key_size >= _RSA_BITS:
            public.verify(signed, challenge.encode(), padding.PKCS1v15(), SHA256())
        else:
            raise CertificateRefused("Use a key on P-256 or P-384, or RSA with 2048 bits.")
    except InvalidSignature as error:
        raise CertificateRefused("The signature is not the certificate's key's over the challenge.") from error


def check_not_revoked(holder: Holder, crl: bytes, now: datetime) -> None:
    """Raises CertificateRefused for a revoked certificate, RegisterUnavailable for a list that cannot be relied on."""
    try:
        listed = x509.load_der_x509_crl(crl)
        sound = listed.is_signature_valid(holder.authority.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise RegisterUnavailable("The list of revoked certificates cannot be read.", retry_after=60) from error
    current = listed.last_update_utc <= now and (listed.next_update_utc is None or now < listed.next_update_utc)
    if not sound or not current or listed.issuer != holder.authority.subject:
        raise RegisterUnavailable("The list of revoked certificates cannot be relied on.", retry_after=60)
    if listed.get_revoked_certificate_by_serial_number(holder.certificate.serial_number):
        raise CertificateRefused("The certificate was revoked. Get a new one.")


def _certificate(text: str) -> x509.Certificate:
    try:
        if "-----BEGIN" in text:
            return x509.load_pem_x509_certificate(text.encode())
        return x509.load_der_x509_certificate(_decoded(text))
    except ValueError as error:
        raise CertificateRefused("This is no certificate in PEM, or in DER and base64.") from error


def _decoded(text: str) -> bytes:
    """Base64, of either alphabet, padded or not."""
    plain = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise CertificateRefused("This is no base64.") from error


def _check_times(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc - timedelta(minutes=5) <= now < certificate.not_valid_after_utc:
        raise CertificateRefused("The certificate's time is over, or has not begun.")


def _check_use(certificate: x509.Certificate) -> None:
    """A person's certificate, for signing."""
    basic = _extension(certificate, x509.BasicConstraints, lambda found: found.ca)
    signs = _extension(certificate, x509.KeyUsage, lambda found: found.digital_signature)
    if basic or signs is False:
        raise CertificateRefused("The certificate is not meant for a person's signatures.")


def _may_issue(authority: x509.Certificate) -> bool:
    basic = _extension(authority, x509.BasicConstraints, lambda found: found.ca)
    signs = _extension(authority, x509.KeyUsage, lambda found: found.key_cert_sign)
    return bool(basic) and signs is not False


def _extension(certificate: x509.Certificate, kind: type[Kind], of: Callable[[Kind], bool]) -> bool | None:
    """What an extension says; None where there is none of that kind."""
    try:
        return of(certificate.extensions.get_extension_for_class(kind).value)
    except x509.ExtensionNotFound:
        return None
    except (ValueError, x509.DuplicateExtension) as error:
        raise CertificateRefused("The certificate's extensions cannot be read.") from error


def _check_holder(certificate: x509.Certificate, person: Person) -> None:
    held = [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    if len(held) != 1 or not hmac.compare_digest(held[0].lower().encode(), person.id_number.digest().encode()):
        raise CertificateRefused("The certificate is another person's.")

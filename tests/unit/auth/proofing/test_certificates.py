"""What a certificate must be to prove who holds its key."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from auth.proofing.certificates import Authorities, check_not_revoked, check_signature
from auth.proofing.errors import CertificateRefused, RegisterUnavailable
from auth.proofing.id_numbers import id_number_of
from auth.proofing.ports import Person

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WANG = Person("王芳", id_number_of("310115199207140021", NOW))
CHALLENGE = "https://city.example proofing by certificate abc"
Key = ec.EllipticCurvePrivateKey


def name(common: str, *serials: str) -> x509.Name:
    numbers = [x509.NameAttribute(NameOID.SERIAL_NUMBER, serial) for serial in serials]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), *numbers])


class Issuer:
    """A certificate authority of the tests, which issues whatever is asked for."""

    def __init__(self, common: str = "CA", *, is_ca: bool = True, signs: bool | None = True) -> None:
        self.key: Key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._build(self.key.public_key(), name(common), name(common), is_ca=is_ca, signs=signs)

    def issue(self, public: Any, *serials: str, is_ca: bool = False, **changes: Any) -> x509.Certificate:
        return self._build(
            public, name("holder", *serials), self.certificate.subject, is_ca=is_ca, signs=None, **changes
        )

    def _build(  # noqa: PLR0913 - what certificates differ in
        self,
        public: Any,
        subject: x509.Name,
        issuer: x509.Name,
        *,
        is_ca: bool,
        signs: bool | None,
        start: datetime = NOW - timedelta(days=1),
        end: datetime = NOW + timedelta(days=1),
        usage: bool | None = None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if signs is not None or usage is not None:
            builder = builder.add_extension(_usage(bool(usage), bool(signs)), critical=True)
        return builder.sign(self.key, SHA256())

    def revocations(
        self, *revoked: x509.Certificate, last: datetime = NOW, following: datetime = NOW + timedelta(hours=1)
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(last).next_update(following)
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(NOW).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)


def _usage(signature: bool, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signature, False, False, False, False, issuing, issuing, False, False)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def authorities(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    file = tmp_path_factory.mktemp("ca") / "authorities.pem"
    file.write_bytes(Issuer("another").certificate.public_bytes(Encoding.PEM) + pem(issuer.certificate).encode())
    return Authorities(file)


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def test_a_certificate_of_the_person_is_taken_in_pem_and_in_der(
    issuer: Issuer, key: Key, authorities: Authorities
) -> None:
    certificate = issuer.issue(key.public_key(), WANG.id_number.digest(), usage=True)
    der = certificate.public_bytes(Encoding.DER)
    for text in (pem(certificate), base64.b64encode(der).decode(), base64.urlsafe_b64encode(der).decode().rstrip("=")):
        holder = authorities.holder(text, WANG, NOW)
        assert holder.ends == NOW + timedelta(days=1)
        assert holder.reference == f"CN=CA {certificate.serial_number:x}"


HASH = WANG.id_number.digest()
REFUSED: dict[str, Callable[[Issuer, Key], x509.Certificate]] = {
    "another authority": lambda _, key: Issuer("CA").issue(key.public_key(), HASH),
    "over": lambda issuer, key: issuer.issue(key.public_key(), HASH, end=NOW),
    "not begun": lambda issuer, key: issuer.issue(key.public_key(), HASH, start=NOW + timedelta(minutes=6)),
    "an authority itself": lambda issuer, key: issuer.issue(key.public_key(), HASH, is_ca=True),
    "not for signatures": lambda issuer, key: issuer.issue(key.public_key(), HASH, usage=False),
    "another person": lambda issuer, key: issuer.issue(key.public_key(), "0" * 64),
    "nobody": lambda issuer, key: issuer.issue(key.public_key()),
    "two persons": lambda issuer, key: issuer.issue(key.public_key(), HASH, "0" * 64),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_certificates_that_are_refused(
    issuer: Issuer, key: Key, authorities: Authorities, make: Callable[[Issuer, Key], x509.Certificate]
) -> None:
    with pytest.raises(CertificateRefused):
        authorities.holder(pem(make(issuer, key)), WANG, NOW)


@pytest.mark.parametrize("text", ["", "?", "AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_what_is_no_certificate(authorities: Authorities, text: str) -> None:
    with pytest.raises(CertificateRefused):
        authorities.holder(text, WANG, NOW)


def test_an_authority_must_be_one_that_may_issue(key: Key, tmp_path: Path) -> None:
    for issuer in (Issuer(is_ca=False), Issuer(signs=False)):
        (tmp_path / "a.pem").write_text(pem(issuer.certificate))
        with pytest.raises(CertificateRefused):
            Authorities(tmp_path / "a.pem").holder(pem(issuer.issue(key.public_key(), HASH)), WANG, NOW)
    with pytest.raises(CertificateRefused):
        Authorities(None).holder(pem(issuer.issue(key.public_key(), HASH)), WANG, NOW)


def test_an_authority_whose_time_is_over_counts_no_more(issuer: Issuer, key: Key, authorities: Authorities) -> None:
    later = NOW + timedelta(days=2)
    certificate = issuer.issue(key.public_key(), HASH, end=later + timedelta(days=1))
    with pytest.raises(CertificateRefused):
        authorities.holder(pem(certificate), WANG, later)


def test_signatures_of_elliptic_curves_and_of_rsa(issuer: Issuer, key: Key) -> None:
    message = CHALLENGE.encode()
    p384, large = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)
    signed: list[tuple[Any, bytes]] = [
        (key.public_key(), key.sign(message, ec.ECDSA(SHA256()))),
        (p384.public_key(), p384.sign(message, ec.ECDSA(SHA256()))),
        (large.public_key(), large.sign(message, padding.PKCS1v15(), SHA256())),
    ]
    for public, signature in signed:
        text, given = pem(issuer.issue(public, HASH)), base64.b64encode(signature).decode()
        check_signature(text, CHALLENGE, given)
        with pytest.raises(CertificateRefused, match="not the certificate's key's"):
            check_signature(text, CHALLENGE + "x", given)
        for broken in ("AAAA", "?"):
            with pytest.raises(CertificateRefused):
                check_signature(text, CHALLENGE, broken)


def test_keys_that_are_too_weak_or_of_another_kind(issuer: Issuer) -> None:
    for public in (
        rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505 - that is what must be refused
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
    ):
        with pytest.raises(CertificateRefused, match="P-256"):
            check_signature(pem(issuer.issue(public, HASH)), CHALLENGE, "AAAA")


def test_revoked_certificates_and_lists_that_cannot_be_relied_on(
    issuer: Issuer, key: Key, authorities: Authorities
) -> None:
    holder = authorities.holder(pem(issuer.issue(key.public_key(), HASH)), WANG, NOW)
    other = issuer.issue(key.public_key(), HASH)
    check_not_revoked(holder, issuer.revocations(other), NOW)
    with pytest.raises(CertificateRefused, match="revoked"):
        check_not_revoked(holder, issuer.revocations(other, holder.certificate), NOW)
    hour = timedelta(hours=1)
    for crl in (
        b"",
        b"list",
        Issuer().revocations(),
        Issuer("another").revocations(),
        issuer.revocations(last=NOW - 2 * hour, following=NOW),
        issuer.revocations(last=NOW + hour, following=NOW + 2 * hour),
    ):
        with pytest.raises(RegisterUnavailable):
            check_not_revoked(holder, crl, NOW)

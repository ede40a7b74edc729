"""The register's certificate authority, made anew for each demo: it certifies residents' keys and revokes them.

    python -m mock_services.population.authority <folder> [--for 姓名 证件号] [--revoke serial]

The folder holds authority.key.pem, authority.pem and revoked.txt (a serial number a line). With --for it also writes
<number's last four>.key.pem and .pem: what a resident would have on a card. Such a certificate says whose it is by
SHA-256 of the identity number, as serialNumber (2.5.4.5) of its subject.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mock_services.population.register import number_hash

AUTHORITY_LIFE = timedelta(days=3650)
HOLDER_LIFE = timedelta(days=730)
LIST_LIFE = timedelta(hours=1)
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """The key, its certificate, and where revoked serial numbers stand."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    revoked_file: Path

    def certify(
        self, public: ec.EllipticCurvePublicKey, name: str, id_number: str, now: datetime, life: timedelta = HOLDER_LIFE
    ) -> x509.Certificate:
        """A certificate of a resident's key, for signing only."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, number_hash(id_number)),
            ]
        )
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _A_MINUTE)
            .not_valid_after(now + life)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signing=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, SHA256())
        )

    def revoke(self, serial: int) -> None:
        with self.revoked_file.open("a", encoding="utf-8") as file:
            file.write(f"{serial}\n")

    def revocations(self, now: datetime) -> bytes:
        """The list in DER, good for an hour."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - _A_MINUTE)
            .next_update(now + LIST_LIFE)
        )
        for serial in self._revoked():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - _A_MINUTE).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)

    def _revoked(self) -> list[int]:
        if not self.revoked_file.exists():
            return []
        return [int(line) for line in self.revoked_file.read_text(encoding="utf-8").split()]


def open_authority(folder: Path, now: datetime) -> Authority:
    """The folder's authority, made if there is none."""
    key_file, certificate_file = folder / "authority.key.pem", folder / "authority.pem"
    if not certificate_file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = ec.generate_private_key(ec.SECP256R1())
        _write_key(key_file, made)
        certificate_file.write_bytes(_self_signed(made, now).public_bytes(Encoding.PEM))
    key = load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - what was written above
    return Authority(key, x509.load_pem_x509_certificate(certificate_file.read_bytes()), folder / "revoked.txt")


def _self_signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Demo population register CA"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_MINUTE)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signing=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _usage(*, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signing,
        crl_sign=not signing,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The demo's certificate authority.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--for", nargs=2, dest="holder", metavar=("NAME", "NUMBER"), help="certify a new key")
    parser.add_argument("--revoke", type=int, metavar="SERIAL", help="take a certificate's serial number back")
    chosen = parser.parse_args(arguments)
    authority = open_authority(chosen.folder, datetime.now(UTC))
    if chosen.holder:
        _certify_new(authority, chosen.folder, *chosen.holder)
    if chosen.revoke is not None:
        authority.revoke(chosen.revoke)
    return 0


def _certify_new(authority: Authority, folder: Path, name: str, id_number: str) -> None:
    """A key and its certificate, unless the folder has them."""
    certificate_file = folder / f"{id_number[-4:]}.pem"
    if certificate_file.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(folder / f"{id_number[-4:]}.key.pem", key)
    certificate = authority.certify(key.public_key(), name, id_number, datetime.now(UTC))
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))


if __name__ == "__main__":
    sys.exit(main())

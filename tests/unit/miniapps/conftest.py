from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from miniapps.traffic import Certificates
from tests.harness.clock import ManualClock
from tests.unit.miniapps.wiring import Wiring


@pytest.fixture
async def city(store: str, clock: ManualClock, tmp_path: Path) -> Wiring:
    """A worker with one department and its registered system."""
    return await Wiring(clock, tmp_path).founded()


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """A certificate signed by itself, as all three files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    found = Certificates(*(tmp_path / f"{each}.pem" for each in ("ca", "certificate", "key")))
    for file in (found.ca, found.certificate):
        assert file is not None
        file.write_bytes(signed.public_bytes(Encoding.PEM))
    assert found.key is not None
    found.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return found

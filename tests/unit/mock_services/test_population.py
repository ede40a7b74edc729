"""The population register: who is who, asked by the platform alone."""

import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mock_services.population.__main__ import DEPARTMENT
from mock_services.population.app import create_app
from mock_services.population.authority import main, open_authority
from mock_services.population.operations import OPERATIONS
from mock_services.population.register import REGISTER, number_hash
from mock_services.population.settings import PopulationSettings
from mock_services.shared.residents import demo_residents
from tests.unit.mock_services.conftest import running
from tests.unit.mock_services.platform_twin import ISSUER, Gateway, ManualClock, new_key

ZHANG = {"name": "张伟", "id_number": "310101198803150012"}
CHILD = {"child_name": "张小雨", "child_id_number": "310101201705210012"}
PICTURE = base64.b64encode(b"a picture of that person").decode()
WRONG_PICTURE = base64.b64encode(b"a picture of somebody else").decode()


def caller(gateway: Gateway, **changes: Any) -> dict[str, str]:
    whole = {"sub": "urn:onecity:platform", "scope": "population:identity:check", "acr": None} | changes
    return gateway.bearer("population", **whole)


@pytest.fixture
async def population(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    settings = PopulationSettings(issuer=ISSUER, port=1, database=tmp_path / "p.sqlite", authority=tmp_path / "ca")
    app = create_app(settings, clock=clock, transport=gateway.transport)
    async with running(app, caller(gateway)) as ready:
        yield ready


def check_of(digits: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits[:17], weights, strict=True)) % 11]


def test_the_register_knows_the_demo_residents_by_numbers_with_the_right_check() -> None:
    persons = {each["id_number"]: each["name"] for each in json.loads(REGISTER.read_text())["persons"]}
    assert all(number[17] == check_of(number) for number in persons)
    assert all(persons[resident.id_number] == resident.name for resident in demo_residents())


@pytest.mark.parametrize(
    ("name", "id_number", "match"),
    [
        ("张伟", ZHANG["id_number"], True),
        ("张三", ZHANG["id_number"], False),
        ("张伟", "310101198803150039", False),
        ("赵德明", "310106195211110015", False),
    ],
    ids=["the same", "another name", "nobody's number", "deceased"],
)
async def test_a_name_and_a_number_match_or_not(
    population: httpx2.AsyncClient, name: str, id_number: str, match: bool
) -> None:
    answer = await population.post("/persons/match", json={"name": name, "id_number": id_number})
    assert answer.status_code == 200
    assert answer.json()["match"] is match
    assert answer.json()["reference"].startswith("RK")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
async def test_nobody_but_the_platform_is_answered(
    population: httpx2.AsyncClient, gateway: Gateway, operation: Any
) -> None:
    path = operation.path.replace("{ticket}", "t").replace("{credit_code}", "91310101MA1K3B7T29")
    foreign = gateway.sign(gateway.claims("population", scope="population:identity:check"), key=new_key())
    refused = {
        "": 401,
        gateway.bearer("queries")["Authorization"]: 401,
        f"Bearer {foreign}": 401,
        caller(gateway, scope="another")["Authorization"]: 403,
    }
    for authorization, status in refused.items():
        headers = {"Authorization": authorization}
        assert (await population.request(operation.method, path, headers=headers)).status_code == status


async def test_a_face_check_is_decided_once(population: httpx2.AsyncClient, clock: ManualClock) -> None:
    begun = await population.post("/faces", json=ZHANG)
    assert begun.status_code == 201
    path = f"/faces/{begun.json()['ticket']}"
    assert (await population.post(path, json={})).json()["result"] == "waiting"
    assert (await population.post(path, json={"sample": PICTURE})).json()["result"] == "same"
    assert (await population.post(path, json={"sample": WRONG_PICTURE})).json()["result"] == "same"
    clock.advance(minutes=11)
    assert (await population.post(path, json={})).status_code == 404
    assert (await population.post("/faces", json=ZHANG)).status_code == 201


async def test_another_face_and_no_face_are_told_apart(population: httpx2.AsyncClient) -> None:
    path = f"/faces/{(await population.post('/faces', json=ZHANG)).json()['ticket']}"
    for broken in ("?", base64.b64encode(b"short").decode()):
        assert (await population.post(path, json={"sample": broken})).status_code == 422
    assert (await population.post(path, json={"sample": WRONG_PICTURE})).json()["result"] == "other"
    assert (await population.post("/faces", json=ZHANG | {"name": "张三"})).status_code == 404


@pytest.mark.parametrize(
    ("guardian", "child_name", "expected"),
    [
        (ZHANG["id_number"], "张小雨", True),
        (ZHANG["id_number"], "张大雨", False),
        ("310106195209180022", "张小雨", False),
        ("310101198803150039", "张小雨", False),
    ],
    ids=["the father", "another child's name", "no guardian", "nobody"],
)
async def test_guardians_are_those_in_the_register(
    population: httpx2.AsyncClient, guardian: str, child_name: str, expected: bool
) -> None:
    body = CHILD | {"child_name": child_name, "guardian_id_number": guardian}
    assert (await population.post("/guardianships", json=body)).json()["guardian"] is expected


async def test_a_legal_person_names_its_representative_by_a_hash(population: httpx2.AsyncClient) -> None:
    found = (await population.get("/legal-persons/91310101MA1K3B7T29")).json()
    assert found == {
        "credit_code": "91310101MA1K3B7T29",
        "name": "上海浦江机械制造有限公司",
        "representative": number_hash(ZHANG["id_number"]),
        "state": "active",
    }
    assert (await population.get("/legal-persons/91310101MA1K3B7T2X")).status_code == 404


async def test_revoked_certificates_are_listed_and_signed_by_the_authority(
    population: httpx2.AsyncClient, tmp_path: Path, clock: ManualClock
) -> None:
    authority = open_authority(tmp_path / "ca", clock())
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    certificate = authority.certify(public, ZHANG["name"], ZHANG["id_number"], clock())
    certificate.verify_directly_issued_by(authority.certificate)
    (holder,) = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    assert holder.value == number_hash(ZHANG["id_number"])
    for revoked in (False, True):
        crl = x509.load_der_x509_crl(base64.b64decode((await population.get("/revocations")).json()["crl"]))
        assert crl.is_signature_valid(authority.certificate.public_key())  # type: ignore[arg-type]
        assert (crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None) is revoked
        authority.revoke(certificate.serial_number)


def test_the_authority_is_made_once_and_certifies_by_command(tmp_path: Path) -> None:
    folder = tmp_path / "ca"
    assert main([str(folder), "--for", "张伟", ZHANG["id_number"], "--revoke", "7"]) == 0
    first = (folder / "0012.pem").read_bytes()
    assert main([str(folder), "--for", "张伟", ZHANG["id_number"]]) == 0
    assert (folder / "0012.pem").read_bytes() == first
    assert (folder / "0012.key.pem").stat().st_mode & 0o077 == 0
    certificate = x509.load_pem_x509_certificate(first)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes()))
    crl = x509.load_der_x509_crl(open_authority(folder, datetime.now(UTC)).revocations(datetime.now(UTC)))
    assert [entry.serial_number for entry in crl] == [7]
    assert crl.next_update_utc is not None
    assert crl.next_update_utc - crl.last_update_utc > timedelta(minutes=59)


def test_the_document_describes_every_operation() -> None:
    paths = DEPARTMENT.document()["paths"]
    described = {operation["operationId"] for item in paths.values() for operation in item.values()}
    assert described == {operation.id for operation in OPERATIONS}


def test_help_lists_the_settings() -> None:
    command = [sys.executable, "-m", "mock_services.population", "--help"]
    shown = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, check=True, text=True)  # noqa: S603 - our own module
    assert "DEPARTMENT_AUTHORITY" in shown.stdout

"""Proofing over HTTP, with the population register of the demo behind it."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.ids import AccountId
from mock_services.population.app import create_app as create_population
from mock_services.population.authority import Authority, open_authority
from mock_services.population.settings import PopulationSettings
from tests.harness.clock import ManualClock
from tests.harness.gateway import ORIGIN, Gateway, running_gateway
from tests.harness.servers import served

WANG = {"name": "王芳", "id_number": "310115199207140021"}
PHONE, OTHER = "13800000011", "13800000012"
PICTURE = base64.b64encode(b"a picture of that person").decode()
WRONG_PICTURE = base64.b64encode(b"a picture of somebody else").decode()


@pytest.fixture
def clock() -> ManualClock:
    """The register checks our assertions by the time that it really is."""
    return ManualClock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def authority(tmp_path: Path, clock: ManualClock) -> Authority:
    return open_authority(tmp_path / "ca", clock.now())


class _ToTheGateway(httpx2.AsyncBaseTransport):
    """The register's way to the gateway's keys, once the gateway is there."""

    app: Any = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await httpx2.ASGITransport(self.app).handle_async_request(request)


@pytest.fixture
async def gateway(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: ManualClock, authority: Authority
) -> AsyncIterator[Gateway]:
    """A gateway with a population register, which verifies what the gateway signs."""
    redis = {} if database_url.startswith("sqlite") else {"redis_url": request.getfixturevalue("redis_url")}
    settings = PopulationSettings(issuer=ORIGIN, port=1, database=tmp_path / "p.sqlite", authority=tmp_path / "ca")
    way = _ToTheGateway()
    register = create_population(settings, clock=clock.now, transport=way)
    async with LifespanManager(register) as manager, served(manager.app) as address:
        proofing = {"population": {"url": address}, "authorities": tmp_path / "ca" / "authority.pem"}
        async with running_gateway(database_url, tmp_path, clock, push=redis, auth={"proofing": proofing}) as running:
            way.app = running.app
            yield running


async def proofing(client: httpx2.AsyncClient) -> Any:
    answer = await client.get("/api/v1/proofing")
    assert answer.status_code == 200, answer.text
    return answer.json()


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


async def proved(gateway: Gateway, phone: str = PHONE, person: dict[str, str] = WANG) -> httpx2.AsyncClient:
    client = await gateway.resident(phone)
    answer = await client.post("/api/v1/proofing/name", json=person)
    assert answer.status_code == 200, answer.text
    return client


async def test_a_name_that_the_register_confirms_makes_level_two(gateway: Gateway) -> None:
    client = await gateway.resident(PHONE)
    first = await proofing(client)
    assert (first["loa"], first["expires_at"], first["evidence"]) == (1, None, [])
    assert first["next"] == [{"kind": "name", "level": 2}, {"kind": "counter", "level": 3}]
    answer = await client.post("/api/v1/proofing/name", json=WANG)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["loa"], body["under_14"], [each["kind"] for each in body["evidence"]]) == (2, False, ["name"])
    assert datetime.fromisoformat(body["expires_at"]) == gateway.clock.now() + timedelta(days=3650)
    assert [step["kind"] for step in body["next"]] == ["face", "counter", "certificate"]
    account = (await client.get("/api/v1/account")).json()
    assert (account["loa"], account["name"]) == (2, "王*")
    events = (await client.get("/api/v1/security/events")).json()["items"]
    assert [(event["kind"], event["details"]) for event in events] == [("level-changed", {"before": "1", "after": "2"})]


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (WANG | {"id_number": "310115199207140022"}, 422, "invalid-id-number"),
        (WANG | {"id_number": "310115199213140021"}, 422, "invalid-id-number"),
        (WANG | {"name": "王芳芳"}, 403, "not-the-person"),
        ({"name": "赵德明", "id_number": "310106195211110015"}, 403, "not-the-person"),
        (WANG | {"more": 1}, 422, "unprocessable"),
    ],
    ids=["check", "birth date", "another name", "deceased", "an unknown member"],
)
async def test_what_the_register_does_not_confirm_changes_nothing(
    gateway: Gateway, body: dict[str, Any], status: int, slug: str
) -> None:
    client = await gateway.resident(PHONE)
    assert problem(await client.post("/api/v1/proofing/name", json=body)) == (status, slug)
    assert (await proofing(client))["loa"] == 1
    assert (await client.get("/api/v1/account")).json()["name"] is None


async def test_a_person_has_one_account_and_the_second_is_led_to_merging(gateway: Gateway) -> None:
    await proved(gateway)
    second = await gateway.resident(OTHER)
    answer = await second.post("/api/v1/proofing/name", json=WANG)
    assert problem(answer) == (409, "identity-taken")
    assert answer.json()["merge"] == "/api/v1/account/merge"
    assert PHONE not in answer.text
    assert PHONE[-4:] not in answer.text
    assert (await proofing(second))["loa"] == 1


async def test_an_account_that_is_proved_takes_no_other_person(gateway: Gateway) -> None:
    client = await proved(gateway)
    for body in ({"name": "陈建国", "id_number": "310104197501020030"}, WANG | {"name": "王芳芳"}):
        assert problem(await client.post("/api/v1/proofing/name", json=body)) == (409, "identity-differs")


async def test_five_checks_a_day(gateway: Gateway) -> None:
    client = await gateway.resident(PHONE)
    wrong = WANG | {"name": "王芳芳"}
    answers = [await client.post("/api/v1/proofing/name", json=wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    midnight = gateway.clock.now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
    assert int(answers[-1].headers["retry-after"]) == (midnight - gateway.clock.now()).total_seconds() + 1
    assert problem(await client.post("/api/v1/proofing/name", json=WANG)) == (429, "too-many-checks")


async def test_one_number_is_not_tried_from_many_accounts(gateway: Gateway) -> None:
    for number in range(3):
        client = await gateway.resident(f"1380000010{number}")
        answers = [await client.post("/api/v1/proofing/name", json=WANG | {"name": f"王{n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [429] * 5


async def test_an_old_authentication_is_not_enough(gateway: Gateway) -> None:
    client = await gateway.resident(PHONE)
    gateway.clock.advance(minutes=11)
    for path, body in (
        ("name", WANG),
        ("face", {}),
        ("counter", None),
        ("certificate", {"certificate": "x", "signature": "x"}),
    ):
        answer = await client.post(f"/api/v1/proofing/{path}", json=body)
        assert problem(answer) == (401, "reauthentication-needed"), path


async def test_a_face_makes_level_three_once_the_name_is_known(gateway: Gateway) -> None:
    client = await gateway.resident(PHONE)
    assert problem(await client.post("/api/v1/proofing/face", json={})) == (409, "name-check-needed")
    assert (await client.post("/api/v1/proofing/name", json=WANG)).status_code == 200
    begun = await client.post("/api/v1/proofing/face", json={})
    assert begun.status_code == 201, begun.text
    assert begun.json()["uri"] is None
    path = f"/api/v1/proofing/face/{begun.json()['id']}"
    assert problem(await client.post(path, json={})) == (409, "face-check-unfinished")
    assert problem(await client.post(path, json={"sample": "???"})) == (422, "sample-refused")
    other = await gateway.resident(OTHER)
    assert problem(await other.post(path, json={"sample": PICTURE})) == (404, "face-check-unknown")
    done = await client.post(path, json={"sample": PICTURE})
    assert done.status_code == 200, done.text
    assert (done.json()["loa"], [each["kind"] for each in done.json()["evidence"]]) == (3, ["face", "name"])
    assert problem(await client.post(path, json={"sample": PICTURE})) == (404, "face-check-unknown")


async def test_another_face_is_refused_and_decides_the_check(gateway: Gateway) -> None:
    client = await proved(gateway)
    path = f"/api/v1/proofing/face/{(await client.post('/api/v1/proofing/face', json={})).json()['id']}"
    assert problem(await client.post(path, json={"sample": WRONG_PICTURE})) == (403, "not-the-person")
    assert problem(await client.post(path, json={"sample": PICTURE})) == (404, "face-check-unknown")
    assert (await proofing(client))["loa"] == 2


async def test_a_face_check_ends_after_ten_minutes(gateway: Gateway) -> None:
    client = await proved(gateway)
    path = f"/api/v1/proofing/face/{(await client.post('/api/v1/proofing/face', json={})).json()['id']}"
    gateway.clock.advance(minutes=10)
    assert problem(await client.post(path, json={"sample": PICTURE})) == (404, "face-check-unknown")


async def counter(gateway: Gateway) -> httpx2.AsyncClient:
    await gateway.register_department()
    public = gateway.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    await gateway.city.identity.clients.register("one-system", "dept-one", public, ["dept:proofing:write"])  # type: ignore[arg-type]  # a plain string will do
    return await gateway.department()


async def test_a_clerk_who_enters_the_code_makes_level_three(gateway: Gateway) -> None:
    clerk, client = await counter(gateway), await gateway.resident(PHONE)
    old = (await client.post("/api/v1/proofing/counter")).json()["code"]
    shown = (await client.post("/api/v1/proofing/counter")).json()
    assert shown["expires_in"] == 1800
    path, visit = "/dept/v1/proofing/counter-visits", WANG | {"code": shown["code"]}
    assert problem(await clerk.post(path, json=visit | {"code": old})) == (422, "counter-code-wrong")
    assert problem(await clerk.post(path, json=visit | {"name": "王芳芳"})) == (403, "not-the-person")
    done = await clerk.post(path, json=visit)
    assert done.status_code == 200, done.text
    assert set(done.json()) == {"loa", "expires_at"}
    assert done.json()["loa"] == 3
    assert problem(await clerk.post(path, json=visit)) == (422, "counter-code-wrong")
    found = await proofing(client)
    assert [(each["kind"], each["level"]) for each in found["evidence"]] == [("counter", 3)]
    assert [step["kind"] for step in found["next"]] == ["certificate"]


async def test_a_counter_finds_out_the_second_account_too(gateway: Gateway) -> None:
    clerk = await counter(gateway)
    await proved(gateway)
    second = await gateway.resident(OTHER)
    code = (await second.post("/api/v1/proofing/counter")).json()["code"]
    answer = await clerk.post("/dept/v1/proofing/counter-visits", json=WANG | {"code": code})
    assert problem(answer) == (409, "identity-taken")


async def test_a_counters_code_ends_and_others_systems_enter_none(gateway: Gateway) -> None:
    clerk, client = await counter(gateway), await gateway.resident(PHONE)
    visit = WANG | {"code": (await client.post("/api/v1/proofing/counter")).json()["code"]}
    gateway.clock.advance(minutes=9)
    await gateway.register_department()
    without = await gateway.department()
    path = "/dept/v1/proofing/counter-visits"
    assert problem(await without.post(path, json=visit)) == (403, "scope-not-granted")
    assert problem(await client.post(path, json=visit)) == (401, "token-missing")
    gateway.clock.advance(minutes=21)
    await counter(gateway)
    clerk = await gateway.department()
    assert problem(await clerk.post(path, json=visit)) == (422, "counter-code-wrong")


class Card:
    """A resident's key and its certificate."""

    def __init__(self, authority: Authority, now: datetime, **changes: Any) -> None:
        person = {"name": WANG["name"], "id_number": WANG["id_number"]} | changes
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = authority.certify(self.key.public_key(), now=now, **person)

    def body(self, challenge: str) -> dict[str, str]:
        signature = self.key.sign(challenge.encode(), ec.ECDSA(SHA256()))
        pem = self.certificate.public_bytes(Encoding.PEM).decode()
        return {"certificate": pem, "signature": base64.b64encode(signature).decode()}


async def challenge(client: httpx2.AsyncClient) -> str:
    answer = await client.get("/api/v1/proofing/certificate/challenge")
    assert answer.json()["expires_in"] == 300
    return str(answer.json()["challenge"])


async def test_a_certificate_makes_level_four_for_as_long_as_it_is_valid(
    gateway: Gateway, authority: Authority
) -> None:
    client, card = await proved(gateway), Card(authority, gateway.clock.now())
    body = card.body(await challenge(client))
    done = await client.post("/api/v1/proofing/certificate", json=body)
    assert done.status_code == 200, done.text
    assert (done.json()["loa"], done.json()["next"]) == (4, [])
    assert datetime.fromisoformat(done.json()["expires_at"]) == card.certificate.not_valid_after_utc
    answer = await client.post("/api/v1/proofing/certificate", json=body)
    assert problem(answer) == (422, "certificate-refused"), "the challenge was used"


async def test_certificates_that_prove_nothing(gateway: Gateway, authority: Authority, tmp_path: Path) -> None:
    client, now = await proved(gateway), gateway.clock.now()
    revoked, fine = Card(authority, now), Card(authority, now)
    authority.revoke(revoked.certificate.serial_number)
    foreign = open_authority(tmp_path / "foreign", now)
    cards = [
        revoked,
        Card(authority, now, id_number="310104197501020030"),
        Card(foreign, now),
        Card(authority, now - timedelta(days=800)),
    ]
    for card in cards:
        answer = await client.post("/api/v1/proofing/certificate", json=card.body(await challenge(client)))
        assert problem(answer) == (422, "certificate-refused")
    gateway.clock.advance(days=1)
    client = await gateway.resident(PHONE)
    body = fine.body(await challenge(client)) | {"signature": cards[0].body("x")["signature"]}
    assert problem(await client.post("/api/v1/proofing/certificate", json=body)) == (422, "certificate-refused")
    assert (await proofing(client))["loa"] == 2


async def test_evidence_that_runs_out_lowers_the_level(gateway: Gateway, authority: Authority) -> None:
    client = await proved(gateway)
    card = Card(authority, gateway.clock.now(), life=timedelta(days=20))
    raised = await client.post("/api/v1/proofing/certificate", json=card.body(await challenge(client)))
    assert raised.json()["loa"] == 4
    gateway.clock.advance(days=20)
    assert await gateway.city.identity.rooms.proofing.evidence.expire_due() == 1
    assert (await client.get("/api/v1/account")).json()["loa"] == 2
    found = await proofing(client)
    assert (found["loa"], [each["kind"] for each in found["evidence"]]) == (2, ["name"])
    events = (await client.get("/api/v1/security/events")).json()["items"]
    assert {"before": "4", "after": "2"} in [event["details"] for event in events]


def acr(token: str) -> str:
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["acr"])


async def test_tokens_issued_after_a_change_carry_the_new_level(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    client = await gateway.resident(PHONE)
    assert acr(await gateway.agree(client)) == "urn:onecity:loa:1"
    assert (await client.post("/api/v1/proofing/name", json=WANG)).status_code == 200
    assert acr(await gateway.agree(client)) == "urn:onecity:loa:2"
    path = f"/api/v1/proofing/face/{(await client.post('/api/v1/proofing/face', json={})).json()['id']}"
    assert (await client.post(path, json={"sample": PICTURE})).status_code == 200
    assert acr(await gateway.agree(client)) == "urn:onecity:loa:3"
    account = await gateway.city.identity.accounts.of_phone(PHONE)
    assert account
    await gateway.city.identity.rooms.security.holds.place(AccountId(account.id), "a test")
    assert acr(await gateway.agree(client)) == "urn:onecity:loa:2"


async def test_a_register_that_does_not_answer_changes_nothing_and_costs_no_try(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    nowhere = {"proofing": {"population": {"url": "http://127.0.0.1:1"}}}
    async with running_gateway(database_url, tmp_path, clock, auth=nowhere) as gateway:
        client = await gateway.resident(PHONE)
        for _ in range(6):
            answer = await client.post("/api/v1/proofing/name", json=WANG)
            assert problem(answer) == (503, "register-unavailable")
            assert answer.headers["retry-after"] == "60"
        assert (await proofing(client))["loa"] == 1


async def test_without_a_register_nobodys_level_rises(database_url: str, tmp_path: Path, clock: ManualClock) -> None:
    async with running_gateway(database_url, tmp_path, clock) as gateway:
        client = await gateway.resident(PHONE)
        answer = await client.post("/api/v1/proofing/name", json=WANG)
        assert problem(answer) == (503, "register-unavailable")

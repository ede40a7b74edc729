"""What the population register is asked, and that no half answer of it counts."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from auth.assertions import TYP
from auth.keys import Keys
from auth.proofing.errors import FaceCheckUnknown, RegisterUnavailable, SampleRefused
from auth.proofing.id_numbers import id_number_of
from auth.proofing.ports import Confirmation, LegalPerson, Person
from auth.proofing.settings import PopulationSettings
from auth.secrecy import Secrecy
from auth.settings import AuthSettings
from auth.tokens import Tokens
from core.outbound import Outbound
from gateway.identity.population import NoRegister, RegisterClient
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import ORIGIN, SECRET

CODE = "91310101MA1K3B7T29"
Answer = Callable[[httpx2.Request], httpx2.Response]


class Register:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.asked: list[httpx2.Request] = []
        self.says: Answer = lambda _: httpx2.Response(200, json={})

    def answers(self, status: int, **body: Any) -> None:
        self.says = lambda _: httpx2.Response(status, json=body)

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self.says(request)

    @property
    def body(self) -> Any:
        return json.loads(self.asked[-1].content)


@pytest.fixture
async def register(store: str, clock: ManualClock) -> Register:
    settings = AuthSettings(secret=SECRET)
    keys = Keys(clock, settings, Secrecy(settings.secret))
    await keys.ensure()
    return Register(Tokens(clock, ORIGIN, keys))


@pytest.fixture
def client(register: Register) -> RegisterClient:
    settings = PopulationSettings(url="http://population.example/api/", seconds=0.2)
    return RegisterClient(Outbound(httpx2.MockTransport(register)), register.tokens, settings)


@pytest.fixture
def person(clock: ManualClock) -> Person:
    return Person("张伟", id_number_of("310101198803150012", clock.now()))


async def test_each_question_carries_an_assertion_for_the_register_alone(
    client: RegisterClient, register: Register, person: Person
) -> None:
    register.answers(200, match=True, reference="RK1", more="ignored")
    assert await client.match(person) == Confirmation(True, "RK1")
    asked = register.asked[-1]
    assert str(asked.url) == "http://population.example/api/persons/match"
    assert register.body == {"name": "张伟", "id_number": "310101198803150012"}
    scheme, token = asked.headers["authorization"].split()
    claims = await register.tokens.read(token, TYP, "urn:onecity:upstream:population", ("sub",))
    assert (scheme, claims["sub"], claims["scope"]) == ("Bearer", "urn:onecity:platform", "population:identity:check")
    assert claims["exp"] - claims["iat"] == 60


async def test_a_face_check_in_its_three_outcomes(client: RegisterClient, register: Register, person: Person) -> None:
    register.answers(201, ticket="t-1", uri=None, expires_at="2026-11-23T01:10:00+00:00", reference="RK2")
    ticket = await client.begin_face(person)
    assert ticket
    assert ticket.ticket == "t-1"
    for result, expected in (
        ("same", Confirmation(True, "RK3")),
        ("other", Confirmation(False, "RK3")),
        ("waiting", None),
    ):
        register.answers(200, result=result, reference="RK3")
        assert await client.face("t-1", "AAAA") == expected
    assert register.body == {"sample": "AAAA"}
    await client.face("t-1", None)
    assert register.body == {}
    register.answers(404)
    assert await client.begin_face(person) is None
    with pytest.raises(FaceCheckUnknown):
        await client.face("t-1", None)
    register.answers(422)
    with pytest.raises(SampleRefused):
        await client.face("t-1", "AAAA")


async def test_guardians_companies_and_revocations(client: RegisterClient, register: Register, person: Person) -> None:
    register.answers(200, guardian=True, reference="RK4")
    assert (await client.guardian(person, person.id_number)).confirmed
    assert set(register.body) == {"child_name", "child_id_number", "guardian_id_number"}
    company = {"credit_code": CODE, "name": "上海浦江", "representative": "a" * 64, "state": "active"}
    register.answers(200, **company)
    assert await client.legal_person(CODE) == LegalPerson(CODE, "上海浦江", "a" * 64, "active")
    assert register.asked[-1].method == "GET"
    register.answers(404)
    assert await client.legal_person(CODE) is None
    register.answers(200, crl=base64.b64encode(b"list").decode())
    assert await client.revocations() == b"list"


def _refuses(_: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no")


BROKEN: dict[str, Answer] = {
    "no connection": _refuses,
    "500": lambda _: httpx2.Response(500),
    "401": lambda _: httpx2.Response(401, json={"match": True, "reference": "x"}),
    "a redirect": lambda _: httpx2.Response(302, headers={"Location": "http://elsewhere/"}),
    "no JSON": lambda _: httpx2.Response(200, text="<html>"),
    "no match": lambda _: httpx2.Response(200, json={"reference": "RK1"}),
    "no reference": lambda _: httpx2.Response(200, json={"match": True}),
    "something else": lambda _: httpx2.Response(200, json={"match": [], "reference": "RK1"}),
    "endless": lambda _: httpx2.Response(200, text=" " * 2_000_000),
}


@pytest.mark.parametrize("says", BROKEN.values(), ids=BROKEN.keys())
async def test_what_is_no_whole_answer_is_none(
    client: RegisterClient, register: Register, person: Person, says: Answer
) -> None:
    register.says = says
    with pytest.raises(RegisterUnavailable) as refused:
        await client.match(person)
    assert refused.value.headers["Retry-After"] == "60"
    assert "张" not in str(refused.value)


async def test_a_register_that_is_too_slow_is_not_waited_for(register: Register, person: Person) -> None:
    async def slow(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(5)
        return httpx2.Response(200)

    settings = PopulationSettings(url="http://population.example", seconds=0.05)
    client = RegisterClient(Outbound(httpx2.MockTransport(slow)), register.tokens, settings)
    with pytest.raises(RegisterUnavailable):
        await client.match(person)


async def test_no_register_answers_nothing(person: Person) -> None:
    none = NoRegister()
    for question in (
        none.match(person),
        none.begin_face(person),
        none.face("t", None),
        none.guardian(person, person.id_number),
        none.legal_person(CODE),
        none.revocations(),
    ):
        with pytest.raises(RegisterUnavailable):
            await question


@pytest.mark.parametrize(
    "url", ["", "population", "ftp://x", "http://", "http://user@x", "http://x?a=1", "http://x#a"], ids=repr
)
def test_the_registers_address_is_one(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        PopulationSettings(url=url)

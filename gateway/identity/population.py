"""The population register over HTTP: what is asked carries an assertion of ours, as calls to departments do."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from auth.assertions import TYP
from auth.proofing.errors import FaceCheckUnknown, RegisterUnavailable, SampleRefused
from auth.proofing.id_numbers import IdNumber
from auth.proofing.ports import Confirmation, FaceTicket, LegalPerson, Person
from auth.proofing.settings import PopulationSettings
from auth.tokens import Tokens
from core.outbound import Outbound, OutboundError
from core.telemetry import log

_SCOPE = "population:identity:check"
_LIFE_SECONDS = 60
_ANSWER_LIMIT = 1024 * 1024
_OK, _CREATED, _NOT_FOUND, _UNPROCESSABLE = 200, 201, 404, 422
Wire = TypeVar("Wire", bound=BaseModel)


class _Answer(BaseModel):
    """An answer of the register; what it says beyond that is not ours to refuse."""

    model_config = ConfigDict(frozen=True, strict=False)

    reference: Annotated[str, Field(min_length=1, max_length=100)]


class _Match(_Answer):
    match: bool


class _Ticket(_Answer):
    ticket: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    uri: Annotated[str | None, Field(max_length=500, pattern=r"^https?://")] = None
    expires_at: datetime


class _Face(_Answer):
    result: Literal["same", "other", "waiting"]


class _Guardianship(_Answer):
    guardian: bool


class _LegalPerson(BaseModel):
    credit_code: str
    name: Annotated[str, Field(min_length=1, max_length=200)]
    representative: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    state: Literal["active", "revoked", "dissolved"]


class _Revocations(BaseModel):
    crl: Base64Bytes


class RegisterClient:
    """auth.proofing's PopulationRegister."""

    def __init__(self, outbound: Outbound, tokens: Tokens, settings: PopulationSettings) -> None:
        self._outbound = outbound
        self._tokens = tokens
        self._settings = settings

    async def match(self, person: Person) -> Confirmation:
        found = await self._post("/persons/match", _of(person), _Match)
        return Confirmation(found.match, found.reference)

    async def begin_face(self, person: Person) -> FaceTicket | None:
        status, text = await self._ask("POST", "/faces", _of(person))
        if status == _NOT_FOUND:
            return None
        made = self._read(_Ticket, status, text)
        return FaceTicket(made.ticket, made.uri, made.expires_at)

    async def face(self, ticket: str, sample: str | None) -> Confirmation | None:
        status, text = await self._ask("POST", f"/faces/{ticket}", {"sample": sample})
        if status == _NOT_FOUND:
            raise FaceCheckUnknown("Begin a new one.")
        if status == _UNPROCESSABLE:
            raise SampleRefused("Send a picture, in base64.")
        found = self._read(_Face, status, text)
        return None if found.result == "waiting" else Confirmation(found.result == "same", found.reference)

    async def guardian(self, child: Person, guardian: IdNumber) -> Confirmation:
        body = {
            "child_name": child.name,
            "child_id_number": child.id_number.text,
            "guardian_id_number": guardian.text,
        }
        found = await self._post("/guardianships", body, _Guardianship)
        return Confirmation(found.guardian, found.reference)

    async def legal_person(self, credit_code: str) -> LegalPerson | None:
        status, text = await self._ask("GET", f"/legal-persons/{credit_code}", None)
        if status == _NOT_FOUND:
            return None
        found = self._read(_LegalPerson, status, text)
        return LegalPerson(found.credit_code, found.name, found.representative, found.state)

    async def revocations(self) -> bytes:
        status, text = await self._ask("GET", "/revocations", None)
        return self._read(_Revocations, status, text).crl

    async def _post(self, path: str, body: Mapping[str, str | None], model: type[Wire]) -> Wire:
        status, text = await self._ask("POST", path, body)
        return self._read(model, status, text)

    async def _ask(self, method: str, path: str, body: Mapping[str, str | None] | None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {await self._assertion()}", "Accept": "application/json"}
        options = {} if body is None else {"json": {name: value for name, value in body.items() if value is not None}}
        try:
            async with asyncio.timeout(self._settings.seconds):
                answer = await self._outbound.request(method, self._settings.url + path, headers=headers, **options)
        except (OutboundError, TimeoutError) as error:
            raise self._unavailable(type(error).__name__) from error
        if len(answer.content) > _ANSWER_LIMIT:
            raise self._unavailable("answer too long")
        return answer.status_code, answer.content

    async def _assertion(self) -> str:
        claims = {
            "aud": f"urn:onecity:upstream:{self._settings.id}",
            "sub": "urn:onecity:platform",
            "scope": _SCOPE,
        }
        return await self._tokens.sign(claims, TYP, _LIFE_SECONDS)

    def _read(self, model: type[Wire], status: int, text: bytes) -> Wire:
        if status not in {_OK, _CREATED}:
            raise self._unavailable(f"status {status}")
        try:
            return model.model_validate_json(text)
        except ValidationError as error:
            raise self._unavailable("answer not understood") from error

    def _unavailable(self, why: str) -> RegisterUnavailable:
        """What the resident reads says nothing of why; the log says no more than a word."""
        log(__name__).warning("population register unavailable", why=why)
        return RegisterUnavailable("Nothing was changed. Try again in a minute.", retry_after=60)


class NoRegister:
    """Stands where no population register is connected."""

    async def match(self, person: Person) -> Confirmation:  # noqa: ARG002 - the port's shape
        raise _none()

    async def begin_face(self, person: Person) -> FaceTicket | None:  # noqa: ARG002 - the same
        raise _none()

    async def face(self, ticket: str, sample: str | None) -> Confirmation | None:  # noqa: ARG002 - the same
        raise _none()

    async def guardian(self, child: Person, guardian: IdNumber) -> Confirmation:  # noqa: ARG002 - the same
        raise _none()

    async def legal_person(self, credit_code: str) -> LegalPerson | None:  # noqa: ARG002 - the same
        raise _none()

    async def revocations(self) -> bytes:
        raise _none()


def _none() -> RegisterUnavailable:
    return RegisterUnavailable("No population register is connected to this city.", retry_after=3600)


def _of(person: Person) -> Mapping[str, str | None]:
    return {"name": person.name, "id_number": person.id_number.text}

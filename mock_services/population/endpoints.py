"""HTTP in, HTTP out; the rules are elsewhere."""

import base64

from starlette.requests import Request
from starlette.responses import Response

from mock_services.population.answers import (
    Guardianship,
    GuardianshipBody,
    LegalPersonAnswer,
    Match,
    PersonBody,
    Revocations,
    SampleBody,
)
from mock_services.population.authority import Authority
from mock_services.population.faces import Faces, new_reference
from mock_services.population.register import Register, number_hash
from mock_services.shared.clock import Clock
from mock_services.shared.operations import GuardState, respond
from mock_services.shared.problems import NotFound
from mock_services.shared.reading import read_body

SAMPLE_LIMIT = 2 * 1024 * 1024


class NoSuchPerson(NotFound):
    title = "The register holds no such person"


class State(GuardState):
    """What the lifespan hands to the endpoints."""

    register: Register
    faces: Faces
    authority: Authority
    clock: Clock


async def match_person(request: Request[State]) -> Response:
    body = await read_body(request, PersonBody)
    found = request.state["register"].living(body.name, body.id_number)
    return respond(Match(match=found is not None, reference=new_reference()))


async def begin_face_check(request: Request[State]) -> Response:
    body = await read_body(request, PersonBody)
    if request.state["register"].living(body.name, body.id_number) is None:
        raise NoSuchPerson("Have name and number matched first.")
    return respond(await request.state["faces"].begin(body.id_number), 201)


async def check_face(request: Request[State]) -> Response:
    body = await read_body(request, SampleBody, SAMPLE_LIMIT)
    return respond(await request.state["faces"].result(request.path_params["ticket"], body.sample))


async def check_guardianship(request: Request[State]) -> Response:
    body = await read_body(request, GuardianshipBody)
    guards = request.state["register"].is_guardian(body.child_name, body.child_id_number, body.guardian_id_number)
    return respond(Guardianship(guardian=guards, reference=new_reference()))


async def show_legal_person(request: Request[State]) -> Response:
    found = request.state["register"].legal_person(request.path_params["credit_code"])
    if found is None:
        raise NoSuchPerson("Look at the code on the business licence.")
    return respond(
        LegalPersonAnswer(
            credit_code=found.credit_code,
            name=found.name,
            representative=number_hash(found.representative),
            state=found.state,
        )
    )


async def show_revocations(request: Request[State]) -> Response:
    crl = request.state["authority"].revocations(request.state["clock"]())
    return respond(Revocations(crl=base64.b64encode(crl).decode()))

"""How well a resident is known: what they read, and what raises it."""

from starlette.requests import Request
from starlette.responses import Response

from auth.proofing.api.schemas import (
    SAMPLE_LIMIT,
    BeginFaceBody,
    CertificateBody,
    CertificateChallengeAnswer,
    CounterCodeAnswer,
    CounterVisit,
    CounterVisitAnswer,
    FaceBegun,
    FaceBody,
    NameBody,
    ProofingAnswer,
)
from auth.proofing.api.state import ProofingState
from core.access import department_of, resident_of
from core.bodies import answer, read_json

_NEVER_STORED = {"Cache-Control": "no-store"}
_FACE_LIMIT = SAMPLE_LIMIT + 1024


async def show_proofing(request: Request[ProofingState]) -> Response:
    return await _proofing(request)


async def check_name(request: Request[ProofingState]) -> Response:
    body = await read_json(request, NameBody)
    await request.state["proofing"].names.check(resident_of(request), body.name, body.id_number)
    return await _proofing(request)


async def begin_face_check(request: Request[ProofingState]) -> Response:
    await read_json(request, BeginFaceBody)
    begun = await request.state["proofing"].faces.begin(resident_of(request))
    return answer(FaceBegun(id=begun.id, uri=begun.uri), 201, _NEVER_STORED)


async def finish_face_check(request: Request[ProofingState]) -> Response:
    body = await read_json(request, FaceBody, _FACE_LIMIT)
    faces = request.state["proofing"].faces
    await faces.finish(resident_of(request), request.path_params["face_id"], body.sample)
    return await _proofing(request)


async def make_counter_code(request: Request[ProofingState]) -> Response:
    code, seconds = await request.state["proofing"].counters.code(resident_of(request))
    return answer(CounterCodeAnswer(code=code, expires_in=seconds), 201, _NEVER_STORED)


async def show_certificate_challenge(request: Request[ProofingState]) -> Response:
    challenge, seconds = await request.state["proofing"].certificates.challenge(resident_of(request))
    return answer(CertificateChallengeAnswer(challenge=challenge, expires_in=seconds), headers=_NEVER_STORED)


async def check_certificate(request: Request[ProofingState]) -> Response:
    body = await read_json(request, CertificateBody)
    await request.state["proofing"].certificates.check(resident_of(request), body.certificate, body.signature)
    return await _proofing(request)


async def record_counter_visit(request: Request[ProofingState]) -> Response:
    """What a counter's system sends; the account itself stays unknown to it."""
    body = await read_json(request, CounterVisit)
    services = request.state["proofing"]
    account = await services.counters.enter(department_of(request), body.code, body.name, body.id_number)
    proofing = await services.proofings.of(account)
    return answer(CounterVisitAnswer(loa=proofing.loa, expires_at=proofing.expires_at), headers=_NEVER_STORED)


async def _proofing(request: Request[ProofingState]) -> Response:
    found = await request.state["proofing"].proofings.of(resident_of(request).account)
    return answer(ProofingAnswer.of(found), headers=_NEVER_STORED)

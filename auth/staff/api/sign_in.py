"""Staff sign in by passkey; the first one is enrolled by invitation."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import BROWSER, STAFF, clear_cookie, read_cookie, set_cookie
from auth.staff.api.schemas import AskToEnrol, Ceremony, Enrol, SignInAsStaff, StaffAnswer
from auth.staff.api.state import StaffState
from auth.staff.models import StaffMember
from core.bodies import answer, read_json
from core.ids import new_secret

_NEVER_STORED = {"Cache-Control": "no-store"}


async def show_enrolment_options(request: Request[StaffState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, AskToEnrol)
    browser = read_cookie(request, BROWSER) or new_secret()
    ceremony, public_key = await request.state["staff"].passkeys.enrolment(body.invitation, browser)
    return _begun(request, ceremony, public_key, browser)


async def enrol_passkey(request: Request[StaffState]) -> Response:
    request.state["own_origin"].check(request)
    body, browser = await read_json(request, Enrol), read_cookie(request, BROWSER) or ""
    passkeys = request.state["staff"].passkeys
    member, secret = await passkeys.enrol(body.invitation, body.challenge, body.credential, body.name, browser)
    return _entered(request, member, secret)


async def show_staff_options(request: Request[StaffState]) -> Response:
    request.state["own_origin"].check(request)
    browser = read_cookie(request, BROWSER) or new_secret()
    ceremony, public_key = await request.state["staff"].passkeys.options(browser)
    return _begun(request, ceremony, public_key, browser)


async def sign_in_as_staff(request: Request[StaffState]) -> Response:
    request.state["own_origin"].check(request)
    body, browser = await read_json(request, SignInAsStaff), read_cookie(request, BROWSER) or ""
    member, secret = await request.state["staff"].passkeys.sign_in(body.challenge, body.credential, browser)
    return _entered(request, member, secret)


def _begun(request: Request[StaffState], ceremony: str, public_key: dict[str, object], browser: str) -> Response:
    response = answer(Ceremony(challenge=ceremony, public_key=public_key), headers=_NEVER_STORED)
    set_cookie(response, BROWSER, browser, request.state["auth_settings"].credentials.ceremony_seconds)
    return response


def _entered(request: Request[StaffState], member: StaffMember, secret: str) -> Response:
    response = answer(StaffAnswer.of(member), 201, _NEVER_STORED)
    set_cookie(response, STAFF, secret, int(request.state["staff"].sessions.absolute.total_seconds()))
    clear_cookie(response, BROWSER)
    return response

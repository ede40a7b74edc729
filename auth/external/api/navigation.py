"""The browser's way to a provider and back: addresses that it is sent to, never called by scripts."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.api.cookies import BROWSER, SESSION, clear_cookie, read_cookie, set_cookie
from auth.devices import device_of
from auth.external.api.schemas import StartQuery
from auth.external.api.state import ExternalState
from auth.external.errors import ExternalRefused, ResidentDeclined
from auth.external.providers import Provider
from auth.external.returns import Return
from auth.external.sign_in import Device, Outcome
from auth.guard.api.callers import caller_of, set_device
from core.access import Resident
from core.bodies import read_query
from core.ids import new_secret
from core.telemetry import log

WAITING = "__Host-onecity_external"
_WAITING_SECONDS = 1200
_BROWSER_SECONDS = 24 * 3600
_LONGEST_PARAMETER = 4096


async def start_external(request: Request[ExternalState]) -> Response:
    """To the provider's sign-in page, with a cookie that the way back is bound to."""
    services, query = request.state["external"], read_query(request, StartQuery)
    provider = services.providers.get(request.path_params["provider_id"])
    resident = await resident_here(request)
    if query.bind and resident is None:
        return _to(f"/sign-in?{urlencode({'next': query.next})}")
    waiting = read_cookie(request, WAITING) or new_secret()
    account = resident.account if resident and query.bind else None
    try:
        address = await services.attempts.begin(
            provider, services.returns.address(provider), waiting, account, query.next
        )
    except ExternalRefused as refused:
        return _refused(provider, refused, "unavailable")
    response = _to(address)
    set_cookie(response, WAITING, waiting, _WAITING_SECONDS)
    return response


async def finish_external(request: Request[ExternalState]) -> Response:
    """Back from the provider: to a page of the shell, whatever happened."""
    services = request.state["external"]
    provider = services.providers.get(request.path_params["provider_id"])
    waiting = read_cookie(request, WAITING) or ""
    try:
        back = await services.returns.finish(provider, waiting, _answer(request))
        if provider.settings.realm == "staff":
            return _entered(await services.sign_in.staff(back, services.staff))
        return await _arrived(request, provider, back, waiting)
    except ResidentDeclined as declined:
        return _refused(provider, declined, "declined")
    except ExternalRefused as refused:
        return _refused(provider, refused, "failed")


async def resident_here(request: Request[ExternalState]) -> Resident | None:
    """Who is signed in in this browser, if anybody is."""
    secret = read_cookie(request, SESSION)
    return await request.state["sessions"].resident(secret) if secret else None


async def _arrived(request: Request[ExternalState], provider: Provider, back: Return, waiting: str) -> Response:
    label = device_of(None, request.headers.get("user-agent", ""))
    caller = caller_of(request)
    device = Device(label, read_cookie(request, BROWSER) or new_secret(), waiting, caller)
    outcome = await request.state["external"].sign_in.resident(back, device, await resident_here(request))
    response = _to(_place(provider, outcome))
    if outcome.secret:
        set_cookie(response, SESSION, outcome.secret, request.state["auth_settings"].session_absolute_days * 86_400)
        clear_cookie(response, WAITING)
    if outcome.account:
        known = await request.state["guard"].devices.remember(outcome.account, caller)
        set_device(response, known, request.state["auth_settings"])
    if outcome.second_factor:
        set_cookie(response, BROWSER, device.browser, _BROWSER_SECONDS)
    return response


def _place(provider: Provider, outcome: Outcome) -> str:
    """The shell's page. A ticket goes into the fragment, which no server sees and no log keeps."""
    told = {"external": provider.id, "result": outcome.result, "next": outcome.next_path}
    match outcome.result:
        case "signed-in":
            return outcome.next_path
        case "bindable":
            return f"/me/security?{urlencode(told)}"
        case _:
            return f"/sign-in?{urlencode(told)}{_fragment(outcome)}"


def _fragment(outcome: Outcome) -> str:
    if outcome.second_factor is None:
        return ""
    told = {"ticket": outcome.second_factor["ticket"], "methods": " ".join(outcome.second_factor["methods"])}
    return f"#{urlencode(told)}"


def _entered(outcome: Outcome) -> Response:
    """A member of staff goes to the console, and stays there."""
    entry = outcome.entry
    assert entry is not None  # noqa: S101 - an outcome of the staff's realm has one
    path = outcome.next_path
    response = _to(path if path == "/console" or path.startswith("/console/") else "/console/")
    set_cookie(response, entry.cookie, entry.secret, entry.seconds)
    clear_cookie(response, WAITING)
    return response


def _refused(provider: Provider, refused: ExternalRefused, result: str) -> Response:
    log(__name__).info("external sign-in refused", provider=provider.id, result=result, reason=str(refused))
    page = "/console/" if provider.settings.realm == "staff" else "/sign-in"
    return _to(f"{page}?{urlencode({'external': provider.id, 'result': result})}")


def _answer(request: Request[Any]) -> Mapping[str, str]:
    """The parameters of the address, each once and none of them long; raises ExternalRefused."""
    pairs = request.query_params.multi_items()
    parameters = dict(pairs)
    if len(parameters) != len(pairs) or any(len(each) > _LONGEST_PARAMETER for each in parameters.values()):
        raise ExternalRefused("a parameter stands twice, or is too long")
    return parameters


def _to(address: str) -> Response:
    return RedirectResponse(address, 302, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

"""The caller of a request, and the cookie by which an account knows a browser again."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import BROWSER, DEVICE, read_cookie, set_cookie
from auth.guard.caller import Caller, Proof
from auth.settings import AuthSettings
from core.bodies import Body


class ProofBody(Body):
    """The member `proof` of a request that a challenge was asked for."""

    challenge: Annotated[str, Field(min_length=1, max_length=120, description="the challenge's id")]
    nonce: Annotated[str, Field(pattern=r"^[0-9]{1,20}$", description="the decimal number that solves it")]


def caller_of(request: Request[Any], proof: ProofBody | None = None) -> Caller:
    """The peer's address is the one that the server reports: proxies in front are the server's setting, not ours."""
    return Caller(
        address=request.client.host if request.client else "",
        browser=read_cookie(request, BROWSER) or "",
        device=read_cookie(request, DEVICE) or "",
        proof=Proof(proof.challenge, proof.nonce) if proof else None,
    )


def set_device(response: Response, device: str, settings: AuthSettings) -> None:
    """Have the browser known to the account that it just signed in to."""
    set_cookie(response, DEVICE, device, settings.guard.device_days * 86_400)

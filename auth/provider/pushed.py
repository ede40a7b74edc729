"""Pushed authorization requests (RFC 9126): the client sends the parameters itself, the browser carries a name."""

from collections.abc import Mapping
from datetime import timedelta

from auth.columns import from_json, moment, to_json
from auth.provider.authorization_requests import read_request
from auth.provider.dpop import Proof
from auth.provider.errors import AuthorizationRefused, AuthorizationUnusable, OAuthCode, OAuthRefused
from auth.provider.models import Client
from auth.provider.settings import ProviderSettings
from auth.secrecy import digest
from core.clock import Clock
from core.database import statement
from core.ids import new_secret

URN = "urn:ietf:params:oauth:request_uri:"
_NEVER = ("client_assertion", "client_assertion_type", "client_secret")
_OF_TOKEN_ENDPOINT: dict[str, OAuthCode] = {
    "invalid_scope": "invalid_scope",
    "unauthorized_client": "unauthorized_client",
}


class PushedRequests:
    """Keeps what was pushed, for one use by the client that pushed it."""

    def __init__(self, clock: Clock, settings: ProviderSettings) -> None:
        self._clock = clock
        self.life = settings.pushed_seconds

    async def push(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> str:
        """The request_uri of a request that was checked like any other. Raises OAuthRefused.

        A DPoP proof binds the code to its key, as dpop_jkt would (RFC 9449, section 10.1).
        """
        parameters = {name: value for name, value in form.items() if name not in _NEVER}
        if "request_uri" in parameters:
            raise OAuthRefused("invalid_request", "request_uri is what you get here")
        if proof is not None and parameters.setdefault("dpop_jkt", proof.jkt) != proof.jkt:
            raise OAuthRefused("invalid_dpop_proof", "dpop_jkt names another key than the proof")
        try:
            read_request(client, parameters)
        except AuthorizationUnusable as error:
            raise OAuthRefused("invalid_request", "redirect_uri is none of those registered") from error
        except AuthorizationRefused as error:
            code = _OF_TOKEN_ENDPOINT.get(error.code, "invalid_request")
            raise OAuthRefused(code, error.description) from error
        return await self._store(client, parameters)

    async def take(self, client_id: str, request_uri: str) -> dict[str, str]:
        """The parameters that this client pushed, once; raises AuthorizationUnusable."""
        taken = await statement(
            "DELETE FROM provider_pushed WHERE id = ? AND client_id = ? RETURNING parameters, expires_at",
            digest(request_uri),
            client_id,
        )
        if not taken or moment(taken[0]["expires_at"]) <= self._clock.now():
            raise AuthorizationUnusable("request_uri has expired, was used, or is of another client. Start again.")
        return dict(from_json(taken[0]["parameters"]))

    async def _store(self, client: Client, parameters: dict[str, str]) -> str:
        request_uri = f"{URN}{new_secret()}"
        await statement(
            "INSERT INTO provider_pushed (id, client_id, parameters, expires_at) VALUES (?, ?, ?, ?)",
            digest(request_uri),
            client.id,
            to_json(parameters),
            self._clock.now() + timedelta(seconds=self.life),
        )
        return request_uri

"""The department's own token at the gateway: client credentials with a signed assertion (RFC 7523)."""

import uuid
from datetime import datetime, timedelta

import httpx2
import jwt
from pydantic import BaseModel, ValidationError

from mock_services.shared.clock import Clock
from mock_services.shared.settings import NoticeSettings

SCOPE = "dept:notices:send"
ASSERTION_SECONDS = 60
RENEW_BEFORE = timedelta(seconds=30)


class TokenRefused(Exception):
    """The gateway gave no token; the reason says why, without secrets."""


class TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    expires_in: int


class DepartmentTokens:
    """One token, kept until shortly before it expires."""

    def __init__(self, settings: NoticeSettings, client: httpx2.AsyncClient, clock: Clock) -> None:
        self._client_id = settings.client_id
        self._key = settings.client_key.read_text(encoding="utf-8")
        self._endpoint = f"{settings.issuer}/oauth/token"
        self._client = client
        self._clock = clock
        self._token = ""
        self._renew_at = clock()

    async def current(self) -> str:
        """A token that still lives; TokenRefused or an httpx2 error when there is none to be had."""
        if self._clock() >= self._renew_at:
            answer = await self._ask()
            self._token = answer.access_token
            self._renew_at = self._clock() + timedelta(seconds=answer.expires_in) - RENEW_BEFORE
        return self._token

    def forget(self) -> None:
        """The gateway did not take it: ask for a new one next time."""
        self._renew_at = self._clock()

    async def _ask(self) -> TokenAnswer:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._client_assertion(self._clock()),
            "scope": SCOPE,
        }
        response = await self._client.post(self._endpoint, data=form)
        if response.is_error:
            raise TokenRefused(f"status {response.status_code}")
        try:
            return TokenAnswer.model_validate_json(response.content)
        except ValidationError as error:
            raise TokenRefused("no token in the answer") from error

    def _client_assertion(self, now: datetime) -> str:
        issued = int(now.timestamp())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._endpoint,
            "jti": str(uuid.uuid4()),
            "iat": issued,
            "exp": issued + ASSERTION_SECONDS,
        }
        return jwt.encode(claims, self._key, "ES256")

"""Authorizations: a client's request on its way through one browser, from the first address to the code.

1. `begin` checks who asks and where the answer may go, keeps the request, and binds it to the browser by a cookie.
2. `next_step` looks at who is signed in, how and since when, and at what they agreed to: it says what is missing.
3. The shell's pages sign in, step up or ask for consent (`decide`), and come back to 2.
4. When nothing is missing the request is finished, once, and the client gets its code.

Nothing of an answer is ever sent to an address that `target_of` did not find in the register.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from auth.accounts import Accounts
from auth.levels import acr_of, held
from auth.models import Account
from auth.provider.authorization_requests import Asked, Target, read_request, target_of
from auth.provider.clients import Clients
from auth.provider.codes import Codes
from auth.provider.connections import Connections
from auth.provider.errors import (
    AuthorizationCode,
    AuthorizationRefused,
    AuthorizationUnknown,
    AuthorizationUnusable,
)
from auth.provider.id_tokens import IdTokens
from auth.provider.models import Authorization, Client
from auth.provider.pushed import URN, PushedRequests
from auth.provider.sectors import client_sector
from auth.provider.settings import ProviderSettings
from auth.secrecy import digest
from auth.subjects import Subjects
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id

STRONG_LOA = 3
"""From this level on a resident must have authenticated by two factors as well."""
_STRONG = "mfa"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page of the shell that has to come first."""

    path: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the client through the browser."""

    target: Target
    parameters: Mapping[str, str]


Step = Visit | Reply


class Authorizations:
    """All authorizations on their way."""

    def __init__(  # noqa: PLR0913 - every step asks somebody else
        self,
        clock: Clock,
        settings: ProviderSettings,
        issuer: str,
        *,
        clients: Clients,
        pushed: PushedRequests,
        accounts: Accounts,
        subjects: Subjects,
        connections: Connections,
        codes: Codes,
        id_tokens: IdTokens,
    ) -> None:
        self._clock = clock
        self._life = timedelta(seconds=settings.interaction_seconds)
        self._issuer = issuer
        self._clients = clients
        self._pushed = pushed
        self._accounts = accounts
        self._subjects = subjects
        self._connections = connections
        self._codes = codes
        self._id_tokens = id_tokens

    async def begin(self, parameters: Mapping[str, str], browser: str) -> Authorization | Reply:
        """Keep a request, or refuse it where the client asked to be told. Raises AuthorizationUnusable."""
        client = await self._clients.find(parameters.get("client_id", ""))
        if client is None:
            raise AuthorizationUnusable("client_id names no client of this city.")
        pushed = "request_uri" in parameters
        asked = await self._parameters(client, parameters)
        target = target_of(client, asked)
        if client.par_required and not pushed:
            return self._refusal(target, "invalid_request", "this client must push its requests")
        try:
            read_request(client, asked)
        except AuthorizationRefused as refused:
            return self._refusal(target, refused.code, refused.description)
        return await self._store(client, asked, browser)

    async def find(self, authorization_id: str, browser: str | None) -> Authorization:
        """The authorization that this browser began, while it is open; raises AuthorizationUnknown."""
        found = await Authorization.get_or_none(
            id=authorization_id, browser=digest(browser or ""), finished_at=None, expires_at__gt=self._clock.now()
        )
        if found is None:
            raise AuthorizationUnknown("Go back to the service and start again.")
        return found

    async def read(self, authorization: Authorization) -> tuple[Client, Asked]:
        """Its client and what it asks for; raises AuthorizationUnusable where the client is gone or was changed."""
        client = await self._clients.find(authorization.client_id)
        if client is None:
            raise AuthorizationUnusable("The service is not registered any more.")
        try:
            return client, read_request(client, authorization.parameters)
        except AuthorizationRefused as error:
            raise AuthorizationUnusable("The service was changed meanwhile. Start again.") from error

    async def next_step(self, authorization: Authorization, resident: Resident | None) -> Step:
        """What comes next for whoever is signed in; raises AuthorizationUnusable, AuthorizationUnknown."""
        client, asked = await self.read(authorization)
        try:
            return await _Walk(self, authorization, client, asked).go(resident)
        except AuthorizationRefused as refused:
            async with transaction():
                await self._finish(authorization)
            return self._refusal(asked.target, refused.code, refused.description)

    async def decide(
        self, authorization: Authorization, resident: Resident, *, allow: bool, scopes: Collection[str]
    ) -> None:
        """Note what the resident decided on the page of the shell; the last decision counts."""
        client, asked = await self.read(authorization)
        needed = {ask["name"] for ask in client.asks if ask["required"]} | {"openid"}
        authorization.account_id = resident.account
        authorization.allowed = allow
        authorization.scopes = sorted(set(asked.scopes) & (set(scopes) | needed)) if allow else []
        async with transaction():
            await authorization.save(update_fields=["account_id", "allowed", "scopes"])

    async def answer(
        self, authorization: Authorization, client: Client, asked: Asked, resident: Resident, account: Account
    ) -> Reply:
        """The code; of two that come for it at once, one gets it. Raises AuthorizationUnknown, AuthorizationRefused."""
        async with transaction():
            await self._finish(authorization)
            scopes = await self._granted(authorization, client, asked, resident)
            acr = acr_of(held(account.loa, account.hold_until, self._clock.now()))
            code = await self._codes.issue(client, resident, asked, scopes, acr)
        return self._reply(asked.target, {"code": code})

    async def known_as(self, account: AccountId, client: Client) -> str:
        """The resident's name at this client."""
        return await self._subjects.of(account, client_sector(client))

    async def account(self, account: AccountId) -> Account:
        return await self._accounts.get(account)

    async def hinted(self, hint: str, client: Client) -> str:
        """The `sub` of an id_token_hint; raises AuthorizationRefused for one that we did not give this client."""
        claims = await self._id_tokens.read_hint(hint, client.id)
        if claims is None:
            raise AuthorizationRefused("invalid_request", "id_token_hint is no ID token that you got here")
        return str(claims["sub"])

    async def shown(self, account: AccountId, client: Client) -> frozenset[str]:
        """The scopes that the resident decided on before."""
        grant = await self._connections.find(account, client.id)
        return frozenset(grant.shown) if grant and "openid" in grant.scopes else frozenset()

    def now(self) -> datetime:
        return self._clock.now()

    async def _parameters(self, client: Client, parameters: Mapping[str, str]) -> dict[str, str]:
        """What is asked for: pushed parameters replace those of the address (RFC 9126, section 4)."""
        request_uri = parameters.get("request_uri")
        if request_uri is None:
            return dict(parameters)
        if not request_uri.startswith(URN):
            raise AuthorizationUnusable("request_uri must be one that we gave: push the request.")
        return await self._pushed.take(client.id, request_uri)

    async def _store(self, client: Client, parameters: Mapping[str, str], browser: str) -> Authorization:
        now = self._clock.now()
        async with transaction():
            return await Authorization.create(
                id=new_id(now),
                client_id=client.id,
                browser=digest(browser),
                parameters=dict(parameters),
                scopes=[],
                created_at=now,
                expires_at=now + self._life,
            )

    async def _finish(self, authorization: Authorization) -> None:
        finished = await rows(
            "UPDATE provider_authorization SET finished_at = ? WHERE id = ? AND finished_at IS NULL RETURNING id",
            self._clock.now(),
            authorization.id,
        )
        if not finished:
            raise AuthorizationUnknown("This request was answered already. Go back to the service.")

    async def _granted(
        self, authorization: Authorization, client: Client, asked: Asked, resident: Resident
    ) -> frozenset[str]:
        if authorization.allowed and authorization.account_id == resident.account:
            has = await self._connections.agree(resident.account, client, asked.scopes, authorization.scopes)
        else:
            grant = await self._connections.find(resident.account, client.id)
            has = frozenset(grant.scopes) if grant else frozenset()
        if "openid" not in has:  # withdrawn in between
            raise AuthorizationRefused("access_denied", "the resident took the consent back")
        return has & frozenset(asked.scopes)

    def _refusal(self, target: Target, code: AuthorizationCode, description: str) -> Reply:
        return self._reply(target, {"error": code, "error_description": description})

    def _reply(self, target: Target, parameters: Mapping[str, str]) -> Reply:
        """With `state` as it came, and `iss` in every answer (RFC 9207)."""
        state = {} if target.state is None else {"state": target.state}
        return Reply(target, {**parameters, **state, "iss": self._issuer})


class _Walk:
    """One look at one authorization: the first thing that is missing, or the answer."""

    def __init__(
        self, authorizations: Authorizations, authorization: Authorization, client: Client, asked: Asked
    ) -> None:
        self._all = authorizations
        self._row = authorization
        self._client = client
        self._asked = asked
        self._silent = "none" in asked.prompts

    async def go(self, resident: Resident | None) -> Step:
        if resident is None or not await self._is_expected(resident):
            return self._sign_in("login_required")
        if self._must_choose(resident):
            return self._sign_in("account_selection_required")
        if not self._is_fresh(resident):
            return self._step_up("login_required")
        account = await self._all.account(resident.account)
        if self._asked.loa > held(account.loa, account.hold_until, self._all.now()):
            raise AuthorizationRefused("unmet_authentication_requirements", "the resident is not known that well")
        if self._asked.loa >= STRONG_LOA and _STRONG not in resident.amr:
            return self._step_up("unmet_authentication_requirements", strong=True)
        if not await self._has_decided(resident):
            return self._consent()
        return await self._all.answer(self._row, self._client, self._asked, resident, account)

    async def _is_expected(self, resident: Resident) -> bool:
        """Whether they are who id_token_hint and the claim sub ask for."""
        hinted = await self._all.hinted(self._asked.hint, self._client) if self._asked.hint else None
        wanted = {sub for sub in (hinted, self._asked.sub) if sub is not None}
        return not wanted or wanted == {await self._all.known_as(resident.account, self._client)}

    def _must_choose(self, resident: Resident) -> bool:
        return "select_account" in self._asked.prompts and not self._authenticated_since(resident)

    def _is_fresh(self, resident: Resident) -> bool:
        """Since the request began, or not longer before it than max_age: what a page takes makes nobody too old."""
        if self._authenticated_since(resident):
            return True
        if "login" in self._asked.prompts or self._asked.max_age == 0:
            return False
        at, age = resident.authenticated_at, self._asked.max_age
        return age is None or (at is not None and self._row.created_at - at <= timedelta(seconds=age))

    def _authenticated_since(self, resident: Resident) -> bool:
        return resident.authenticated_at is not None and resident.authenticated_at > self._row.created_at

    async def _has_decided(self, resident: Resident) -> bool:
        """In this very request; or before, about all that is asked for now."""
        if self._row.account_id == resident.account and self._row.allowed is not None:
            if not self._row.allowed:
                raise AuthorizationRefused("access_denied", "the resident refused")
            return True
        if "consent" in self._asked.prompts:
            return False
        return set(self._asked.scopes) <= await self._all.shown(resident.account, self._client)

    def _sign_in(self, code: AuthorizationCode) -> Visit:
        self._refuse_silence(code)
        return self._visit("/sign-in", {"prompt": "select_account"} if code == "account_selection_required" else {})

    def _step_up(self, code: AuthorizationCode, *, strong: bool = False) -> Visit:
        self._refuse_silence(code)
        more = {"strong": "1"} if strong else {"max_age": str(self._asked.max_age or 0)}
        return self._visit("/step-up", more)

    def _consent(self) -> Visit:
        self._refuse_silence("consent_required")
        return Visit(f"/connect/{self._row.id}")

    def _refuse_silence(self, code: AuthorizationCode) -> None:
        if self._silent:
            raise AuthorizationRefused(code, "the resident would have to be asked")

    def _visit(self, page: str, more: Mapping[str, str]) -> Visit:
        query = {"next": f"/oauth/authorize/{self._row.id}", **more}
        if self._asked.locale:
            query["lang"] = self._asked.locale
        return Visit(f"{page}?{urlencode(query)}")

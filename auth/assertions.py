"""Gateway assertions: who is calling, as signed for one department's back end."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth.accounts import Accounts
from auth.levels import acr_of
from auth.settings import AuthSettings
from auth.subjects import Subjects, department_sector
from auth.tokens import Tokens
from core.clock import Clock
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, UpstreamId

TYP = "onecity-assertion+jwt"
_REMEMBERED = 10_000
_PROFILE = (("profile:name:read", "name"), ("profile:phone:read", "phone"), ("profile:id_number:read", "id_number"))
"""Scopes that put a member of the account into the assertion, under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf, through which mini-service and to which back end; `scopes` as consented to now."""

    account: AccountId
    session: SessionId
    upstream: UpstreamId
    department: DepartmentId
    service: ServiceId
    scopes: frozenset[str]
    loa: int


class Assertions:
    """Mints assertions; the same caller gets the same one for a few seconds."""

    def __init__(
        self, clock: Clock, settings: AuthSettings, tokens: Tokens, accounts: Accounts, subjects: Subjects
    ) -> None:
        self._clock = clock
        self._life = settings.assertion_seconds
        self._reuse = timedelta(seconds=settings.assertion_reuse_seconds)
        self._tokens = tokens
        self._accounts = accounts
        self._subjects = subjects
        self._minted: OrderedDict[Caller, tuple[datetime, str]] = OrderedDict()

    async def mint(self, caller: Caller) -> str:
        """An assertion that says no more than the scopes allow."""
        minted_at, assertion = self._minted.get(caller, (None, ""))
        now = self._clock.now()
        if minted_at is None or now - minted_at >= self._reuse:
            assertion = await self._tokens.sign(await self._claims(caller), TYP, self._life)
            self._remember(caller, now, assertion)
        return assertion

    def _remember(self, caller: Caller, now: datetime, assertion: str) -> None:
        self._minted[caller] = (now, assertion)
        self._minted.move_to_end(caller)
        if len(self._minted) > _REMEMBERED:
            self._minted.popitem(last=False)

    async def _claims(self, caller: Caller) -> dict[str, Any]:
        return {
            "aud": f"urn:onecity:upstream:{caller.upstream}",
            "sub": await self._subjects.of(caller.account, department_sector(caller.department)),
            "act": {"sub": f"urn:onecity:service:{caller.service}"},
            "scope": " ".join(sorted(caller.scopes)),
            "acr": acr_of(caller.loa),
            **await self._profile(caller),
        }

    async def _profile(self, caller: Caller) -> dict[str, str]:
        wanted = [member for scope, member in _PROFILE if scope in caller.scopes]
        if not wanted:
            return {}
        account = await self._accounts.get(caller.account)
        values = {member: getattr(account, member) for member in wanted}
        return {member: value for member, value in values.items() if value is not None}

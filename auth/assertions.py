"""Gateway assertions: who is calling, as signed for one department's back end."""

import random
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from auth.accounts import Accounts
from auth.acting_claims import acting_claims, called_by
from auth.levels import acr_of
from auth.ports import Mandated, Profiles
from auth.settings import AuthSettings
from auth.subjects import Subjects, department_sector
from auth.tokens import Tokens
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, UpstreamId

TYP = "onecity-assertion+jwt"
_REMEMBERED = 50_000
_PROFILE = (("profile:name:read", "name"), ("profile:phone:read", "phone"), ("profile:id_number:read", "id_number"))
"""Scopes that put a member of the account into the assertion, under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf, through which mini-service and to which back end; `scopes` as consented to now.

    `account` is whose data it is; with a `mandate` it is its actor who calls for them.
    `key` says all of it in one text, made once: two callers with the same key are the same.
    """

    account: AccountId
    session: SessionId
    upstream: UpstreamId
    department: DepartmentId
    service: ServiceId
    scopes: frozenset[str]
    loa: int
    mandate: Mandated | None = None
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = (self.account, self.session, self.upstream, self.department, self.service, sorted(self.scopes))
        on = self.mandate and (self.mandate.id, self.mandate.actor, self.mandate.kind, self.mandate.roles)
        object.__setattr__(self, "key", repr((*parts, self.loa, on)))


class Assertion:
    """A signed assertion; `until` is the monotonic second from which it is not to be used again."""

    __slots__ = ("text", "until")

    def __init__(self, text: str, until: float) -> None:
        self.text = text
        self.until = until


class Assertions:
    """Mints assertions; the same caller gets the same one for a few seconds."""

    def __init__(  # noqa: PLR0913, PLR0917 - two of them are seams for tests
        self,
        settings: AuthSettings,
        tokens: Tokens,
        accounts: Accounts,
        subjects: Subjects,
        ticks: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        profiles: Profiles | None = None,
    ) -> None:
        """`chance` (0 to 1) scatters the ends: what was signed together is not all signed anew together."""
        self._life = settings.assertion_seconds
        self._reuse = settings.assertion_reuse_seconds
        self._tokens = tokens
        self._accounts = accounts
        self._subjects = subjects
        self._ticks = ticks
        self._chance = chance
        self._profiles = profiles
        self._minted: OrderedDict[str, Assertion] = OrderedDict()

    def known(self, caller: Caller, now: float) -> Assertion | None:
        """The caller's assertion while it may be used again; `now` in monotonic seconds."""
        assertion = self._minted.get(caller.key)
        return assertion if assertion is not None and now < assertion.until else None

    async def of(self, caller: Caller) -> Assertion:
        """The caller's assertion, signed when there is none to be used again; it says no more than the scopes allow."""
        began = self._ticks()
        known = self.known(caller, began)
        if known is not None:
            return known
        text = await self._tokens.sign(await self._claims(caller), TYP, self._life)
        return self._remember(caller, Assertion(text, began + self._reuse * (1 - self._chance() / 4)))

    async def mint(self, caller: Caller) -> str:
        """The text of that assertion."""
        return (await self.of(caller)).text

    def _remember(self, caller: Caller, assertion: Assertion) -> Assertion:
        self._minted[caller.key] = assertion
        self._minted.move_to_end(caller.key)
        if len(self._minted) > _REMEMBERED:
            self._minted.popitem(last=False)
        return assertion

    async def _claims(self, caller: Caller) -> dict[str, Any]:
        return {
            "aud": f"urn:onecity:upstream:{caller.upstream}",
            "sub": await self._subjects.of(caller.account, department_sector(caller.department)),
            **called_by(caller.service),
            "scope": " ".join(sorted(caller.scopes)),
            "acr": acr_of(caller.loa),
            **await self._profile(caller),
            **(await self._acting(caller, caller.mandate) if caller.mandate else {}),
        }

    async def _acting(self, caller: Caller, mandate: Mandated) -> dict[str, Any]:
        return await acting_claims(self._subjects, caller.department, caller.service, mandate)

    async def _profile(self, caller: Caller) -> dict[str, str]:
        wanted = [member for scope, member in _PROFILE if scope in caller.scopes]
        if not wanted:
            return {}
        record = await self._profiles.profile(caller.account) if caller.mandate and self._profiles else {}
        if record:
            wanted += ["credit_code"] if "id_number" in wanted else []
            return {member: value for member, value in record.items() if member in wanted}
        account = await self._accounts.get(caller.account)
        values = {member: getattr(account, member) for member in wanted}
        return {member: value for member, value in values.items() if value is not None}

"""The services of auth/lifecycle."""

from collections.abc import Sequence
from typing import TypedDict

from auth.accounts import Accounts
from auth.changes import Changes
from auth.credentials.services import CredentialsServices
from auth.lifecycle.areas import Areas
from auth.lifecycle.closures import Closures
from auth.lifecycle.deletions import Deletions
from auth.lifecycle.exports import Exports
from auth.lifecycle.merges import Merges
from auth.lifecycle.names import Names
from auth.lifecycle.newcomers import Newcomers
from auth.lifecycle.numbers import Numbers
from auth.lifecycle.own_data import LifecycleData
from auth.lifecycle.ports import FactorMethod, Holds
from auth.lifecycle.services import LifecycleServices
from auth.lifecycle.worker import Worker
from auth.mandates.mandates import Mandates
from auth.proofing.checks import Checks
from auth.proofing.id_numbers import id_number_of
from auth.proofing.ports import Person, PopulationRegister
from auth.receipts import Receipts
from auth.security.events import Events
from auth.sessions import Sessions
from core.clock import Clock
from core.ids import AccountId
from gateway.account_data import identity_data
from gateway.identity.foundation import Foundation


class CredentialMeans:
    """lifecycle's OtherMeans, out of the credentials room."""

    def __init__(self, credentials: CredentialsServices) -> None:
        self._credentials = credentials

    async def strong(self, account: AccountId) -> bool:
        return bool(
            await self._credentials.passwords.changed_at(account)
            or await self._credentials.passkeys.of(account)
            or await self._credentials.second_factors.since(account)
        )

    async def methods(self, account: AccountId) -> Sequence[str]:
        return await self._credentials.second_factors.methods(account)

    async def spend_try(self, account: AccountId, method: FactorMethod) -> None:
        await self._credentials.second_factors.spend_try(account, method)

    async def accept(self, account: AccountId, method: FactorMethod, code: str) -> bool:
        return await self._credentials.second_factors.accept(account, method, code)


class RegisterNames:
    """lifecycle's NameRegister: the population register, within proofing's limits for one identity number."""

    def __init__(self, clock: Clock, register: PopulationRegister, checks: Checks, checks_day: int) -> None:
        self._clock = clock
        self._register = register
        self._checks = checks
        self._checks_day = checks_day

    async def confirm(self, name: str, id_number: str) -> bool:
        number = id_number_of(id_number, self._clock.now())
        async with self._checks.counted((f"person {number.text}", self._checks_day)):
            return (await self._register.match(Person(name, number))).confirmed


def compose_lifecycle(
    base: Foundation,
    holds: Holds,
    credentials: CredentialsServices,
    population: PopulationRegister,
    mandates: Mandates,
) -> LifecycleServices:
    clock, options, accounts = base.clock, base.settings.lifecycle, base.accounts
    other_means = CredentialMeans(credentials)
    names = _names(base, population)
    areas = Areas((*identity_data(mandates), LifecycleData(names)))
    numbers = Numbers(
        clock, options, base.secrecy, **_shared(base), codes=base.codes, holds=holds, other_means=other_means
    )
    newcomers = Newcomers(
        clock,
        options.newcomer_seconds,
        numbers=numbers,
        accounts=accounts,
        sessions=base.sessions,
        holds=holds,
        second_factors=credentials.tickets,
    )
    closures = Closures(clock)
    deletions = Deletions(clock, options, areas, closures, **_shared(base))
    exports = Exports(clock, options, base.secrecy, areas, accounts=accounts, events=base.events)
    return LifecycleServices(
        origin=base.origin,
        areas=areas,
        numbers=numbers,
        newcomers=newcomers,
        names=names,
        merges=Merges(
            clock,
            options,
            areas,
            **_shared(base),
            codes=base.codes,
            other_means=other_means,
            numbers=numbers,
            holds=holds,
        ),
        closures=closures,
        deletions=deletions,
        exports=exports,
        receipts=_receipts(base),
        worker=Worker(deletions, exports, newcomers, options.work_seconds),
    )


class _Shared(TypedDict):
    accounts: Accounts
    sessions: Sessions
    events: Events
    changes: Changes


def _shared(base: Foundation) -> _Shared:
    """What every change of an account goes through."""
    return _Shared(accounts=base.accounts, sessions=base.sessions, events=base.events, changes=base.changes)


def _names(base: Foundation, population: PopulationRegister) -> Names:
    checks = Checks(base.clock, base.secrecy)
    register = RegisterNames(base.clock, population, checks, base.settings.proofing.person_checks_day)
    return Names(base.clock, base.secrecy, register, accounts=base.accounts, events=base.events, changes=base.changes)


def _receipts(base: Foundation) -> Receipts:
    return Receipts(
        base.clock,
        base.origin,
        keys=base.keys,
        consents=base.consents,
        accounts=base.accounts,
        subjects=base.subjects,
        directory=base.directory,
    )

"""What a mini-service is entitled to: what its live release asks for, and the resident gave."""

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.consents import Consents
from auth.errors import AccountOnHold, AudienceOther, ConsentNeeded, LevelTooLow, ServiceUnknown
from auth.levels import held
from auth.models import Consent
from auth.ports import ActingFor, LiveService, ServiceDirectory
from core.clock import Clock
from core.ids import AccountId, ServiceId


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A live service, the proofing level of who acts, and the scopes that the service may use, sorted."""

    service: LiveService
    loa: int
    scopes: tuple[str, ...]


class Entitlements:
    """Finds out what a mini-service may be given of a resident."""

    def __init__(self, clock: Clock, directory: ServiceDirectory, accounts: Accounts, consents: Consents) -> None:
        self._clock = clock
        self._directory = directory
        self._accounts = accounts
        self._consents = consents

    async def of(self, account_id: AccountId, service_id: ServiceId, acting: ActingFor | None = None) -> Entitlement:
        """What holds now for the account, or for whom it is `acting`: level and hold are its own, consent is theirs.

        Raises ServiceUnknown, AudienceOther, LevelTooLow, AccountOnHold, and ConsentNeeded while whoever it is about
        was not asked for all that the live release wants.
        """
        service = await self._directory.live(service_id)
        if service is None:
            raise ServiceUnknown("Take the id from the catalogue.")
        _check_audience(service, acting)
        account = await self._accounts.get(account_id)
        loa = held(account.loa, account.hold_until, self._clock.now())
        if account.hold_until and loa < service.loa <= account.loa:
            raise AccountOnHold(account.hold_until)
        if loa < service.loa:
            raise LevelTooLow(f"This service needs proofing level {service.loa}.", loa=service.loa)
        principal = account_id if acting is None else acting.principal
        return Entitlement(service, loa, _granted(service, await self._consents.get(principal, service_id)))


def _check_audience(service: LiveService, acting: ActingFor | None) -> None:
    if (acting.kind if acting else "person") not in service.audience:
        whom = "a legal person" if "legal-person" in service.audience else "a person"
        raise AudienceOther(f"Act for {whom} here.", audience=sorted(service.audience))


def _granted(service: LiveService, consent: Consent | None) -> tuple[str, ...]:
    """What the release asks for and the resident gave; raises ConsentNeeded for what they were never shown."""
    shown = set(consent.shown) if consent else set()
    missing = [scope.name for scope in service.scopes if scope.name not in shown]
    if missing:
        raise ConsentNeeded("Ask the resident for these scopes.", scopes=missing)
    given = {scope["name"] for scope in consent.scopes} if consent else set()
    return tuple(sorted(scope.name for scope in service.scopes if scope.name in given))

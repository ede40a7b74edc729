"""Consent receipts: what was decided about a service, as a signed record with the fields of ISO/IEC TS 27560:2023.

The signature is a JWS (RFC 7515) over the same members, by a key of our key set: whoever holds a receipt checks it with
`/oauth/jwks` and nothing of ours besides.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from auth.accounts import Accounts
from auth.columns import to_json
from auth.consents import Consents
from auth.jwt import sign
from auth.keys import Keys
from auth.models import ConsentEvent
from auth.ports import ServiceDirectory
from auth.subjects import Subjects, service_sector
from core.clock import Clock
from core.ids import AccountId, ServiceId

RECEIPT = "consent-receipt+jwt"


def revision_of(shown: Sequence[dict[str, Any]]) -> str:
    """Which text it was: SHA-256 over the scopes and reasons that were shown, in hex."""
    return hashlib.sha256(to_json(shown).encode()).hexdigest()


class Receipts:
    """Makes receipts of what is in the history of consents."""

    def __init__(  # noqa: PLR0913 - what stands in a receipt
        self,
        clock: Clock,
        issuer: str,
        *,
        keys: Keys,
        consents: Consents,
        accounts: Accounts,
        subjects: Subjects,
        directory: ServiceDirectory,
    ) -> None:
        self._clock = clock
        self._issuer = issuer
        self._keys = keys
        self._consents = consents
        self._accounts = accounts
        self._subjects = subjects
        self._directory = directory

    async def of(self, account: AccountId, service: ServiceId) -> dict[str, Any]:
        """The receipt of the newest decision about a service, with `jws`; raises ConsentUnknown."""
        event = await self._consents.newest_event(await self._accounts.kin(account), service)
        receipt = await self._record(account, event)
        now = int(self._clock.now().timestamp())
        claims = {"iss": self._issuer, "iat": now, "jti": event.id, "receipt": receipt}
        return {**receipt, "jws": sign(claims, RECEIPT, await self._keys.current())}

    async def _record(self, account: AccountId, event: ConsentEvent) -> dict[str, Any]:
        service = ServiceId(event.service_id)
        live = await self._directory.live(service)
        controllers = [{"id": live.department_id}] if live else []
        granted = {scope["name"] for scope in event.scopes}
        return {
            "schema_version": "ISO/IEC TS 27560:2023",
            "record_id": event.id,
            "pii_principal_id": await self._subjects.of(account, service_sector(service)),
            "issued_by": self._issuer,
            "pii_controllers": controllers,
            "jurisdiction": "CN",
            "collection_method": "the service's request, shown in the app before its first use",
            "withdrawal_method": f"{self._issuer}/me/consents",
            "notice": {"version": event.version, "revision": revision_of(event.shown), "texts": event.shown},
            "services": [{"id": service, "name": event.service_name, "version": event.version}],
            "purposes": [_purpose(scope, granted, event) for scope in event.shown],
            "events": [
                {
                    "event_type": "explicit" if event.action == "granted" else "withdrawn",
                    "event_time": event.at.isoformat(),
                    "validity_duration": "until withdrawn",
                    "event_state": "consent given" if event.action == "granted" else "consent withdrawn",
                }
            ],
        }


def _purpose(scope: dict[str, Any], granted: set[str], event: ConsentEvent) -> dict[str, Any]:
    given = event.action == "granted" and scope["name"] in granted
    return {"pii_category": scope["name"], "purpose": scope["reason"], "lawful_basis": "consent", "consented": given}

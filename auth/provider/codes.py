"""Authorization codes: a minute long, once, for one client, one address and one verifier (RFC 6749, section 4.1)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from auth.columns import moment, to_json
from auth.provider.authorization_requests import Asked
from auth.provider.client_sessions import ClientSessions
from auth.provider.clients import PUBLIC
from auth.provider.dpop import Proof
from auth.provider.errors import OAuthRefused
from auth.provider.families import Families
from auth.provider.family_tokens import FamilyTokens, check_bound
from auth.provider.models import Client
from auth.provider.settings import ProviderSettings
from auth.provider.token_grants import Issued, required
from auth.secrecy import digest
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_id, new_secret

AUTHORIZATION_CODE = "authorization_code"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_KEPT = timedelta(days=1)
"""A used code is remembered for so long, so that the one that comes again ends what came of it."""


class Codes:
    """Gives codes to clients that residents allowed, as the last step of an authorization."""

    def __init__(self, clock: Clock, settings: ProviderSettings, sessions: ClientSessions) -> None:
        self._clock = clock
        self._life = timedelta(seconds=settings.code_seconds)
        self._sessions = sessions

    async def issue(self, client: Client, resident: Resident, asked: Asked, scopes: Iterable[str], acr: str) -> str:
        """A code, in the open transaction; `scopes` are those granted."""
        code, now = new_secret(), self._clock.now()
        assert resident.authenticated_at is not None  # noqa: S101 - every session says when
        await rows(
            "INSERT INTO provider_code (digest, client_id, account_id, session_id, sid, redirect_uri, challenge, "
            "dpop_jkt, scope, nonce, claims, acr, amr, authenticated_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            digest(code),
            client.id,
            resident.account,
            resident.session,
            await self._sessions.sid(resident, client),
            asked.target.redirect_uri,
            asked.challenge,
            asked.dpop_jkt,
            " ".join(sorted(scopes)),
            asked.nonce,
            to_json(dict(asked.claims)),
            acr,
            " ".join(resident.amr),
            resident.authenticated_at,
            now + self._life,
        )
        return code


class CodeExchange:
    """The grant authorization_code (RFC 6749, section 4.1.3; RFC 7636, section 4.6)."""

    def __init__(self, clock: Clock, families: Families, tokens: FamilyTokens) -> None:
        self._clock = clock
        self._families = families
        self._tokens = tokens

    async def answer(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> Issued:
        code, redirect_uri, verifier = required(form, "code", "redirect_uri", "code_verifier")
        row = await self._found(code, client)
        _check(row, redirect_uri, verifier)
        check_bound(client, row["dpop_jkt"], proof)
        async with transaction():
            family = await self._use(row, proof.jkt if proof and client.auth_method == PUBLIC else None)
            issued = await self._tokens.issue(client, family, proof, nonce=row["nonce"]) if family else None
        if issued is None:
            await self._found(code, client)
            raise _unknown()
        return issued

    async def _found(self, code: str, client: Client) -> dict[str, Any]:
        """The code's row; one that comes again ends what came of it. Raises OAuthRefused."""
        found = await rows("SELECT * FROM provider_code WHERE digest = ? AND client_id = ?", digest(code), client.id)
        if found and found[0]["family_id"]:
            await self._families.end(found[0]["family_id"])
        if not found or found[0]["used_at"] or moment(found[0]["expires_at"]) <= self._clock.now():
            raise _unknown()
        return found[0]

    async def _use(self, row: Mapping[str, Any], dpop_jkt: str | None) -> str | None:
        """Use the code up; what came of it, None where another was faster or the session that gave it has ended."""
        now = self._clock.now()
        family = new_id(now)
        used = await rows(
            "UPDATE provider_code SET used_at = ?, expires_at = ?, family_id = ? WHERE digest = ? "
            "AND used_at IS NULL AND expires_at > ? AND EXISTS (SELECT 1 FROM auth_session s "
            "WHERE s.id = provider_code.session_id AND s.revoked_at IS NULL) RETURNING digest",
            now,
            now + _KEPT,
            family,
            row["digest"],
            now,
        )
        if not used:
            return None
        await self._families.begin(family, row, dpop_jkt)
        return family


def _check(row: Mapping[str, Any], redirect_uri: str, verifier: str) -> None:
    if redirect_uri != row["redirect_uri"]:
        raise OAuthRefused("invalid_grant", "redirect_uri is not that of the authorization request")
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(hashed, row["challenge"]):
        raise OAuthRefused("invalid_grant", "code_verifier does not fit")


def _unknown() -> OAuthRefused:
    return OAuthRefused("invalid_grant", "the code or what came of it does not count any more")

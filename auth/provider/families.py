"""Families: all tokens that came of one code, which end together.

A refresh token counts once (RFC 9700, section 4.14.2). The one that comes again ends its family, whoever sends it: the
owner and a thief cannot be told apart. Of two that come at once one wins by a conditional UPDATE; what the other's
coming means, auth/provider/refreshing.py says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth.columns import from_json, maybe_moment, moment
from auth.levels import acr_of, held, loa_of
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client, Family
from auth.provider.settings import ProviderSettings
from auth.secrecy import digest
from auth.sessions import Sessions
from core.clock import Clock
from core.database import rows, statement
from core.ids import AccountId, SessionId, new_secret

OFFLINE = "offline_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A family that lives, as it is now: `scopes` are those that the resident has not withdrawn."""

    family: str
    client: str
    account: AccountId
    session: SessionId | None
    sid: str
    scopes: frozenset[str]
    dpop_jkt: str | None
    claims: Mapping[str, list[str]]
    acr: str
    amr: tuple[str, ...]
    authenticated_at: datetime


class Families:
    """The families of all clients."""

    def __init__(self, clock: Clock, settings: ProviderSettings, sessions: Sessions, hold_hours: int) -> None:
        """`hold_hours`: how long a hold lasts, which says when it began."""
        self._clock = clock
        self._hold = timedelta(hours=hold_hours)
        self._sessions = sessions
        self._refresh_life = timedelta(days=settings.refresh_token_days)
        self._life = timedelta(days=settings.family_days)

    async def begin(self, family: str, code: Mapping[str, Any], dpop_jkt: str | None) -> None:
        """A new family of that id out of a code's row, in the open transaction."""
        now = self._clock.now()
        offline = OFFLINE in code["scope"].split()
        await Family.create(
            id=family,
            client_id=code["client_id"],
            account_id=code["account_id"],
            session_id=None if offline else code["session_id"],
            sid=code["sid"],
            scope=code["scope"],
            dpop_jkt=dpop_jkt,
            claims=from_json(code["claims"]),
            acr=code["acr"],
            amr=code["amr"],
            authenticated_at=moment(code["authenticated_at"]),
            created_at=now,
            expires_at=now + self._life,
        )

    async def standing(self, family: str) -> Standing | None:
        """The family, while it, its session, its grant and its client live; None otherwise."""
        now = self._clock.now()
        found = await rows(
            "SELECT f.*, g.scopes AS granted, a.loa, a.hold_until, s.revoked_at, s.last_seen_at, "
            "s.created_at AS opened_at FROM provider_family f "
            "JOIN provider_client c ON c.id = f.client_id AND c.disabled_at IS NULL "
            "JOIN provider_grant g ON g.account_id = f.account_id AND g.client_id = f.client_id "
            "JOIN auth_account a ON a.id = f.account_id LEFT JOIN auth_session s ON s.id = f.session_id "
            "WHERE f.id = ? AND f.ended_at IS NULL AND f.expires_at > ?",
            family,
            now,
        )
        if not found or not self._still_rests(found[0], now):
            return None
        return _standing(found[0], now)

    async def issue_refresh(self, family: str) -> str:
        """A new refresh token of the family, in the open transaction."""
        token = new_secret()
        await rows(
            "INSERT INTO provider_refresh (digest, family_id, expires_at) VALUES (?, ?, ?)",
            digest(token),
            family,
            self._clock.now() + self._refresh_life,
        )
        return token

    async def spend_refresh(self, token: str, client: Client) -> str:
        """Use a refresh token up, in the open transaction; its family.

        Raises RefreshReused for one that was used: the caller then ends the family, outside of the transaction that
        this rolls back. Raises OAuthRefused (invalid_grant).
        """
        spent = await rows(
            "UPDATE provider_refresh SET used_at = ? WHERE digest = ? AND used_at IS NULL AND expires_at > ? "
            "RETURNING family_id",
            self._clock.now(),
            digest(token),
            self._clock.now(),
        )
        family = str(spent[0]["family_id"]) if spent else await self._used(token, client)
        if not await Family.filter(id=family, client_id=client.id).exists():
            raise _unknown()
        return family

    async def end(self, family: str) -> None:
        """End the family: no token of it counts from now on. Ending it again changes nothing."""
        await statement(
            "UPDATE provider_family SET ended_at = COALESCE(ended_at, ?) WHERE id = ?", self._clock.now(), family
        )

    async def end_of_client(self, account: AccountId, client_id: str) -> None:
        """End all that a client got from a resident."""
        await statement(
            "UPDATE provider_family SET ended_at = ? WHERE account_id = ? AND client_id = ? AND ended_at IS NULL",
            self._clock.now(),
            account,
            client_id,
        )

    async def _used(self, token: str, client: Client) -> str:
        """The refusal of a refresh token that is not to be used any more."""
        found = await rows(
            "SELECT r.family_id, r.used_at FROM provider_refresh r JOIN provider_family f ON f.id = r.family_id "
            "WHERE r.digest = ? AND f.client_id = ?",
            digest(token),
            client.id,
        )
        if found and found[0]["used_at"]:
            raise RefreshReused(str(found[0]["family_id"]))
        raise _unknown()

    def _still_rests(self, row: Mapping[str, Any], now: datetime) -> bool:
        """On a session that lives; without one, on an account that was not put on hold since: by a thief, perhaps."""
        if row["session_id"]:
            return self._session_lives(row, now)
        hold_until = maybe_moment(row["hold_until"])
        return hold_until is None or moment(row["created_at"]) > hold_until - self._hold

    def _session_lives(self, row: Mapping[str, Any], now: datetime) -> bool:
        if row["opened_at"] is None or maybe_moment(row["revoked_at"]) is not None:
            return False
        idle, absolute = now - self._sessions.idle, now - self._sessions.absolute
        return moment(row["last_seen_at"]) > idle and moment(row["opened_at"]) > absolute


class RefreshReused(Exception):
    """A refresh token came again; `family` is to end."""

    def __init__(self, family: str) -> None:
        super().__init__(family)
        self.family = family


def _unknown() -> OAuthRefused:
    return OAuthRefused("invalid_grant", "the refresh token does not count any more")


def _standing(row: Mapping[str, Any], now: datetime) -> Standing:
    """`acr` as it was signed in with, unless less is left of the level by now."""
    left = held(row["loa"], maybe_moment(row["hold_until"]), now)
    return Standing(
        family=row["id"],
        client=row["client_id"],
        account=AccountId(row["account_id"]),
        session=SessionId(row["session_id"]) if row["session_id"] else None,
        sid=row["sid"],
        scopes=frozenset(row["scope"].split()) & frozenset(from_json(row["granted"])),
        dpop_jkt=row["dpop_jkt"],
        claims=from_json(row["claims"]),
        acr=acr_of(min(loa_of(row["acr"]), left)),
        amr=tuple(row["amr"].split()),
        authenticated_at=moment(row["authenticated_at"]),
    )

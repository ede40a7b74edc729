"""Browsers on their way to a provider and back: each comes back once, to where it left from.

`state` is chance, and stored as a hash; nonce and PKCE verifier are derived from it, so that the table holds neither.
The browser's cookie binds all three: a state that somebody else began does not count in this browser.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from auth.external.errors import ExternalRefused
from auth.external.providers import Provider
from auth.secrecy import Secrecy, digest
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_secret


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that came back. `account`: who wants to bind the identity; None for a sign-in."""

    nonce: str
    verifier: str
    account: AccountId | None
    next_path: str


class Attempts:
    """All attempts that are under way."""

    def __init__(self, clock: Clock, secrecy: Secrecy, seconds: int) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._life = timedelta(seconds=seconds)

    async def begin(
        self, provider: Provider, redirect_uri: str, browser: str, account: AccountId | None, next_path: str
    ) -> str:
        """The address to send the browser to; raises ExternalRefused when the provider is not to be reached."""
        metadata = await provider.discovery.metadata()
        state = new_secret()
        async with transaction():
            await rows(
                "INSERT INTO external_attempt (state, browser, provider, account_id, next_path, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                digest(state),
                digest(browser),
                provider.id,
                account,
                next_path,
                self._clock.now() + self._life,
            )
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(self._query(provider, redirect_uri, state))}"

    async def end(self, provider: Provider, browser: str, state: str) -> Attempt:
        """The attempt of this browser, at this provider, once; raises ExternalRefused."""
        async with transaction():
            found = await rows(
                "DELETE FROM external_attempt WHERE state = ? AND browser = ? AND provider = ? AND expires_at > ? "
                "RETURNING account_id, next_path",
                digest(state),
                digest(browser),
                provider.id,
                self._clock.now(),
            )
        if not found:
            raise ExternalRefused("state belongs to no attempt of this browser at this provider")
        account = found[0]["account_id"]
        return Attempt(
            nonce=self._nonce(state),
            verifier=self._verifier(state),
            account=AccountId(account) if account else None,
            next_path=found[0]["next_path"],
        )

    async def remove_expired(self) -> None:
        await rows("DELETE FROM external_attempt WHERE expires_at <= ?", self._clock.now())

    def _query(self, provider: Provider, redirect_uri: str, state: str) -> dict[str, str]:
        challenge = hashlib.sha256(self._verifier(state).encode()).digest()
        query = {
            "response_type": "code",
            "client_id": provider.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.settings.scopes),
            "state": state,
            "nonce": self._nonce(state),
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        age = provider.settings.max_age_seconds
        return query if age is None else {**query, "max_age": str(age)}

    def _nonce(self, state: str) -> str:
        return self._secrecy.hashed("external nonce", state)

    def _verifier(self, state: str) -> str:
        return self._secrecy.hashed("external verifier", state)

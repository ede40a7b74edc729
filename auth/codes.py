"""Codes by text message: six digits for one phone number, one purpose and one browser.

A code is checked in two steps, and the order is what holds under a race: a try is spent with one conditional UPDATE and
committed before anything is compared, so that a hundred guesses at once get no more checks than the tries allow; then a
second conditional UPDATE uses the code up, so that of two right guesses one wins.
"""

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from auth.columns import moment
from auth.errors import CodeExpired, SMSUnavailable, TooManyCodes, TooManyTries, WrongCode
from auth.ports import SMSFailed, SMSSender
from auth.quotas import CodeQuotas
from auth.secrecy import Secrecy, digest
from auth.settings import AuthSettings
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_secret


class Purpose(StrEnum):
    """What a code is good for, and nothing else."""

    SIGN_IN = "sign-in"
    PHONE_CHANGE = "phone-change"
    MERGE = "merge"
    STEP_UP = "step-up"


class Codes:
    """Sends codes and checks them."""

    def __init__(
        self, clock: Clock, settings: AuthSettings, secrecy: Secrecy, quotas: CodeQuotas, sender: SMSSender
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._secrecy = secrecy
        self._quotas = quotas
        self._sender = sender

    async def send(self, phone: str, purpose: Purpose, browser: str, address: str, *, known: bool = False) -> None:
        """Send a code, which replaces this browser's last one; `known`: the account knows the browser.

        Nothing here depends on whether the number has an account. Raises TooManyCodes and SMSUnavailable.
        """
        code, challenge = f"{secrets.randbelow(1_000_000):06}", new_secret()
        async with transaction():
            await self._quotas.spend(phone, address, known=known)
            await self._store(challenge, phone, purpose, browser, code)
        try:
            async with asyncio.timeout(self._settings.sms_seconds):
                await self._sender.send(phone, self._text(code), code)
        except (SMSFailed, TimeoutError) as error:
            await rows("DELETE FROM auth_code WHERE challenge = ?", challenge)
            raise SMSUnavailable("Ask for a code again in a minute.", retry_after=60) from error

    async def check(self, phone: str, purpose: Purpose, browser: str, code: str) -> str:
        """Spend a try; the challenge that `code` answers, which `use` then takes.

        Call it outside of a transaction: a try stays spent. Raises CodeExpired, TooManyTries and WrongCode.
        """
        spent = await self._spend_try(phone, purpose, browser)
        challenge = str(spent["challenge"])
        if not hmac.compare_digest(spent["digest"], self._digest(challenge, phone, purpose, code)):
            left = self._settings.code_tries - int(spent["tries"])
            raise WrongCode("Type the six digits of the newest message.", tries_left=left)
        return challenge

    async def use(self, challenge: str) -> None:
        """Use the code up, once; raises CodeExpired."""
        used = await rows(
            "UPDATE auth_code SET used_at = ? WHERE challenge = ? AND used_at IS NULL RETURNING phone",
            self._clock.now(),
            challenge,
        )
        if not used:
            raise CodeExpired("This code was used. Ask for a new one.")
        await self._quotas.used(used[0]["phone"])

    async def _store(self, challenge: str, phone: str, purpose: Purpose, browser: str, code: str) -> None:
        """Write the code over this browser's last one, unless that one is still fresh and unused."""
        now = self._clock.now()
        fresh_since = now - timedelta(seconds=self._settings.resend_seconds)
        stored = await rows(
            "INSERT INTO auth_code (challenge, phone, purpose, browser, digest, tries, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (phone, purpose, browser) DO UPDATE SET "
            "challenge = excluded.challenge, digest = excluded.digest, tries = 0, created_at = excluded.created_at, "
            "expires_at = excluded.expires_at, used_at = NULL "
            "WHERE auth_code.used_at IS NOT NULL OR auth_code.created_at <= ? RETURNING challenge",
            challenge,
            phone,
            purpose,
            digest(browser),
            self._digest(challenge, phone, purpose, code),
            now,
            now + timedelta(seconds=self._settings.code_seconds),
            fresh_since,
        )
        if not stored:
            wait = await self._rest_of_wait(phone, purpose, browser, fresh_since)
            raise TooManyCodes("A code is on its way. Wait for it before you ask for another.", retry_after=wait)

    async def _rest_of_wait(self, phone: str, purpose: Purpose, browser: str, fresh_since: datetime) -> int:
        found = await self._find(phone, purpose, browser)
        return int((moment(found[0]["created_at"]) - fresh_since).total_seconds()) + 1

    async def _spend_try(self, phone: str, purpose: Purpose, browser: str) -> dict[str, Any]:
        async with transaction():
            spent = await rows(
                "UPDATE auth_code SET tries = tries + 1 WHERE phone = ? AND purpose = ? AND browser = ? "
                "AND used_at IS NULL AND expires_at > ? AND tries < ? RETURNING challenge, digest, tries",
                phone,
                purpose,
                digest(browser),
                self._clock.now(),
                self._settings.code_tries,
            )
        if not spent:
            raise await self._refusal(phone, purpose, browser)
        return spent[0]

    async def _refusal(self, phone: str, purpose: Purpose, browser: str) -> CodeExpired | TooManyTries:
        found, now = await self._find(phone, purpose, browser), self._clock.now()
        if not found or found[0]["used_at"] or moment(found[0]["expires_at"]) <= now:
            return CodeExpired("Ask for a new code, in this browser.")
        wait = int((moment(found[0]["expires_at"]) - now).total_seconds()) + 1
        return TooManyTries("Ask for a new code.", retry_after=wait)

    async def _find(self, phone: str, purpose: Purpose, browser: str) -> list[dict[str, Any]]:
        return await rows(
            "SELECT created_at, expires_at, used_at FROM auth_code WHERE phone = ? AND purpose = ? AND browser = ?",
            phone,
            purpose,
            digest(browser),
        )

    def _digest(self, challenge: str, phone: str, purpose: Purpose, code: str) -> str:
        return self._secrecy.hashed("code", challenge, phone, purpose, code)

    def _text(self, code: str) -> str:
        minutes = self._settings.code_seconds // 60
        return (
            f"【OneCity】验证码 {code}，{minutes} 分钟内有效，请勿告诉他人。"
            f"Your code is {code}, valid for {minutes} minutes. Tell nobody."
        )

"""Staff passkeys: enrolled by an invitation, good in the staff realm alone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from auth.credentials.webauthn import Ceremonies, CeremonyFailed, NewPasskey, encoded, named
from auth.secrecy import digest
from auth.staff.errors import StaffSignInRefused
from auth.staff.members import Members
from auth.staff.models import StaffMember
from auth.staff.sign_in import StaffSignIn
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_secret

CEREMONY_SECONDS = 300
_ENROL, _SIGN_IN = "enrol", "sign-in"
_REFUSED = "Use the passkey that you enrolled, or ask an operator for another invitation."


class StaffPasskeys:
    """The passkeys of members."""

    def __init__(self, clock: Clock, members: Members, sign_in: StaffSignIn, ceremonies: Ceremonies) -> None:
        self._clock = clock
        self._members = members
        self._sign_in = sign_in
        self._ceremonies = ceremonies

    async def enrolment(self, invitation: str, browser: str) -> tuple[str, dict[str, Any]]:
        """The ceremony's id and PublicKeyCredentialCreationOptionsJSON; raises InvitationSpent."""
        member = await self._members.invited(invitation)
        ceremony, challenge = await self._begin(_ENROL, browser, member.id)
        return ceremony, self._ceremonies.creation_options(challenge, _handle(member), member.login, ())

    async def enrol(
        self, invitation: str, ceremony: str, credential: Mapping[str, Any], name: str, browser: str
    ) -> tuple[StaffMember, str]:
        """Keep the passkey and open a session: its secret. The invitation is used up.

        Raises InvitationSpent, StaffSignInRefused.
        """
        challenge, invited = await self._taken(ceremony, _ENROL, browser)
        try:
            made = self._ceremonies.registered(credential, challenge)
        except CeremonyFailed as error:
            raise StaffSignInRefused(_REFUSED) from error
        async with transaction():
            member = await self._members.use_invitation(invitation)
            if member != invited:
                raise StaffSignInRefused(_REFUSED)
            await self._store(member, made, name)
            secret = await self._sign_in.enter(member, "passkey")
        return await self._members.get(member), secret

    async def options(self, browser: str) -> tuple[str, dict[str, Any]]:
        """The ceremony's id and PublicKeyCredentialRequestOptionsJSON."""
        ceremony, challenge = await self._begin(_SIGN_IN, browser, None)
        return ceremony, self._ceremonies.request_options(challenge)

    async def sign_in(self, ceremony: str, credential: Mapping[str, Any], browser: str) -> tuple[StaffMember, str]:
        """The member whose passkey signed, and a session's secret; raises StaffSignInRefused."""
        challenge, _ = await self._taken(ceremony, _SIGN_IN, browser)
        try:
            credential_id, handle = named(credential)
            known = await self._known(credential_id)
            said = self._ceremonies.asserted(credential, challenge, known["public_key"])
        except CeremonyFailed as error:
            raise StaffSignInRefused(_REFUSED) from error
        async with transaction():
            member = await self._members.get(known["member_id"])
            if handle != _handle(member) or not await self._counted(known["id"], said.sign_count):
                raise StaffSignInRefused(_REFUSED)
            secret = await self._sign_in.enter(member.id, "passkey")
        return member, secret

    async def remove_expired(self) -> None:
        """Remove ceremonies that nobody finished."""
        await rows("DELETE FROM staff_ceremony WHERE expires_at <= ?", self._clock.now())

    async def _known(self, credential_id: str) -> dict[str, Any]:
        found = await rows(
            "SELECT p.id, p.member_id, p.public_key FROM staff_passkey p JOIN staff_member m ON m.id = p.member_id "
            "WHERE p.id = ? AND m.disabled_at IS NULL",
            digest(credential_id),
        )
        if not found:
            raise CeremonyFailed
        return found[0]

    async def _counted(self, passkey: str, count: int) -> bool:
        """Note the use; False where the counter did not go up, as a copy's would not (WebAuthn, section 6.1.1)."""
        return bool(
            await rows(
                "UPDATE staff_passkey SET sign_count = ?, last_used_at = ? "
                "WHERE id = ? AND (sign_count < ? OR (sign_count = 0 AND ? = 0)) RETURNING id",
                count,
                self._clock.now(),
                passkey,
                count,
                count,
            )
        )

    async def _begin(self, purpose: str, browser: str, member: str | None) -> tuple[str, str]:
        ceremony, challenge = new_secret(), new_secret()
        await rows(
            "INSERT INTO staff_ceremony (id, purpose, challenge, browser, member_id, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            ceremony,
            purpose,
            challenge,
            digest(browser),
            member,
            self._clock.now() + timedelta(seconds=CEREMONY_SECONDS),
        )
        return ceremony, challenge

    async def _taken(self, ceremony: str, purpose: str, browser: str) -> tuple[str, str | None]:
        """The challenge, which is gone with that, and whom it was for; raises StaffSignInRefused."""
        found = await rows(
            "DELETE FROM staff_ceremony WHERE id = ? AND purpose = ? AND browser = ? AND expires_at > ? "
            "RETURNING challenge, member_id",
            ceremony,
            purpose,
            digest(browser),
            self._clock.now(),
        )
        if not found:
            raise StaffSignInRefused("Begin again, in this browser.")
        return found[0]["challenge"], found[0]["member_id"]

    async def _store(self, member: str, made: NewPasskey, name: str) -> None:
        """Put the passkey in the place of those before: whoever lost one was invited again."""
        await rows("DELETE FROM staff_passkey WHERE member_id = ?", member)
        await rows(
            "INSERT INTO staff_passkey (id, member_id, credential_id, public_key, sign_count, name, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            digest(made.credential_id),
            member,
            made.credential_id,
            made.public_key,
            made.sign_count,
            name,
            self._clock.now(),
        )


def _handle(member: StaffMember) -> str:
    """The user handle: nothing personal is in a member's id (WebAuthn, section 14.6.1)."""
    return encoded(member.id.encode())

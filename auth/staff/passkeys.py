"""Staff passkeys: enrolled by an invitation, good in the staff realm alone."""

from collections.abc import Mapping
from typing import Any

from auth.credentials.challenges import Ceremony, Challenges
from auth.credentials.webauthn import Ceremonies, CeremonyFailed, NewPasskey, encoded, named
from auth.secrecy import digest
from auth.staff.errors import StaffSignInRefused
from auth.staff.members import Members
from auth.staff.models import StaffMember
from auth.staff.sign_in import StaffSignIn
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId

_REFUSED = "Use the passkey that you enrolled, or ask an operator for another invitation."


class StaffPasskeys:
    """The passkeys of members."""

    def __init__(
        self, clock: Clock, members: Members, sign_in: StaffSignIn, challenges: Challenges, ceremonies: Ceremonies
    ) -> None:
        self._clock = clock
        self._members = members
        self._sign_in = sign_in
        self._challenges = challenges
        self._ceremonies = ceremonies

    async def enrolment(self, invitation: str, browser: str) -> tuple[str, dict[str, Any]]:
        """The ceremony's id and PublicKeyCredentialCreationOptionsJSON; raises InvitationSpent."""
        member = await self._members.invited(invitation)
        issued = await self._challenges.issue(Ceremony.STAFF_ENROL, browser, AccountId(member.id))
        return issued.id, self._ceremonies.creation_options(issued.challenge, _handle(member), member.login, ())

    async def enrol(
        self, invitation: str, ceremony: str, credential: Mapping[str, Any], name: str, browser: str
    ) -> tuple[StaffMember, str]:
        """Keep the passkey and open a session: its secret. The invitation is used up.

        Raises InvitationSpent, PasskeyChallengeExpired, StaffSignInRefused.
        """
        invited = await self._members.invited(invitation)
        challenge = await self._challenges.take(ceremony, Ceremony.STAFF_ENROL, browser, AccountId(invited.id))
        try:
            made = self._ceremonies.registered(credential, challenge)
        except CeremonyFailed as error:
            raise StaffSignInRefused(_REFUSED) from error
        async with transaction():
            member = await self._members.use_invitation(invitation)
            await self._store(member, made, name)
            secret = await self._sign_in.enter(member, "passkey")
        return await self._members.get(member), secret

    async def options(self, browser: str) -> tuple[str, dict[str, Any]]:
        """The ceremony's id and PublicKeyCredentialRequestOptionsJSON."""
        issued = await self._challenges.issue(Ceremony.STAFF_SIGN_IN, browser)
        return issued.id, self._ceremonies.request_options(issued.challenge)

    async def sign_in(self, ceremony: str, credential: Mapping[str, Any], browser: str) -> tuple[StaffMember, str]:
        """The member whose passkey signed, and a session's secret.

        Raises PasskeyChallengeExpired, StaffSignInRefused.
        """
        challenge = await self._challenges.take(ceremony, Ceremony.STAFF_SIGN_IN, browser)
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

"""What an account's owner is told: written with the change itself, told afterwards, so that no crash keeps it quiet."""

from enum import StrEnum

from auth.columns import to_json
from core.clock import Clock
from core.database import rows
from core.ids import AccountId, new_id


class EventKind(StrEnum):
    """What happened; the words that residents read are with whoever tells it."""

    NEW_DEVICE = "new-device"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of an event
    PASSWORD_REMOVED = "password-removed"  # noqa: S105 - the same
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_COPIED = "passkey-copied"
    SECOND_FACTOR_ADDED = "second-factor-added"
    SECOND_FACTOR_REMOVED = "second-factor-removed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    PHONE_CHANGED = "phone-changed"
    NUMBER_RECYCLED = "number-recycled"
    NAME_CHANGED = "name-changed"
    LEVEL_CHANGED = "level-changed"
    ACCOUNTS_MERGED = "accounts-merged"
    MERGE_UNDONE = "merge-undone"
    EXPORT_READY = "export-ready"
    DELETION_ASKED = "deletion-asked"
    DELETION_CANCELLED = "deletion-cancelled"
    MANDATE_OFFERED = "mandate-offered"
    MANDATE_ACCEPTED = "mandate-accepted"
    MANDATE_ENDED = "mandate-ended"
    IDENTITY_BOUND = "identity-bound"
    IDENTITY_REMOVED = "identity-removed"
    CLIENT_CONNECTED = "client-connected"
    GUESSING = "guessing"


class Events:
    """Where the rules write down what an owner is to know."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def record(self, account: AccountId, kind: EventKind, *, phone: str | None = None, **details: str) -> None:
        """Write the event with the open transaction; `phone` gets a text message as well: the old channel.

        `details` hold what the notice says (a device, a place, a mandate), never a secret or a full number.
        """
        now = self._clock.now()
        await rows(
            "INSERT INTO security_event (id, account_id, kind, details, phone, at) VALUES (?, ?, ?, ?, ?, ?)",
            new_id(now),
            account,
            kind.value,
            to_json(details),
            phone,
            now,
        )

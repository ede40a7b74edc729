"""What only the owner may do: it asks for an authentication of just now, whatever the session is worth otherwise."""

from datetime import datetime, timedelta

from auth.errors import ReauthenticationNeeded
from core.access import Resident

FRESH_SECONDS = 600


def check_fresh(resident: Resident, now: datetime, seconds: int = FRESH_SECONDS) -> None:
    """Let pass whose session authenticated within the last `seconds`; raises ReauthenticationNeeded.

    A session is never weaker than the account's own set-up asks for, so its age alone decides.
    """
    if resident.authenticated_at is None or now - resident.authenticated_at > timedelta(seconds=seconds):
        raise ReauthenticationNeeded("Authenticate again: POST /api/v1/step-up/….", max_age=seconds)

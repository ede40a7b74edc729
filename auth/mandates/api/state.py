"""What the endpoints of this room need."""

from auth.api.state import AuthState


class MandatesState(AuthState):
    """The account's own endpoints need the mandates too, so all of it is there."""

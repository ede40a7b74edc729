"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.mandates.services import MandatesServices


class MandatesState(AuthState):
    mandates: MandatesServices

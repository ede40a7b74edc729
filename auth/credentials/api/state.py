"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.credentials.services import CredentialsServices


class CredentialsState(AuthState):
    credentials: CredentialsServices

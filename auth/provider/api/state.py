"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.provider.services import ProviderServices


class ProviderState(AuthState):
    provider: ProviderServices

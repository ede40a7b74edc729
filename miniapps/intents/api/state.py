"""What the endpoints of intents need."""

from core.access import AccessState
from miniapps.intents.intents import Intents
from miniapps.intents.providers import Providers


class IntentsState(AccessState):
    intents: Intents
    intent_providers: Providers

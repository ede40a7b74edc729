"""The operations of intents."""

from core.access import resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.problems import IdempotencyKeyReused
from miniapps.errors import ServiceUnknown
from miniapps.intents.api import endpoints
from miniapps.intents.api.schemas import IntentAnswer, IntentBody, OpenedIntent, ResultBody, SignedResult
from miniapps.intents.errors import (
    IntentClosed,
    IntentExpired,
    IntentNotDeclared,
    IntentTooLarge,
    IntentUnknown,
    KeyUnusable,
    NoProvider,
    ProviderUnclear,
    TooManyIntents,
)

_KEY = (("Idempotency-Key", False),)
_KEYED = (KeyUnusable, IdempotencyKeyReused, IntentTooLarge, NoProvider, DatabaseBusy)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/api/v1/intents",
        endpoint=endpoints.open_intent,
        guard=resident,
        summary="Ask another service for something, on behalf of the one that the resident is in",
        tag="intents",
        status=201,
        body=IntentBody,
        answer=OpenedIntent,
        problems=(ServiceUnknown, IntentNotDeclared, ProviderUnclear, TooManyIntents, *_KEYED),
        wire_headers=_KEY,
    ),
    Operation(
        method="GET",
        path="/api/v1/intents/{intent_id}",
        endpoint=endpoints.show_intent,
        guard=resident,
        summary="What was asked of a service, and how it stands",
        tag="intents",
        answer=IntentAnswer,
        problems=(IntentUnknown,),
    ),
    Operation(
        method="POST",
        path="/api/v1/intents/{intent_id}/result",
        endpoint=endpoints.close_intent,
        guard=resident,
        summary="Answer what was asked, once, and have the answer signed; or leave without one",
        tag="intents",
        body=ResultBody,
        answer=SignedResult,
        problems=(IntentUnknown, IntentClosed, IntentExpired, *_KEYED),
        wire_headers=_KEY,
    ),
)

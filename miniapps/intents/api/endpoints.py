"""Intents: the shell opens one for the page that asks, and closes it with what the other page answers."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.access import resident_of
from core.bodies import answer, read_json
from core.ids import ServiceId
from miniapps.intents.api.schemas import (
    IntentAnswer,
    IntentBody,
    OpenedIntent,
    ProviderAnswer,
    ResultBody,
    ServiceName,
    SignedResult,
)
from miniapps.intents.api.state import IntentsState
from miniapps.intents.errors import KeyUnusable
from miniapps.values import from_text

_LONGEST_KEY = 255
_NEVER_STORED = {"Cache-Control": "no-store"}


async def open_intent(request: Request[IntentsState]) -> Response:
    asked, key = (await read_json(request, IntentBody)).asked(), _key(request)
    intent, provider = await request.state["intents"].ask(resident_of(request).account, asked, key)
    opened = OpenedIntent(id=intent.id, provider=ProviderAnswer.of_provider(provider), expires_at=intent.expires_at)
    return answer(opened, 201, {"Location": f"/api/v1/intents/{intent.id}"})


async def show_intent(request: Request[IntentsState]) -> Response:
    intents, providers = request.state["intents"], request.state["intent_providers"]
    intent = await intents.find(resident_of(request).account, request.path_params["intent_id"])
    asker, provider = [await providers.name(ServiceId(each)) for each in (intent.service_id, intent.provider_id)]
    shown = {
        "id": intent.id,
        "asker": ServiceName.of(asker, intent.service_id),
        "name": intent.name,
        "payload": from_text(intent.payload),
        "provider": ServiceName.of(provider, intent.provider_id),
        "state": "expired" if intents.is_over(intent) else intent.state,
        "created_at": intent.created_at,
        "expires_at": intent.expires_at,
    }
    return answer(IntentAnswer.model_validate(shown), headers=_NEVER_STORED)


async def close_intent(request: Request[IntentsState]) -> Response:
    body, key = await read_json(request, ResultBody), _key(request)
    intents, account, intent_id = (
        request.state["intents"],
        resident_of(request).account,
        request.path_params["intent_id"],
    )
    if body.cancelled:
        closed = await intents.cancel(account, intent_id, key)
    else:
        closed = await intents.answer(account, intent_id, body.result, key)
    return answer(SignedResult.of(closed), headers=_NEVER_STORED)


def _key(request: Request[Any]) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
        raise KeyUnusable("Send a new one with each request, and the same when you repeat it.")
    return key

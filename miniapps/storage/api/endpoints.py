"""A service's storage: the shell calls it for the pages of the service in its frame."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.access import resident_of
from core.bodies import BODY_LIMIT, answer, read_json, read_query
from core.ids import MandateId, ServiceId
from miniapps.storage.api.schemas import StorageAnswer, StorageQuery, StoredValue
from miniapps.storage.api.state import StorageState
from miniapps.storage.storage import QUOTA, Kept, Place

_BYTES = QUOTA + BODY_LIMIT
"""Of a body: what fits, and the blanks that are not kept."""


async def list_stored_keys(request: Request[StorageState]) -> Response:
    contents = await request.state["storage"].contents(_place(request))
    return answer(StorageAnswer(keys=contents.keys, used=contents.used, quota=QUOTA))


async def get_stored_value(request: Request[StorageState]) -> Response:
    kept = await request.state["storage"].get(_place(request), request.path_params["key"])
    return Response(_written(kept), media_type="application/json")


async def put_stored_value(request: Request[StorageState]) -> Response:
    place, key = _place(request), request.path_params["key"]
    value = (await read_json(request, StoredValue, _BYTES)).value
    if value is None:
        await request.state["storage"].remove(place, key)
    else:
        await request.state["storage"].put(place, key, value)
    return Response(status_code=204)


async def remove_stored_value(request: Request[StorageState]) -> Response:
    await request.state["storage"].remove(_place(request), request.path_params["key"])
    return Response(status_code=204)


def _written(kept: Kept) -> str:
    """KeptAnswer around the value as it is kept, which nothing reads and writes once more."""
    key, at = json.dumps(kept.key, ensure_ascii=False), json.dumps(kept.updated_at.isoformat())
    return f'{{"key":{key},"value":{kept.text},"updated_at":{at}}}'


def _place(request: Request[Any]) -> Place:
    mandate = read_query(request, StorageQuery).mandate
    service = ServiceId(request.path_params["service_id"])
    return Place(resident_of(request).account, service, MandateId(mandate) if mandate else None)

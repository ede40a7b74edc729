"""The operations of storage."""

from core.access import resident
from core.database import DatabaseBusy
from core.operations import Operation
from miniapps.errors import ServiceUnknown
from miniapps.storage.api import endpoints
from miniapps.storage.api.schemas import KeptAnswer, StorageAnswer, StorageQuery, StoredValue
from miniapps.storage.errors import StorageFull, StorageKeyUnknown

_KEY = "/api/v1/services/{service_id}/storage/{key}"
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/api/v1/services/{service_id}/storage",
        endpoint=endpoints.list_stored_keys,
        guard=resident,
        summary="What a service keeps for the resident: its keys, and how much room they take",
        tag="storage",
        query=StorageQuery,
        answer=StorageAnswer,
    ),
    Operation(
        method="GET",
        path=_KEY,
        endpoint=endpoints.get_stored_value,
        guard=resident,
        summary="A value that a service keeps for the resident",
        tag="storage",
        query=StorageQuery,
        answer=KeptAnswer,
        problems=(StorageKeyUnknown,),
    ),
    Operation(
        method="PUT",
        path=_KEY,
        endpoint=endpoints.put_stored_value,
        guard=resident,
        summary="Keep a value for the resident, on all their devices",
        tag="storage",
        query=StorageQuery,
        status=204,
        body=StoredValue,
        problems=(StorageKeyUnknown, ServiceUnknown, StorageFull, DatabaseBusy),
    ),
    Operation(
        method="DELETE",
        path=_KEY,
        endpoint=endpoints.remove_stored_value,
        guard=resident,
        summary="Keep a value no longer",
        tag="storage",
        query=StorageQuery,
        status=204,
        problems=(StorageKeyUnknown, DatabaseBusy),
    ),
)

"""What the endpoints of storage need."""

from core.access import AccessState
from miniapps.storage.storage import Storage


class StorageState(AccessState):
    storage: Storage

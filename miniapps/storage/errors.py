"""The Problems of storage. 404: StorageKeyUnknown. 413: StorageFull."""

from core.problems import ContentTooLarge, NotFound


class StorageKeyUnknown(NotFound):
    title = "Nothing is kept under this key"


class StorageFull(ContentTooLarge):
    title = "The service's storage is full"

"""What the ledger refuses.

Unavailable
└── EntryNotKept 503      the database did not take an entry: the call it tells of is not answered as done
Conflict
└── EntryNotCovered 409   the newest checkpoint is older than the entry
NotFound
├── EntryUnknown 404      no entry of this resident has that id
└── CheckpointUnknown 404 no checkpoint, or none of that size
"""

from core.problems import Conflict, NotFound, Unavailable


class EntryNotKept(Unavailable):
    title = "The record of this access could not be kept"


class EntryNotCovered(Conflict):
    title = "No checkpoint covers this entry yet"

    def __init__(self) -> None:
        super().__init__("Ask again in a minute.", headers={"Retry-After": "10"})


class EntryUnknown(NotFound):
    title = "No such entry is in your record"


class CheckpointUnknown(NotFound):
    title = "There is no such checkpoint"

"""What the ledger refuses.

Unavailable
├── EntryNotKept 503      the database did not take an entry: the call it tells of is not answered as done
└── EntryNotCovered 503   the newest checkpoint is older than the entry
NotFound
├── EntryUnknown 404      no entry of this resident has that id
└── CheckpointUnknown 404 no checkpoint, or none of that size
"""

from core.problems import NotFound, Unavailable


class EntryNotKept(Unavailable):
    title = "The record of this access could not be kept"


class EntryNotCovered(Unavailable):
    title = "No checkpoint covers this entry yet"


class EntryUnknown(NotFound):
    title = "No such entry is in your record"


class CheckpointUnknown(NotFound):
    title = "There is no such checkpoint"

"""The Problems of an account over the years.

401: NumberRecycled, NewcomerExpired, WrongIdentity. 403: SecondFactorMissing. 404: AccountUnknown, MergeUnknown,
ExportUnknown, DownloadGone. 409: NumberTaken, SameAccount, DifferentPersons, MergeTheOtherWay, MergeTooOld,
DeletionWaits, ExportNotReady. 422: NameNotConfirmed. 429: TooManyExports.
"""

from core.problems import Conflict, Forbidden, NotFound, TooManyRequests, Unauthenticated, Unprocessable


class NumberRecycled(Unauthenticated):
    title = "This number belonged to somebody else"


class NewcomerExpired(Unauthenticated):
    title = "Prove the number again"


class WrongIdentity(Unauthenticated):
    title = "The account belongs to somebody else"


class SecondFactorMissing(Forbidden):
    title = "The other account has a second factor"


class NumberTaken(Conflict):
    title = "Another account has this number"


class AccountUnknown(NotFound):
    title = "No account has this number"


class SameAccount(Conflict):
    title = "Both are the same account"


class DifferentPersons(Conflict):
    title = "The two accounts belong to two persons"


class MergeTheOtherWay(Conflict):
    title = "The other account is the better known one"


class MergeUnknown(NotFound):
    title = "You have no such merge"


class MergeTooOld(Conflict):
    title = "The two accounts can no longer be parted"


class DeletionWaits(Conflict):
    title = "The account is about to be deleted"


class NameNotConfirmed(Unprocessable):
    title = "The register does not know this name with this number"


class TooManyExports(TooManyRequests):
    title = "Too many archives were asked for"


class ExportUnknown(NotFound):
    title = "You have no such archive"


class ExportNotReady(Conflict):
    title = "The archive cannot be linked to"


class DownloadGone(NotFound):
    title = "The link is not good any more"

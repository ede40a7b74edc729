"""The Problems of the door, beside those of tokens and consents (auth) and of contracts (miniapps).

client     RequestUnreadable, RequestAmbiguous, TargetUnreadable 400 · RequestTimeout 408 · TargetTooLong 414 ·
           ExpectationUnknown 417 · HeadTooLarge 431
gateway    UpstreamNotDeclared, OperationNotDeclared, ScopeMissing 403 · UpstreamUnknown, OperationUnknown 404 ·
           LimitReached 429 · UpstreamBusy, UpstreamResting, Overloaded, LedgerUnavailable 503
upstream   UpstreamUnreachable, UpstreamBroken 502 · UpstreamTimeout 504
"""

from core.problems import (
    BadGateway,
    BadRequest,
    Forbidden,
    GatewayTimeout,
    NotFound,
    Problem,
    TooManyRequests,
    Unavailable,
)


class RequestUnreadable(BadRequest):
    title = "This is no request that can be read"


class RequestAmbiguous(BadRequest):
    title = "This request can be read in two ways"


class TargetUnreadable(BadRequest):
    title = "The path of this call is not acceptable"


class RequestTimeout(Problem):
    status = 408
    title = "The request did not come in time"


class TargetTooLong(Problem):
    status = 414
    title = "The address is too long"


class ExpectationUnknown(Problem):
    status = 417
    title = "The expectation cannot be met"


class HeadTooLarge(Problem):
    status = 431
    title = "The headers are too large, or too many"


class UpstreamNotDeclared(Forbidden):
    title = "This mini-service did not declare that department system"


class OperationNotDeclared(Forbidden):
    title = "This mini-service did not declare that operation"


class ScopeMissing(Forbidden):
    title = "The resident did not agree to this"


class UpstreamUnknown(NotFound):
    title = "No department system has that name"


class OperationUnknown(NotFound):
    title = "The department's system has no such operation"


class LimitReached(TooManyRequests):
    title = "Too many calls"


class UpstreamBusy(Unavailable):
    title = "The department's system has as many calls as it may have at once"


class UpstreamResting(Unavailable):
    title = "The department's system failed too often, and is left alone for a moment"


class Overloaded(Unavailable):
    title = "The gateway has more to do than it can"


class LedgerUnavailable(Unavailable):
    title = "The access cannot be recorded, so it is not given"


class UpstreamUnreachable(BadGateway):
    title = "The department's system cannot be reached"


class UpstreamBroken(BadGateway):
    title = "The department's system broke off its answer"


class UpstreamTimeout(GatewayTimeout):
    title = "The department's system took too long"

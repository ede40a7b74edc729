"""What can be wrong with a notice, a subscription or a stream."""

from core.problems import BadRequest, NotFound, TooManyRequests, Unprocessable


class IdempotencyKeyMissing(BadRequest):
    title = "This needs an Idempotency-Key of 1 to 255 characters"


class RecipientUnknown(NotFound):
    title = "Your department knows no resident by that recipient"


class ServiceNotYours(Unprocessable):
    title = "Your department has no service of that name"


class NoticeUnknown(NotFound):
    title = "Your inbox has no such notice"


class PushServiceUnknown(Unprocessable):
    title = "The endpoint is not at a push service that we know"


class SubscriptionUnknown(NotFound):
    title = "You have no such subscription"


class TooManyStreams(TooManyRequests):
    title = "Too many live streams are open for this account"

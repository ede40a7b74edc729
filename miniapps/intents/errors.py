"""The Problems of intents.

400: KeyUnusable. 403: IntentNotDeclared. 404: IntentUnknown, NoProvider. 409: ProviderUnclear, IntentClosed,
IntentExpired. 413: IntentTooLarge. 429: TooManyIntents.
"""

from core.problems import BadRequest, Conflict, ContentTooLarge, Forbidden, NotFound, TooManyRequests


class KeyUnusable(BadRequest):
    title = "An Idempotency-Key has 1 to 255 characters"


class IntentNotDeclared(Forbidden):
    title = "The service does not declare that it uses this intent"


class IntentUnknown(NotFound):
    title = "You have no such intent"


class NoProvider(NotFound):
    title = "No service provides this intent"


class ProviderUnclear(Conflict):
    title = "Several services provide this intent"


class IntentClosed(Conflict):
    title = "The intent was answered or cancelled already"


class IntentExpired(Conflict):
    title = "The intent's time is over"


class IntentTooLarge(ContentTooLarge):
    title = "The intent carries too much"


class TooManyIntents(TooManyRequests):
    title = "Too much was asked of other services"

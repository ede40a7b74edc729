"""What can go wrong with identities of elsewhere.

Problems: 404: ExternalProviderUnknown, ExternalIdentityUnknown. 409: ExternalIdentityTaken, NoIdentityPending.

ExternalRefused is no Problem: a browser that comes back from a provider is sent to a page of the shell, whatever
happened, and a provider's server is answered in the shape of its specification.
"""

from core.problems import Conflict, NotFound


class ExternalProviderUnknown(NotFound):
    title = "There is no such provider"


class ExternalIdentityUnknown(NotFound):
    title = "Your account has no such identity"


class ExternalIdentityTaken(Conflict):
    title = "This identity belongs to another account"


class NoIdentityPending(Conflict):
    title = "No identity waits for its account"


class ExternalRefused(Exception):
    """What a provider or a browser on its way back says does not do; the text says why, without secrets."""


class ProviderSilent(ExternalRefused):
    """A provider that brought no whole answer in time, or one that is too long."""


class ResidentDeclined(ExternalRefused):
    """The provider says that the person did not go through with it."""

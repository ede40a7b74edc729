"""Queries and answers of identities of elsewhere."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel

from auth.external.models import BoundIdentity
from auth.external.pending import Pending
from auth.external.providers import Provider
from core.bodies import Answer, Localized

OwnPath = Annotated[str, Field(max_length=500, pattern=r"^/([!-.0-\[\]-~][!-\[\]-~]*)?$")]
"""A path of the app itself: no host can be written into it, and no backslash, which browsers read as a slash."""


class ProviderAnswer(Answer):
    id: str
    name: Localized

    @classmethod
    def of(cls, provider: Provider) -> Self:
        return cls(id=provider.id, name=provider.settings.name)


class ProvidersAnswer(RootModel[list[ProviderAnswer]]):
    """The providers that residents may sign in with."""


class IdentityAnswer(Answer):
    id: str
    provider: str
    created_at: AwareDatetime
    last_used_at: AwareDatetime

    @classmethod
    def of(cls, bound: BoundIdentity) -> Self:
        return cls(id=bound.id, provider=bound.provider, created_at=bound.created_at, last_used_at=bound.last_used_at)


class PendingAnswer(Answer):
    provider: str
    name: str | None = Field(description="what the provider calls the person; for reading alone")


class IdentitiesAnswer(Answer):
    """An account's identities, and the one that waits in this browser to be bound."""

    items: list[IdentityAnswer]
    pending: PendingAnswer | None

    @classmethod
    def of(cls, bound: list[BoundIdentity], pending: Pending | None) -> Self:
        return cls(
            items=[IdentityAnswer.of(each) for each in bound],
            pending=PendingAnswer(provider=pending.provider, name=pending.name) if pending else None,
        )


class StartQuery(BaseModel):
    """Where to go afterwards, and whether to bind the identity to the account that is signed in."""

    model_config = ConfigDict(extra="forbid")

    next: OwnPath = "/"
    bind: bool = False


class ReturnQuery(BaseModel):
    """What a provider adds to the address (RFC 6749, section 4.1.2; RFC 9207)."""

    state: str | None = None
    code: str | None = None
    iss: str | None = None
    error: str | None = None


class LogoutForm(BaseModel):
    """OpenID Connect Back-Channel Logout 1.0, section 2.5."""

    logout_token: Annotated[str, Field(min_length=1, max_length=8192)]


class LogoutError(Answer):
    """Section 2.8 of the same."""

    error: str
    error_description: str

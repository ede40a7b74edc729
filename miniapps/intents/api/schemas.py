"""The shapes of intents on the wire."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from core.bodies import Answer, Body, Localized
from core.ids import LABEL_PATTERN, ServiceId
from miniapps.intents.intents import Asked
from miniapps.intents.models import Intent
from miniapps.intents.providers import Provider
from miniapps.manifest import INTENT_PATTERN
from miniapps.services import LiveService
from miniapps.values import from_text

Label = Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]


class IntentBody(Body):
    asker: Annotated[Label, Field(alias="from", description="the service that asks")]
    name: Annotated[str, Field(pattern=INTENT_PATTERN)]
    payload: Any = Field(description="any JSON of 16 kB at the most: what the provider's page gets")
    provider: Annotated[Label | None, Field(description="needed where several services provide it")] = None

    def asked(self) -> Asked:
        provider = ServiceId(self.provider) if self.provider else None
        return Asked(service=ServiceId(self.asker), name=self.name, payload=self.payload, provider=provider)


class ResultBody(Body):
    """One of the two."""

    result: Any = Field(None, description="any JSON of 4 kB at the most")
    cancelled: Annotated[Literal[True] | None, Field(description="the resident left without an answer")] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if ("result" in self.model_fields_set) is (self.cancelled is True):
            raise ValueError("give either a result, or cancelled as true")
        return self


class ServiceName(Answer):
    id: str
    name: Localized

    @classmethod
    def of(cls, service: LiveService | None, service_id: str) -> "ServiceName":
        return cls(id=service_id, name=service.name if service else {"zh-CN": service_id})


class ProviderAnswer(ServiceName):
    """The service that is to answer, and where in it that begins."""

    department: ServiceName
    icon: str
    origin: str
    path: str
    title: Localized | None = Field(description="what it is called there")

    @classmethod
    def of_provider(cls, provider: Provider) -> "ProviderAnswer":
        service = provider.service
        return cls(
            id=service.id,
            name=service.name,
            department=ServiceName(id=service.department, name=service.department_name),
            icon=service.icon,
            origin=service.origin,
            path=provider.provided.path,
            title=provider.provided.title,
        )


class OpenedIntent(Answer):
    id: str
    provider: ProviderAnswer
    expires_at: AwareDatetime


class IntentAnswer(Answer):
    id: str
    asker: ServiceName = Field(serialization_alias="from")
    name: str
    payload: Any
    provider: ServiceName
    state: Literal["open", "answered", "cancelled", "expired"]
    created_at: AwareDatetime
    expires_at: AwareDatetime


class SignedResult(Answer):
    token: str | None = Field(description="the result, signed for the asking service's department; null: cancelled")
    result: Any

    @classmethod
    def of(cls, intent: Intent) -> "SignedResult":
        return cls(token=intent.token, result=from_text(intent.result) if intent.result else None)

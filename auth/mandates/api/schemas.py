"""Bodies and answers of the mandates' endpoints."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, RootModel, StringConstraints

from auth.mandates.acts import Act, Action
from auth.mandates.mandates import Role, State, View
from auth.mandates.represented import Party, PrincipalKind
from auth.ports import MandateKind
from core.bodies import Answer, Body, Localized
from core.ids import ID_PATTERN, LABEL_PATTERN
from core.pages import PageQuery

ServiceLabel = Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]
CompanyRole = Literal["administrator", "clerk", "finance"]
Phone = Annotated[str, Field(max_length=40, description="the other's mobile number")]
CreditCode = Annotated[str, Field(max_length=40, description="unified social credit code (GB 32100)")]


class Covering(Body):
    """What every mandate says."""

    services: Annotated[
        list[ServiceLabel] | None, Field(min_length=1, max_length=100, description="null: all services")
    ] = None
    expires_in_days: Annotated[int | None, Field(ge=1, le=365, description="null: what the city sets")] = None


class OfferFamily(Covering):
    """For a relative; the other side confirms."""

    kind: Literal["family"]
    direction: Annotated[Literal["i-act", "they-act"], Field(description="who is to act for whom")]
    phone: Phone


class ClaimGuardian(Covering):
    """For one's own child, by the population register."""

    kind: Literal["guardian"]
    name: Annotated[str, Field(min_length=1, max_length=80, description="the child's name")]
    id_number: Annotated[str, Field(max_length=40, description="the child's")]


class ActForLegalPerson(Covering):
    """For the legal person that one represents, or, with a phone and roles, to appoint somebody for it."""

    kind: Literal["legal-person"]
    credit_code: CreditCode
    phone: Annotated[Phone | None, Field(description="whom to appoint; null: oneself, as its representative")] = None
    roles: Annotated[tuple[CompanyRole, ...], Field(max_length=3, description="of whom is appointed")] = ("clerk",)


class NewMandate(RootModel[Annotated[OfferFamily | ClaimGuardian | ActForLegalPerson, Field(discriminator="kind")]]):
    """One of the three kinds."""


class MandateQuery(PageQuery):
    role: Annotated[Role | None, Field(description="only where one acts, or only where one is acted for")] = None


class ActQuery(PageQuery):
    pass


class PartyAnswer(Answer):
    """A person's name is masked; until they accepted it is their masked number. Null: the account is closed."""

    name: str | None
    kind: PrincipalKind

    @classmethod
    def of(cls, party: Party) -> Self:
        return cls(name=party.name, kind=party.kind)


class MandateAnswer(Answer):
    id: str
    kind: MandateKind
    role: Role = Field(description="whether one acts or is acted for")
    principal: PartyAnswer = Field(description="who is acted for")
    actor: PartyAnswer
    services: list[str] | None = Field(description="null: all services")
    roles: list[CompanyRole]
    state: State
    offered_by: Literal["me", "them"]
    created_at: AwareDatetime
    accepted_at: AwareDatetime | None
    expires_at: AwareDatetime = Field(description="when the mandate, or the open offer, ends by itself")
    ended_at: AwareDatetime | None

    @classmethod
    def of(cls, view: View) -> Self:
        mandate = view.mandate
        return cls.model_validate(
            {
                "id": mandate.id,
                "kind": mandate.kind,
                "role": view.role,
                "principal": PartyAnswer.of(view.principal),
                "actor": PartyAnswer.of(view.actor),
                "services": mandate.services,
                "roles": mandate.roles,
                "state": view.state,
                "offered_by": "me" if view.mine else "them",
                "created_at": mandate.created_at,
                "accepted_at": mandate.accepted_at,
                "expires_at": mandate.expires_at,
                "ended_at": mandate.ended_at,
            }
        )


class ActAnswer(Answer):
    """One thing that was done on a mandate; `summary` and `outcome` (an HTTP status) are those of an access."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    at: AwareDatetime
    action: Action
    service: str | None
    summary: Localized | None
    outcome: int | None

    @classmethod
    def of(cls, act: Act) -> Self:
        return cls(
            id=act.id, at=act.at, action=act.action, service=act.service, summary=act.summary, outcome=act.outcome
        )


class IdentityAnswer(Answer):
    """Who one can be: oneself (no mandate), or whom one acts for."""

    mandate: str | None
    kind: Literal["self", "guardian", "family", "legal-person"]
    name: str | None
    roles: list[CompanyRole]
    services: list[str] | None
    expires_at: AwareDatetime | None

    @classmethod
    def of(cls, view: View) -> Self:
        mandate = view.mandate
        return cls.model_validate(
            {
                "mandate": mandate.id,
                "kind": mandate.kind,
                "name": view.principal.name,
                "roles": mandate.roles,
                "services": mandate.services,
                "expires_at": mandate.expires_at,
            }
        )


class Identities(Answer):
    items: list[IdentityAnswer]

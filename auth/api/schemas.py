"""Bodies and answers of the account's endpoints."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from auth.accounts import Locale
from auth.guard.api.callers import ProofBody
from auth.masking import masked_name, masked_phone
from auth.mini_tokens import IssuedToken
from auth.models import Account, Consent, Session
from auth.ports import MandateKind
from core.bodies import Answer, Body, Localized
from core.ids import ID_PATTERN
from core.pages import PageQuery

ScopeName = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class AskForCode(Body):
    phone: Annotated[str, Field(max_length=40, description="a mobile number of mainland China")]
    proof: Annotated[ProofBody | None, Field(description="the answer to the challenge of `challenge-needed`")] = None


class CodeSent(Answer):
    expires_in: int = Field(description="seconds for which the code counts")
    resend_in: int = Field(description="seconds until another may be asked for")


class OpenSession(Body):
    phone: Annotated[str, Field(max_length=40, description="the number that the code was sent to")]
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    device: Annotated[str | None, Field(max_length=200, description="what the list of devices is to show")] = None
    proof: Annotated[ProofBody | None, Field(description="the answer to the challenge of `challenge-needed`")] = None


class AccountAnswer(Answer):
    """A resident as they see themselves, masked."""

    name: str | None
    phone: str | None = Field(description="null for an account whose number went to somebody else")
    loa: Annotated[int, Field(ge=1, le=4)]
    locale: Locale
    elder: bool
    created_at: AwareDatetime
    hold_until: AwareDatetime | None = Field(description="until then the account counts as level 2 at most")

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            name=masked_name(account.name),
            phone=masked_phone(account.phone),
            loa=account.loa,
            locale="en" if account.locale == "en" else "zh-CN",
            elder=account.elder,
            created_at=account.created_at,
            hold_until=account.hold_until,
        )


class Preferences(Body):
    locale: Locale | None = None
    elder: StrictBool | None = None


class SessionAnswer(Answer):
    id: str
    device: str
    place: str = Field(description="where it was opened: a name, or a part of the address; may be empty")
    amr: list[str] = Field(description="the means of the last authentication (RFC 8176)")
    authenticated_at: AwareDatetime
    created_at: AwareDatetime
    last_seen_at: AwareDatetime
    current: bool = Field(description="whether it is the session that asks")

    @classmethod
    def of(cls, session: Session, current: str) -> Self:
        return cls(
            id=session.id,
            device=session.device,
            place=session.place,
            amr=session.amr.split(),
            authenticated_at=session.authenticated_at or session.created_at,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            current=session.id == current,
        )


class SignedInAnswer(Answer):
    account: AccountAnswer
    session: SessionAnswer
    new_account: bool


class DeviceQuery(PageQuery):
    limit: Annotated[int, Field(ge=1, le=100, description="items on a page")] = 50


class ConsentQuery(DeviceQuery):
    pass


class GiveConsent(Body):
    scopes: Annotated[list[ScopeName], Field(max_length=100, description="the scopes granted, out of those shown")]
    version: Annotated[str, Field(min_length=1, max_length=80, description="the release whose reasons were shown")]


class ServiceName(Answer):
    id: str
    name: Localized


class GrantedScope(Answer):
    name: str
    reason: Localized


class ConsentAnswer(Answer):
    """What one mini-service may have, as the resident was told when they granted it."""

    service: ServiceName
    scopes: list[GrantedScope]
    version: str
    granted_at: datetime

    @classmethod
    def of(cls, consent: Consent) -> Self:
        return cls.model_validate(
            {
                "service": {"id": consent.service_id, "name": consent.service_name},
                "scopes": consent.scopes,
                "version": consent.version,
                "granted_at": consent.granted_at,
            }
        )


class ActOn(BaseModel):
    """The query of what can be done for another as well."""

    model_config = ConfigDict(extra="forbid")

    mandate: Annotated[
        str | None, Field(pattern=ID_PATTERN, description="on which one does this for whom one acts for")
    ] = None


class AskForToken(Body):
    mandate: Annotated[
        str | None, Field(pattern=ID_PATTERN, description="on which one acts for another; null: in one's own name")
    ] = None


class ActingForAnswer(Answer):
    name: str | None = Field(description="masked, where it is a person's")
    kind: MandateKind


class TokenAnswer(Answer):
    token: str
    expires_in: int
    scope: str
    sub: str
    acting_for: ActingForAnswer | None

    @classmethod
    def of(cls, issued: IssuedToken) -> Self:
        whom = issued.acting_for
        return cls(
            token=issued.token,
            expires_in=issued.expires_in,
            scope=issued.scope,
            sub=issued.sub,
            acting_for=ActingForAnswer(name=whom.name, kind=whom.mandate.kind) if whom else None,
        )


class IdentityTokenAnswer(Answer):
    token: str
    expires_in: int

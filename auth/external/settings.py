"""What can be set about identities of elsewhere; auth/settings.py nests it."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from core.bodies import Localized
from core.ids import LABEL_PATTERN

Realm = Literal["resident", "staff"]
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" or local) or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("give an https address without query and fragment (http on this machine alone)")
    return value


class ExternalProvider(BaseModel):
    """One provider that the city is a client of. Exactly one of `client_secret` and `client_key` is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, AfterValidator(_issuer), StringConstraints(max_length=255)]
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    client_secret: SecretStr | None = None
    client_key: SecretStr | None = Field(None, description="A private key on P-256 in PEM, for private_key_jwt.")
    scopes: tuple[str, ...] = ("openid", "profile")
    name: Localized
    realm: Realm
    algorithms: tuple[Literal["RS256", "ES256"], ...] = Field(
        ("RS256", "ES256"), min_length=1, description="What its ID tokens and logout tokens may be signed with."
    )
    max_age_seconds: int | None = Field(
        None, ge=0, description="How old its authentication may be; the provider is then asked for its time."
    )
    response_iss: bool = Field(False, description="Refuse answers without `iss`, whatever the provider's metadata say.")

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if (self.client_secret is None) == (self.client_key is None):
            raise ValueError("give client_secret or client_key, one of them")
        if "openid" not in self.scopes:
            raise ValueError("scopes must name openid")
        return self


class ExternalSettings(BaseModel):
    """Identities of elsewhere: providers that we are a client of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: dict[Annotated[str, StringConstraints(pattern=LABEL_PATTERN)], ExternalProvider] = Field(
        default_factory=dict,
        description="Providers by a label of ours, as JSON: issuer, client_id, client_secret or client_key, scopes, "
        "name, realm (resident or staff).",
    )
    call_seconds: float = Field(5, gt=0, le=30, description="Time that one call to a provider may take altogether.")
    metadata_seconds: int = Field(3600, ge=60, le=86_400, description="For how long a provider's metadata are kept.")
    attempt_seconds: int = Field(600, ge=60, le=3600, description="Time to come back from a provider's sign-in page.")
    pending_seconds: int = Field(
        600, ge=60, le=3600, description="Time to prove a phone number for an identity that has no account yet."
    )

    @model_validator(mode="after")
    def _issuers_once(self) -> Self:
        issuers = [each.issuer for each in self.providers.values()]
        if len(set(issuers)) != len(issuers):
            raise ValueError("an issuer stands twice")
        return self

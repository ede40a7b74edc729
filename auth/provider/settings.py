"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork


class ProviderSettings(BaseModel):
    """The OpenID provider: what web services and apps of others sign residents in with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    access_token_seconds: int = Field(600, ge=60, le=3600, description="Life of an access token.")
    id_token_seconds: int = Field(600, ge=60, le=3600, description="Life of an ID token.")
    refresh_token_days: int = Field(30, ge=1, le=180, description="Life of a refresh token, anew at each use.")
    family_days: int = Field(180, ge=1, le=365, description="What came of one sign-in at a client ends after so long.")
    code_seconds: int = Field(60, ge=10, le=600, description="Life of an authorization code.")
    pushed_seconds: int = Field(60, ge=10, le=600, description="Life of a pushed authorization request.")
    interaction_seconds: int = Field(
        900, ge=60, le=3600, description="Time to sign in and decide in the middle of an authorization."
    )
    dpop_nonce: bool = Field(True, description="Whether DPoP proofs must carry a nonce of ours.")
    dpop_nonce_seconds: int = Field(120, ge=30, le=600, description="A DPoP nonce counts for one to two times that.")
    secret_overlap_hours: int = Field(
        72, ge=0, le=720, description="A client's former secret counts for so long beside its new one."
    )
    registration: bool = Field(
        False, description="Whether clients may register themselves (RFC 7591), with an initial access token."
    )
    logout_networks: tuple[IPvAnyNetwork, ...] = Field(
        (), description="Private networks that clients' back-channel logout addresses may be in; by default none may."
    )
    logout_call_seconds: float = Field(5, gt=0, le=30, description="Time that a client has to take a logout token.")
    logout_hours: int = Field(24, ge=1, le=168, description="For how long a client that does not answer is told again.")

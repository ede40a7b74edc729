"""What can be set about accounts, codes, sessions and keys; the gateway reads it from the environment."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from auth.credentials.settings import CredentialsSettings
from auth.external.settings import ExternalSettings
from auth.guard.settings import GuardSettings
from auth.lifecycle.settings import LifecycleSettings
from auth.mandates.settings import MandatesSettings
from auth.proofing.settings import ProofingSettings
from auth.provider.settings import ProviderSettings
from auth.security.settings import SecuritySettings
from auth.shangmi.settings import ShangmiSettings
from auth.staff.settings import StaffSettings


class CodeLimits(BaseModel):
    """How many sign-in codes may be sent, in windows that start on the hour and on the day (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone_hour: int = Field(10, ge=1, description="Codes to one phone number in an hour.")
    phone_day: int = Field(20, ge=1, description="Codes to one phone number in a day.")
    address_hour: int = Field(
        120, ge=1, description="Codes asked for from one network address in an hour; a mobile network shares addresses."
    )
    prefix_hour: int = Field(
        1000,
        ge=1,
        description="Codes in an hour to numbers with the same first seven digits, of which there are 10,000.",
    )
    prefix_day: int = Field(5000, ge=1, description="The same in a day.")
    all_day: int = Field(200_000, ge=1, description="Codes altogether in a day: the budget for text messages.")


class AuthSettings(BaseModel):
    """Accounts, codes, sessions, keys. Times in the unit that the name ends with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr = Field(
        min_length=32, description="Keys the hashes of codes and seals signing keys; at least 32 characters of chance."
    )
    limits: CodeLimits = Field(default_factory=CodeLimits, description="How many sign-in codes may be sent.")
    code_seconds: int = Field(300, ge=60, le=600, description="Life of a sign-in code.")
    code_tries: int = Field(5, ge=1, le=10, description="Guesses at one code.")
    resend_seconds: int = Field(60, ge=0, le=300, description="Time until the same browser may ask for another code.")
    sms_seconds: float = Field(10, gt=0, le=60, description="Time that the text message sender has to take a code.")
    session_idle_days: int = Field(30, ge=1, le=90, description="A session ends when it was not used for so long.")
    session_absolute_days: int = Field(180, ge=1, le=365, description="A session ends after so long in any case.")
    mini_token_seconds: int = Field(300, ge=30, le=600, description="Life of a mini-session token.")
    assertion_seconds: int = Field(60, ge=30, le=300, description="Life of a gateway assertion.")
    assertion_reuse_seconds: int = Field(20, ge=0, le=20, description="A gateway assertion is reused for so long.")
    department_token_seconds: int = Field(600, ge=60, le=3600, description="Life of a department token.")
    key_days: int = Field(90, ge=1, le=365, description="A signing key is followed by the next one after so long.")
    key_lead_seconds: int = Field(
        900, ge=600, le=86_400, description="A signing key is published for so long before its first use."
    )

    guard: GuardSettings = Field(
        default_factory=GuardSettings,
        description="What stands before every attempt: limits, challenges, what text messages may cost.",
    )
    credentials: CredentialsSettings = Field(
        default_factory=CredentialsSettings,
        description="What a resident proves themselves by: passwords, passkeys, one-time codes, recovery codes.",
    )
    proofing: ProofingSettings = Field(
        default_factory=ProofingSettings,
        description="How well the city knows who a resident is: evidence, levels, their end.",
    )
    security: SecuritySettings = Field(
        default_factory=SecuritySettings,
        description="What watches over an account: devices, events that are told, holds.",
    )
    lifecycle: LifecycleSettings = Field(
        default_factory=LifecycleSettings,
        description="An account over the years: another phone, another name, merged, exported, deleted.",
    )
    mandates: MandatesSettings = Field(
        default_factory=MandatesSettings, description="The right to act for another person or a legal person."
    )
    provider: ProviderSettings = Field(
        default_factory=ProviderSettings,
        description="The OpenID provider: what web services and apps of others sign residents in with.",
    )
    external: ExternalSettings = Field(
        default_factory=ExternalSettings, description="Identities of elsewhere: providers that we are a client of."
    )
    shangmi: ShangmiSettings = Field(default_factory=ShangmiSettings, description="National cryptography: SM2, SM3.")
    staff: StaffSettings = Field(
        default_factory=StaffSettings,
        description="The realm of civil servants and department developers, apart from the residents.",
    )

    @property
    def longest_token_seconds(self) -> int:
        """For how long a signature may have to be checked after it was made."""
        ours = (self.mini_token_seconds, self.assertion_seconds, self.department_token_seconds)
        return max(*ours, self.provider.access_token_seconds, self.provider.id_token_seconds)

"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class HashingSettings(BaseModel):
    """Argon2id (RFC 9106) as OWASP's password storage page has it, and how much of it may run at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory_kib: int = Field(19_456, ge=8, le=1_048_576, description="Memory of one hash in KiB.")
    passes: int = Field(2, ge=1, le=10, description="Passes over the memory.")
    lanes: int = Field(1, ge=1, le=8, description="Lanes of one hash.")
    at_once: int = Field(4, ge=1, le=64, description="Hashes made at the same time, each in a thread.")
    waiting: int = Field(64, ge=0, le=10_000, description="Hashes that may wait for a thread; more are told to repeat.")


class CredentialsSettings(BaseModel):
    """What a resident proves themselves by: passwords, passkeys, one-time codes, recovery codes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hashing: HashingSettings = Field(default_factory=HashingSettings, description="How passwords are hashed.")
    password_length: int = Field(10, ge=8, le=64, description="Characters that a password has at least.")
    passkeys: int = Field(20, ge=1, le=100, description="Passkeys of one account.")
    ceremony_seconds: int = Field(300, ge=60, le=600, description="Time to answer a passkey's challenge.")
    ticket_seconds: int = Field(300, ge=60, le=600, description="Time to give the second factor after the first.")
    ticket_tries: int = Field(5, ge=1, le=10, description="Guesses at the second factor after one first factor.")
    totp_tries_hour: int = Field(
        10, ge=5, le=60, description="Guesses at one account's authenticator codes in an hour."
    )

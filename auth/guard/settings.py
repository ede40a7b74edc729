"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class GuardSettings(BaseModel):
    """What stands before every attempt: limits, challenges, what text messages may cost.

    An allowance of 20 an hour may be used at once, and comes back one in three minutes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address_failures_hour: int = Field(
        1200,
        ge=1,
        description="Failures from one network address (IPv6: /64) in an hour; mobile networks share them.",
    )
    browser_failures_hour: int = Field(40, ge=1, description="Failures in one browser in an hour.")
    known_failures_hour: int = Field(
        20, ge=1, description="Failures at one account, of one kind, in a browser that signed in to it before."
    )
    stranger_password_hour: int = Field(
        100, ge=1, description="Wrong passwords at one account in an hour, of all browsers that it does not know."
    )
    pair_failures_hour: int = Field(
        20,
        ge=1,
        description="Wrong passwords at one account from one network address in an hour, strangers only.",
    )
    second_factor_day: int = Field(
        40, ge=1, description="Wrong second factors at one account in a day, of all browsers that it does not know."
    )
    challenge_after: int = Field(
        5, ge=0, description="Failures of strangers at one account after which they are asked for proofs of work."
    )
    challenge_after_codes: int = Field(
        6, ge=0, description="Codes to one number in an hour after which strangers are asked for proofs of work."
    )
    challenge_bits: int = Field(14, ge=1, le=22, description="Zero bits of the first proof of work.")
    challenge_bits_most: int = Field(22, ge=1, le=26, description="Zero bits that a proof of work grows to.")
    challenge_seconds: int = Field(120, ge=30, le=600, description="Life of a challenge.")
    unused_prefix_hour: int = Field(
        300,
        ge=1,
        description="Codes to numbers with the same first seven digits that nobody used: from a third of it on a proof "
        "of work is asked for, and then no more are sent.",
    )
    unused_address_hour: int = Field(100, ge=1, description="The same for codes asked for from one network address.")
    warn_after: int = Field(20, ge=1, description="Failures of strangers in a day that an owner is told of.")
    device_days: int = Field(400, ge=1, le=400, description="A browser stays known for so long after a sign-in.")

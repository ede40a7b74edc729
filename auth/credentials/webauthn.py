"""WebAuthn (W3C Level 3): the only module that knows the library.

Every passkey is discoverable and verifies its user, so that it is two factors at once. No attestation is asked for:
what device a resident owns is nobody's business.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_LONGEST_ID = 1023
"""Bytes of a credential id (WebAuthn, section 4, "Credential ID")."""
_TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)


class CeremonyFailed(Exception):
    """What the browser sent does not prove what it should."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A credential that was just made; the id and the COSE key in base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator said of itself when it signed."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that the account has: its id and how browsers reach it."""

    credential_id: str
    transports: tuple[str, ...]


class Ceremonies:
    """The two ceremonies for one relying party: `origin` is the app host's, from settings."""

    def __init__(self, origin: str, seconds: int) -> None:
        self._origin = origin
        self._rp_id = urlsplit(origin).hostname or ""
        self._milliseconds = seconds * 1000

    def creation_options(self, challenge: str, handle: str, name: str, known: Sequence[Known]) -> dict[str, Any]:
        """PublicKeyCredentialCreationOptionsJSON; `name` is what the resident reads when they choose."""
        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name="OneCity",
            user_id=decoded(handle),
            user_name=name,
            challenge=decoded(challenge),
            timeout=self._milliseconds,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json_dict(options)

    def request_options(self, challenge: str, known: Sequence[Known] = ()) -> dict[str, Any]:
        """PublicKeyCredentialRequestOptionsJSON; without `known` any of the browser's passkeys will do."""
        options = generate_authentication_options(
            rp_id=self._rp_id,
            challenge=decoded(challenge),
            timeout=self._milliseconds,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def registered(self, credential: Mapping[str, Any], challenge: str) -> NewPasskey:
        """Check a RegistrationResponseJSON (section 7.1); raises CeremonyFailed."""
        try:
            verified = verify_registration_response(
                credential=dict(credential),
                expected_challenge=decoded(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
        except Exception as error:  # a stranger's CBOR and ASN.1: the library lets many kinds of error out
            raise CeremonyFailed from error
        if len(verified.credential_id) > _LONGEST_ID:
            raise CeremonyFailed
        return NewPasskey(
            credential_id=encoded(verified.credential_id),
            public_key=encoded(verified.credential_public_key),
            sign_count=verified.sign_count,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
            transports=_transports(credential),
        )

    def asserted(self, credential: Mapping[str, Any], challenge: str, public_key: str) -> Assertion:
        """Check an AuthenticationResponseJSON (section 7.2) but for the counter; raises CeremonyFailed."""
        try:
            verified = verify_authentication_response(
                credential=dict(credential),
                expected_challenge=decoded(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=decoded(public_key),
                credential_current_sign_count=0,  # whoever keeps the counter compares it, and tells of a copy
                require_user_verification=True,
            )
        except Exception as error:
            raise CeremonyFailed from error
        return Assertion(
            sign_count=verified.new_sign_count,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
        )


def named(credential: Mapping[str, Any]) -> tuple[str, str | None]:
    """The credential's id and the user handle that an assertion names; raises CeremonyFailed."""
    try:
        handle = credential["response"].get("userHandle")
        return encoded(decoded(credential["rawId"])), None if handle is None else encoded(decoded(handle))
    except Exception as error:
        raise CeremonyFailed from error


def encoded(content: bytes) -> str:
    """base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _descriptors(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=decoded(each.credential_id), transports=[AuthenticatorTransport(name) for name in each.transports]
        )
        for each in known
    ]


def _transports(credential: Mapping[str, Any]) -> tuple[str, ...]:
    """Those named that there are, each once."""
    said = credential["response"].get("transports")
    named_ones = said if isinstance(said, list) else []
    return tuple(sorted(_TRANSPORTS.intersection(each for each in named_ones if isinstance(each, str))))

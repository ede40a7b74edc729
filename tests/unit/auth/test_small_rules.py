"""The small rules: masking, devices, levels, secrecy, public keys, settings."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from auth.devices import DEVICE_LIMIT, device_of
from auth.jwk import KeyUnusable, jwk_of, public_key, thumbprint
from auth.levels import acr_of, loa_of
from auth.masking import masked_name, masked_phone
from auth.secrecy import SealBroken, Secrecy
from auth.settings import AuthSettings
from tests.unit.auth.wiring import SECRET

KEY = generate_private_key(SECP256R1()).public_key()


@pytest.mark.parametrize(
    ("name", "masked"), [("张三丰", "张*"), ("李", "李*"), ("Li Wei", "L*"), ("", None), (None, None)]
)
def test_a_name_shows_its_first_character(name: str | None, masked: str | None) -> None:
    assert masked_name(name) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_phone_number_hides_its_middle(phone: str) -> None:
    masked = masked_phone(phone)
    assert masked == f"{phone[:3]}****{phone[7:]}"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("(Linux; Android 14; Pixel 8) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("(iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "WeChat on iPhone"),
        (
            "(Phone; OpenHarmony 5.0; HarmonyOS 5.0) Chrome/114.0 Mobile HuaweiBrowser/5.0",
            "Huawei Browser on HarmonyOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Gecko/20100101 Firefox/140.0", "Firefox on macOS"),
        ("curl/8.0", "Browser on unknown device"),
        ("", "Browser on unknown device"),
    ],
)
def test_a_device_is_named_after_what_its_browser_says(user_agent: str, device: str) -> None:
    assert device_of(None, user_agent) == device


@given(st.text(max_size=300))
def test_a_given_label_is_bounded_and_printable(given_label: str) -> None:
    label = device_of(given_label, "")
    assert 0 < len(label) <= DEVICE_LIMIT
    assert label.isprintable()


def test_a_given_label_is_kept() -> None:
    assert device_of(" 妈妈的手机 (Pixel) ", "curl") == "妈妈的手机 (Pixel)"


@pytest.mark.parametrize("loa", [1, 2, 3, 4])
def test_levels_come_back_from_their_names(loa: int) -> None:
    assert loa_of(acr_of(loa)) == loa


@pytest.mark.parametrize("acr", ["", "urn:onecity:loa:0", "urn:onecity:loa:5", "urn:onecity:loa:22", "4"])
def test_other_names_are_no_level(acr: str) -> None:
    assert loa_of(acr) == 0


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_hashed_parts_never_run_into_one_another(one: list[str], other: list[str]) -> None:
    secrecy = Secrecy(SECRET)
    assert (secrecy.hashed(*one) == secrecy.hashed(*other)) is (one == other)


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(text: bytes) -> None:
    secrecy = Secrecy(SECRET)
    assert secrecy.unseal(secrecy.seal(text, "name"), "name") == text


@pytest.mark.parametrize("case", ["another secret", "another name", "changed"])
def test_a_seal_breaks(case: str) -> None:
    sealed = Secrecy(SECRET).seal(b"text", "name")
    secrecy = Secrecy(SecretStr("x" * 40)) if case == "another secret" else Secrecy(SECRET)
    if case == "changed":
        raw = bytearray(base64.b64decode(sealed))
        raw[-1] ^= 1
        sealed = base64.b64encode(raw).decode()
    with pytest.raises(SealBroken, match="ONECITY_AUTH__SECRET"):
        secrecy.unseal(sealed, "other" if case == "another name" else "name")


def test_a_thumbprint_is_that_of_the_rfc() -> None:
    """The key of RFC 7517, A.1, with the thumbprint that jose tools give it (RFC 7638, section 3)."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert thumbprint(public_key(jwk)) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_a_public_key_is_read_from_pem_and_from_its_jwk() -> None:
    pem = KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert public_key(pem) == KEY
    assert public_key(jwk_of(KEY)) == KEY


def pem_of(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


UNUSABLE: dict[str, Any] = {
    "a short RSA key": lambda: pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - too short is the point
    "another curve": lambda: pem_of(generate_private_key(SECP384R1())),
    "no PEM": lambda: "-----BEGIN",
    "a private JWK": lambda: {**jwk_of(KEY), "d": "AA"},
    "a shared secret": lambda: {"kty": "oct", "k": "AA"},
    "a JWK for encryption": lambda: {**jwk_of(KEY), "use": "enc"},
    "a JWK with other operations": lambda: {**jwk_of(KEY), "key_ops": ["deriveKey"]},
    "a JWK for another algorithm": lambda: {**jwk_of(KEY), "alg": "ES384"},
    "a JWK on another curve": lambda: {**jwk_of(KEY), "crv": "P-384"},
    "a JWK of another kind": lambda: {**jwk_of(KEY), "kty": "RSA"},
    "no point of the curve": lambda: {**jwk_of(KEY), "y": "AA"},
    "no base64": lambda: {**jwk_of(KEY), "x": "é"},
    "half a point": lambda: {name: value for name, value in jwk_of(KEY).items() if name != "y"},
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_key_is_refused(case: str) -> None:
    with pytest.raises(KeyUnusable):
        public_key(UNUSABLE[case]())


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValidationError):
        AuthSettings(secret=SecretStr("x" * 31))


def test_every_setting_is_described() -> None:
    assert all(field.description for field in AuthSettings.model_fields.values())

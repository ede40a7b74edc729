"""The strict wrapper: every row of the table of what PyJWT lets through, and more."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from auth.jwt import TOKEN_LIMIT, Expected, SigningKey, TokenOutdated, TokenRefused, sign, unverified_claims, verify
from tests.harness.clock import ManualClock

KEY = SigningKey("key-1", generate_private_key(SECP256R1()))
PUBLIC_PEM = KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
NOW = int(ManualClock().now().timestamp())
CLAIMS: dict[str, Any] = {"iss": "https://city", "aud": "https://a.city", "sub": "s", "iat": NOW, "exp": NOW + 60}
EXPECTED = Expected(typ={"at+jwt"}, audience={"https://a.city"}, issuer="https://city", required=("sub",))


class OneKey:
    async def find(self, kid: str | None) -> EllipticCurvePublicKey | None:
        return KEY.private.public_key() if kid in {"key-1", None} else None


async def read(token: str, expected: Expected = EXPECTED) -> dict[str, Any]:
    return await verify(token, expected, OneKey(), ManualClock().now())


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def raw(header: object, payload: object) -> str:
    """Signed with the right key, whatever the parts are."""
    signing_input = f"{encoded(header)}.{encoded(payload)}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signing_input.encode(), KEY.private)
    return f"{signing_input}.{encoded(signature)}"


HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": "key-1"}


def claims(**changes: Any) -> str:
    """A token whose claims differ; None leaves one out."""
    merged = {**CLAIMS, **changes}
    return raw(HEADER, {name: value for name, value in merged.items() if value is not None})


def header(**changes: Any) -> str:
    merged = {**HEADER, **changes}
    return raw({name: value for name, value in merged.items() if value is not None}, CLAIMS)


def confused() -> str:
    """ES to HS: the public key's PEM taken for a shared secret."""
    signing_input = f"{encoded({**HEADER, 'alg': 'HS256'})}.{encoded(CLAIMS)}"
    return f"{signing_input}.{encoded(hmac.digest(PUBLIC_PEM, signing_input.encode(), hashlib.sha256))}"


def with_payload(text: str) -> str:
    return raw(HEADER, text.encode())


def foreign(algorithm: str, key: Any) -> str:
    return jwt.encode(CLAIMS, key, algorithm, {"typ": "at+jwt", "kid": "key-1"})


REFUSED: dict[str, Callable[[], str]] = {
    "alg none": lambda: f"{encoded({**HEADER, 'alg': 'none'})}.{encoded(CLAIMS)}.",
    "alg none with a signature": lambda: header(alg="none"),
    "alg in another case": lambda: header(alg="es256"),
    "HS256 with the public key as secret": confused,
    "RS256": lambda: foreign("RS256", rsa.generate_private_key(65537, 2048)),
    "a one-byte HMAC key": lambda: f"{encoded({**HEADER, 'alg': 'HS256'})}.{encoded(CLAIMS)}.{encoded(b'x' * 32)}",
    "another key": lambda: foreign("ES256", generate_private_key(SECP256R1())),
    "no exp": lambda: claims(exp=None),
    "no iat": lambda: claims(iat=None),
    "no iss": lambda: claims(iss=None),
    "no aud": lambda: claims(aud=None),
    "a required claim missing": lambda: claims(sub=None),
    "a required claim that is no text": lambda: claims(sub=7),
    "a required claim that is empty": lambda: claims(sub=""),
    "a required claim that is endless": lambda: claims(sub="x" * 257),
    "aud a list with ours in it": lambda: claims(aud=["https://a.city", "https://b.city"]),
    "aud a list of ours alone": lambda: claims(aud=["https://a.city"]),
    "aud of another": lambda: claims(aud="https://b.city"),
    "iss a part of ours": lambda: claims(iss="https://cit"),
    "iss ours with a slash": lambda: claims(iss="https://city/"),
    "iss a list": lambda: claims(iss=["https://city"]),
    "exp a text": lambda: claims(exp=str(NOW + 60)),
    "exp a float": lambda: claims(exp=NOW + 60.5),
    "exp true": lambda: claims(exp=True),
    "exp negative": lambda: claims(exp=-1),
    "exp without end": lambda: claims(exp=2**80),
    "iat a float": lambda: claims(iat=NOW + 0.5),
    "iat false": lambda: claims(iat=False),
    "iat in the future": lambda: claims(iat=NOW + 6),
    "nbf in the future": lambda: claims(nbf=NOW + 6),
    "nbf null": lambda: with_payload(json.dumps({**CLAIMS, "nbf": None})),
    "typ of an ID token": lambda: header(typ="JWT"),
    "typ missing": lambda: header(typ=None),
    "typ with a blank": lambda: header(typ="at+jwt "),
    "typ a list": lambda: header(typ=["at+jwt"]),
    "alg a list": lambda: header(alg=["ES256"]),
    "kid missing": lambda: header(kid=None),
    "kid a number": lambda: header(kid=1),
    "kid unknown": lambda: header(kid="key-2"),
    "crit": lambda: header(crit=["exp"]),
    "crit unknown": lambda: header(crit=["x-ours"]),
    "a key in the header": lambda: header(jwk={"kty": "EC"}),
    "a key's address in the header": lambda: header(jku="https://evil/keys"),
    "a certificate's address in the header": lambda: header(x5u="https://evil/cert"),
    "a certificate in the header": lambda: header(x5c=["MII"]),
    "a detached payload": lambda: header(b64=False),
    "too long": lambda: claims(more="x" * TOKEN_LIMIT),
    "a claim twice": lambda: with_payload(json.dumps(CLAIMS)[:-1] + ', "sub": "other"}'),
    "a header member twice": lambda: raw(b'{"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":"key-1"}', CLAIMS),
    "a payload that is a list": lambda: raw(HEADER, [CLAIMS]),
    "a header that is a text": lambda: raw("ES256", CLAIMS),
    "a payload that is no JSON": lambda: with_payload("{"),
    "NaN": lambda: with_payload(json.dumps(CLAIMS)[:-1] + ', "x": NaN}'),
    "no token at all": lambda: "",
    "two parts": lambda: claims().rpartition(".")[0],
    "four parts": lambda: f"{claims()}.x",
    "padding": lambda: f"{claims()}=",
    "a blank at the end": lambda: f"{claims()}\n",
    "a letter that is not base64url": lambda: f"{claims()[:-2]}+/",
    "an impossible length of base64": lambda: f"a.{claims().partition('.')[2]}",
    "a signature one byte short": lambda: claims()[:-2],
}


async def test_a_good_token_is_read() -> None:
    assert await read(sign(CLAIMS, "at+jwt", KEY)) == CLAIMS


@pytest.mark.parametrize("case", REFUSED)
async def test_refused(case: str) -> None:
    with pytest.raises(TokenRefused) as refusal:
        await read(REFUSED[case]())
    assert not isinstance(refusal.value, TokenOutdated)


@pytest.mark.parametrize(("seconds", "leeway", "good"), [(1, 0, True), (0, 0, False), (-4, 5, True), (-5, 5, False)])
async def test_exp_is_compared_with_our_clock(seconds: int, leeway: int, good: bool) -> None:
    token, expected = claims(exp=NOW + seconds), replace(EXPECTED, leeway=leeway)
    if good:
        assert await read(token, expected)
    else:
        with pytest.raises(TokenOutdated):
            await read(token, expected)


async def test_iat_and_nbf_may_be_ahead_by_the_leeway() -> None:
    assert await read(claims(iat=NOW + 5, nbf=NOW + 5))


@pytest.mark.parametrize("leeway", [-1, 6])
def test_the_leeway_is_bounded(leeway: int) -> None:
    with pytest.raises(ValueError, match="leeway"):
        replace(EXPECTED, leeway=leeway)


async def test_where_kid_and_typ_may_be_missing_they_may() -> None:
    expected = replace(EXPECTED, kid_required=False, typ={None})
    assert await read(header(kid=None, typ=None), expected)


async def test_a_kid_that_need_not_be_there_must_still_be_right() -> None:
    with pytest.raises(TokenRefused):
        await read(header(kid="key-2"), replace(EXPECTED, kid_required=False))


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
def test_whatever_comes_is_refused_and_nothing_else_is_raised(text: str) -> None:
    with pytest.raises(TokenRefused):
        unverified_claims(text)


@given(place=st.integers(0, 10_000), letter=st.sampled_from("ABCDEFGHabcdefgh01234567-_"))
async def test_no_letter_of_a_token_can_be_changed(place: int, letter: str) -> None:
    token = claims()
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(TokenRefused):
            await read(changed)


RSA_KEY = SigningKey("key-2", rsa.generate_private_key(65537, 2048))
BOTH = replace(EXPECTED, algorithms=("ES256", "RS256"))


class BothKeys:
    """Each key under the other's name as well, to see that `alg` decides which kind is taken."""

    async def find(self, kid: str | None) -> Any:
        return {"key-1": KEY, "key-2": RSA_KEY}[str(kid)].private.public_key()


async def test_where_both_algorithms_are_expected_each_goes_with_its_own_kind_of_key() -> None:
    now = ManualClock().now()
    assert await verify(sign(CLAIMS, "at+jwt", RSA_KEY), BOTH, BothKeys(), now) == CLAIMS
    assert await verify(sign(CLAIMS, "at+jwt", KEY), BOTH, BothKeys(), now) == CLAIMS
    for given_key, kid in ((KEY, "key-2"), (RSA_KEY, "key-1")):
        with pytest.raises(TokenRefused, match="this alg"):
            await verify(sign(CLAIMS, "at+jwt", SigningKey(kid, given_key.private)), BOTH, BothKeys(), now)


@pytest.mark.parametrize(
    ("audience", "fits"),
    [
        ("https://a.city", True),
        (["https://a.city"], True),
        (["https://b.city", "https://a.city"], True),
        (["https://b.city"], False),
        ([], False),
        (["https://a.city", 1], False),
        ([f"https://{each}.city" for each in "abcdefghijk"], False),
        ({"https://a.city": 1}, False),
    ],
)
async def test_where_lists_of_audiences_are_expected_ours_must_be_among_them(audience: Any, fits: bool) -> None:
    token = claims(aud=audience)
    if fits:
        assert await read(token, replace(EXPECTED, audiences=True))
    else:
        with pytest.raises(TokenRefused, match="aud"):
            await read(token, replace(EXPECTED, audiences=True))

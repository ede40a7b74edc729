"""SM2 is for messages and seals. No token, no client key and no proof of possession is ever taken with it."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auth.jwk import KeyUnusable, ec_public_key, public_key
from auth.jwt import Expected, TokenRefused, verify, verify_embedded
from auth.shangmi import sm2

KEY = sm2.new_key()
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ALGORITHMS = ["SM2", "SM2SM3", "SM3withSM2", "SM2-with-SM3", "sm2-sm3", "ES256", "ESSM2", "SGD_SM3_SM2"]


def text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


X, Y = text(KEY.public.x.to_bytes(32)), text(KEY.public.y.to_bytes(32))


def token(**header: object) -> str:
    """Signed with SM2, whatever its header says."""
    claims = {
        "iss": "https://city",
        "aud": "https://city/dept",
        "iat": int(NOW.timestamp()),
        "exp": 2_000_000_000,
        "jti": "x",
    }
    signing = ".".join(text(json.dumps(part).encode()) for part in ({"typ": "at+jwt", "kid": "k", **header}, claims))
    return f"{signing}.{text(sm2.signer(KEY).sign(signing.encode()))}"


class AnyKey:
    """Stands in for the city's keys: has one for every name."""

    async def find(self, _: str | None) -> None:
        raise AssertionError("the algorithm is refused before a key is looked for")


@pytest.mark.parametrize("algorithm", [each for each in ALGORITHMS if each != "ES256"])
async def test_no_token_is_taken_with_an_algorithm_of_sm2(algorithm: str) -> None:
    expected = Expected(typ={"at+jwt"}, audience={"https://city/dept"}, issuer="https://city", required=("jti",))
    with pytest.raises(TokenRefused):
        await verify(token(alg=algorithm), expected, AnyKey(), NOW)


@pytest.mark.parametrize("curve", ["SM2", "sm2p256v1", "curveSM2", "1.2.156.10197.1.301", "P-256"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_proof_of_possession_is_taken_with_a_key_of_sm2(curve: str, algorithm: str) -> None:
    proof = token(alg=algorithm, typ="dpop+jwt", jwk={"kty": "EC", "crv": curve, "x": X, "y": Y})
    with pytest.raises(TokenRefused):
        verify_embedded(proof, "dpop+jwt")


@pytest.mark.parametrize("curve", ["SM2", "sm2p256v1", "P-256"])
def test_no_jwk_is_one_of_sm2(curve: str) -> None:
    for read in (public_key, ec_public_key):
        with pytest.raises(KeyUnusable):
            read({"kty": "EC", "crv": curve, "x": X, "y": Y})


def test_no_pem_of_sm2_is_a_client_s_key() -> None:
    with pytest.raises(KeyUnusable):
        public_key(KEY.public.pem)


def test_what_makes_tokens_imports_none_of_it() -> None:
    root = Path(__file__).parents[4] / "auth"
    rooms = [*root.glob("provider/**/*.py"), *root.glob("external/**/*.py"), *root.glob("j*.py"), root / "tokens.py"]
    assert rooms
    assert [str(file) for file in rooms if "shangmi" in file.read_text(encoding="utf-8")] == []

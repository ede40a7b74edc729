"""The vectors of RFC 6238, appendix B, and those of RFC 4226, appendix D, which they stand on."""

import pytest

from auth.credentials.totp import code_at

_DIGITS = b"1234567890"
SECRETS = {"sha1": _DIGITS * 2, "sha256": (_DIGITS * 4)[:32], "sha512": (_DIGITS * 7)[:64]}
TOTP = {
    59: ("94287082", "46119246", "90693936"),
    1111111109: ("07081804", "68084774", "25091201"),
    1111111111: ("14050471", "67062674", "99943326"),
    1234567890: ("89005924", "91819424", "93441116"),
    2000000000: ("69279037", "90698825", "38618901"),
    20000000000: ("65353130", "77737706", "47863826"),
}
HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]


@pytest.mark.parametrize("seconds", list(TOTP))
@pytest.mark.parametrize(("place", "algorithm"), list(enumerate(SECRETS)))
def test_time_based(seconds: int, place: int, algorithm: str) -> None:
    code = code_at(SECRETS[algorithm], seconds // 30, digits=8, algorithm=algorithm)
    assert code == TOTP[seconds][place]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_counter_based(counter: int, code: str) -> None:
    assert code_at(SECRETS["sha1"], counter) == code

"""Providers that misbehave, and browsers that come back with what is not theirs: nobody is signed in."""

import asyncio
import gzip
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from auth.external.errors import ExternalRefused, ProviderSilent, ResidentDeclined
from auth.external.fetching import ANSWER_LIMIT
from tests.harness.clock import ManualClock
from tests.unit.auth.external.wiring import (
    BROWSER,
    CLIENT,
    CLIENT_SECRET,
    EC_KEY,
    ISSUER,
    RSA_KEY,
    City,
    as_json,
    encoded,
    jwk_of,
)


async def test_a_good_answer_says_who_somebody_is(city: City) -> None:
    back = await city.back()
    assert (back.identity.issuer, back.identity.subject) == (ISSUER, "sub-1")
    assert (back.identity.provider, back.identity.sid, back.identity.name) == ("one", "provider-session-1", "张三")
    assert back.attempt.account is None
    assert back.attempt.next_path == "/services"


_TIMES = frozenset({"iat", "exp", "nbf"})


def unsigned(city: City) -> None:
    parts = city.fake.id_token().split(".")
    header = encoded(as_json({"alg": "none", "typ": "JWT", "kid": "rs"}))
    city.fake.token_answer["id_token"] = f"{header}.{parts[1]}."


def with_the_secret(city: City) -> None:
    city.fake.algorithm, city.fake.key = "HS256", CLIENT_SECRET


def in_another_name(city: City) -> None:
    city.fake.algorithm, city.fake.key = "ES256", EC_KEY


def set_claims(**claims: Any) -> Callable[[City], None]:
    def bend(city: City) -> None:
        now = int(city.clock.now().timestamp())
        city.fake.claims = {
            name: now + value if name in _TIMES and value is not None else value for name, value in claims.items()
        }

    return bend


def set_fields(**fields: Any) -> Callable[[City], None]:
    def bend(city: City) -> None:
        for name, value in fields.items():
            setattr(city.fake, name, value)

    return bend


ID_TOKENS: dict[str, tuple[Callable[[City], None], str]] = {
    "alg none": (unsigned, "compact|alg"),
    "HS256 with the client's secret": (with_the_secret, "alg"),
    "another key of the same name": (set_fields(key=rsa.generate_private_key(65537, 2048)), "signature"),
    "ES256 by the name of the RSA key": (in_another_name, "this alg"),
    "an unknown kid": (set_fields(header={"kid": "nobody"}), "no key"),
    "a shared key's kid": (set_fields(header={"kid": "oct"}), "no key"),
    "a key in the header": (set_fields(header={"jwk": jwk_of("rs", RSA_KEY)}), "bring along"),
    "a key's address in the header": (set_fields(header={"jku": "https://evil.example/jwks"}), "bring along"),
    "typ of an access token": (set_fields(header={"typ": "at+jwt"}), "typ"),
    "typ of a logout token": (set_fields(header={"typ": "logout+jwt"}), "typ"),
    "wrong iss": (set_claims(iss="https://evil.example"), "iss"),
    "iss with a slash more": (set_claims(iss=f"{ISSUER}/"), "iss"),
    "iss missing": (set_claims(iss=None), "iss"),
    "wrong aud": (set_claims(aud="another-client"), "aud"),
    "aud missing": (set_claims(aud=None), "aud"),
    "aud a list without us": (set_claims(aud=["another-client"]), "aud"),
    "several audiences without azp": (set_claims(aud=[CLIENT, "another-client"]), "azp"),
    "azp another client": (set_claims(azp="another-client"), "azp"),
    "azp another client beside several audiences": (set_claims(aud=[CLIENT, "other"], azp="other"), "azp"),
    "nonce of another attempt": (set_claims(nonce="another"), "nonce"),
    "nonce missing": (set_claims(nonce=None), "nonce"),
    "nonce no text": (set_claims(nonce=7), "nonce"),
    "sub missing": (set_claims(sub=None), "sub"),
    "sub empty": (set_claims(sub=""), "sub"),
    "sub too long": (set_claims(sub="s" * 257), "sub"),
    "expired": (set_claims(iat=-600, exp=-10), "expired"),
    "exp missing": (set_claims(exp=None), "exp"),
    "from the future": (set_claims(iat=60), "future"),
    "not yet": (set_claims(nbf=60), "future"),
    "at_hash of another access token": (set_claims(at_hash=encoded(b"x" * 16)), "at_hash"),
    "at_hash no text": (set_claims(at_hash=1), "at_hash"),
    "auth_time no number": (set_claims(auth_time="now"), "auth_time"),
    "longer than eight kilobytes": (set_claims(padding="x" * 9000), "longer"),
    "no ID token": (set_fields(token_answer={"id_token": None}), "no ID token"),
    "an ID token that is no text": (set_fields(token_answer={"id_token": {}}), "no ID token"),
    "an access token that is no text": (set_fields(token_answer={"access_token": 5}), "access token"),
    "the code refused": (set_fields(token_status=400), "400"),
}


@pytest.mark.parametrize("name", ID_TOKENS)
async def test_an_id_token_that_is_wrong_in_one_thing_signs_nobody_in(city: City, name: str) -> None:
    bend, reason = ID_TOKENS[name]
    bend(city)
    query = await city.sent()
    if name == "alg none":
        unsigned(city)
    with pytest.raises(ExternalRefused, match=reason):
        await city.returns.finish(city.provider, BROWSER, {"state": query["state"], "code": "c", "iss": ISSUER})


RETURNS: dict[str, tuple[dict[str, str | None], str]] = {
    "wrong iss": ({"iss": "https://evil.example"}, "another issuer"),
    "iss of the other provider: mixed up": ({"iss": "https://other.example"}, "another issuer"),
    "iss missing where it is promised": ({"iss": None}, "iss is missing"),
    "wrong state": ({"state": "made up"}, "state"),
    "state missing": ({"state": None}, "state"),
    "no code": ({"code": None}, "without a code"),
    "an empty code": ({"code": ""}, "without a code"),
}


@pytest.mark.parametrize("name", RETURNS)
async def test_an_address_that_is_wrong_in_one_thing_is_refused_before_the_code_is_used(city: City, name: str) -> None:
    changes, reason = RETURNS[name]
    with pytest.raises(ExternalRefused, match=reason):
        await city.back(**changes)
    assert not city.fake.forms


async def test_where_iss_is_not_promised_it_may_be_missing_but_never_wrong(city: City) -> None:
    city.fake.metadata["authorization_response_iss_parameter_supported"] = None
    assert await city.back(iss=None)
    with pytest.raises(ExternalRefused, match="another issuer"):
        await city.back(iss="https://evil.example")


async def test_the_settings_may_ask_for_iss_where_the_metadata_do_not(store: str, clock: ManualClock) -> None:
    city = City(clock, response_iss=True)
    city.fake.metadata["authorization_response_iss_parameter_supported"] = None
    with pytest.raises(ExternalRefused, match="iss is missing"):
        await city.back(iss=None)


async def test_a_refusal_at_the_provider_is_told_apart(city: City) -> None:
    with pytest.raises(ResidentDeclined):
        await city.back(error="access_denied", code=None)


async def test_an_attempt_comes_back_once_in_its_browser_at_its_provider_in_time(city: City) -> None:
    query = await city.sent()
    answer = {"state": query["state"], "code": "c", "iss": ISSUER}
    with pytest.raises(ExternalRefused, match="state"):
        await city.returns.finish(city.provider, "another browser", answer)
    with pytest.raises(ExternalRefused, match="state"):
        await city.returns.finish(city.providers.get("other"), BROWSER, answer)
    assert await city.returns.finish(city.provider, BROWSER, answer)
    with pytest.raises(ExternalRefused, match="state"):
        await city.returns.finish(city.provider, BROWSER, answer)
    late = await city.sent()
    city.clock.advance(seconds=601)
    with pytest.raises(ExternalRefused, match="state"):
        await city.returns.finish(city.provider, BROWSER, {**answer, "state": late["state"]})


async def test_of_two_returns_at_once_one_wins(city: City) -> None:
    query = await city.sent()
    answer = {"state": query["state"], "code": "c", "iss": ISSUER}
    ended = await asyncio.gather(
        *(city.returns.finish(city.provider, BROWSER, answer) for _ in range(5)), return_exceptions=True
    )
    assert sum(not isinstance(each, ExternalRefused) for each in ended) == 1


METADATA: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"issuer": "https://evil.example"}, "another issuer"),
    "no issuer": ({"issuer": None}, "another issuer"),
    "no token endpoint": ({"token_endpoint": None}, "token_endpoint"),
    "plain http": ({"token_endpoint": "http://id.example/token"}, "token_endpoint"),
    "this machine": ({"jwks_uri": "http://127.0.0.1/jwks"}, "jwks_uri"),
    "a name in the address": ({"jwks_uri": "https://user@id.example/jwks"}, "jwks_uri"),
    "no address": ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
    "a fragment": ({"authorization_endpoint": "https://id.example/#a"}, "authorization_endpoint"),
    "no text": ({"jwks_uri": ["https://id.example/jwks"]}, "jwks_uri"),
    "very long": ({"jwks_uri": f"https://id.example/{'x' * 1000}"}, "jwks_uri"),
}


@pytest.mark.parametrize("name", METADATA)
async def test_metadata_that_do_not_do_send_nobody_anywhere(city: City, name: str) -> None:
    city.fake.metadata, reason = METADATA[name]
    with pytest.raises(ExternalRefused, match=reason):
        await city.sent()


JWKS = "/jwks"
SILENT: dict[str, tuple[Callable[[City], None], str]] = {
    "a huge key set": (set_fields(bodies={JWKS: as_json({"keys": [], "x": "x" * ANSWER_LIMIT})}), "longer"),
    "a key set that does not end": (set_fields(bodies={JWKS: b" " * 50_000_000}), "longer"),
    "compressed": (
        set_fields(bodies={JWKS: gzip.compress(b"{}")}, headers={"Content-Encoding": "gzip"}),
        "compressed",
    ),
    "no JSON": (set_fields(bodies={JWKS: b"<html>"}), "no JSON"),
    "a list": (set_fields(bodies={JWKS: b"[]"}), "no JSON object"),
    "keys no list": (set_fields(bodies={JWKS: b'{"keys":{}}'}), "no list"),
    "a thousand keys": (set_fields(bodies={JWKS: as_json({"keys": [{}] * 1000})}), "50 keys"),
    "a redirect": (set_fields(statuses={JWKS: 302}, headers={"Location": "https://evil.example/jwks"}), "302"),
    "broken": (set_fields(statuses={JWKS: 500}), "500"),
    "a redirect of the token endpoint": (
        set_fields(statuses={"/token": 307}, headers={"Location": "https://evil.example/token"}),
        "307",
    ),
}


@pytest.mark.parametrize("name", SILENT)
async def test_answers_that_do_not_do_are_read_no_further_and_followed_nowhere(city: City, name: str) -> None:
    bend, reason = SILENT[name]
    bend(city)
    with pytest.raises(ExternalRefused, match=reason):
        await city.back()
    assert not any("evil" in each for each in city.fake.asked)


async def test_a_slow_provider_is_not_waited_for(store: str, clock: ManualClock) -> None:
    city = City(clock, call_seconds=0.05)
    city.fake.delay = 5
    with pytest.raises(ProviderSilent):
        await asyncio.wait_for(city.sent(), 2)


async def test_a_flood_of_unknown_kids_asks_the_provider_once_a_minute(city: City) -> None:
    for _ in range(20):
        city.fake.header = {"kid": secrets.token_hex(4)}
        with pytest.raises(ExternalRefused):
            await city.back()
    assert city.fake.asked.count(JWKS) == 1
    city.clock.advance(seconds=61)
    for _ in range(5):
        with pytest.raises(ExternalRefused):
            await city.back()
    assert city.fake.asked.count(JWKS) == 2


async def test_a_new_key_is_found_and_an_old_one_forgotten(city: City) -> None:
    assert await city.back()
    new = ec.generate_private_key(ec.SECP256R1())
    city.fake.keys = [jwk_of("new", new)]
    city.fake.key, city.fake.algorithm, city.fake.header = new, "ES256", {"kid": "new"}
    city.clock.advance(seconds=61)
    assert await city.back()
    city.fake.key, city.fake.algorithm, city.fake.header = RSA_KEY, "RS256", {"kid": "rs"}
    with pytest.raises(ExternalRefused, match="no key"):
        await city.back()


async def test_many_who_come_at_once_share_one_look_at_the_keys(city: City) -> None:
    city.fake.delay = 0.02
    found = await asyncio.gather(*(city.provider.keys.find("rs") for _ in range(10)))
    assert all(found)
    assert city.fake.asked.count(JWKS) == 1


async def test_the_failure_of_a_shared_look_reaches_all_and_the_next_may_ask_again(city: City) -> None:
    city.fake.statuses = {JWKS: 500}
    city.fake.delay = 0.02
    failed = await asyncio.gather(*(city.provider.keys.find("rs") for _ in range(5)), return_exceptions=True)
    assert all(isinstance(each, ProviderSilent) for each in failed)
    assert city.fake.asked.count(JWKS) == 1


async def test_one_who_is_cancelled_takes_nobody_along(city: City) -> None:
    city.fake.delay = 0.05
    first = asyncio.create_task(city.provider.keys.find("rs"))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(city.provider.keys.find("rs"))
    await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(ExternalRefused):
        await second


UNUSABLE: dict[str, dict[str, Any]] = {
    "for encryption": jwk_of("rs", RSA_KEY, use="enc"),
    "for signing alone": jwk_of("rs", RSA_KEY, key_ops=["sign"]),
    "for another algorithm": jwk_of("rs", RSA_KEY, alg="PS256"),
    "too short": jwk_of("rs", rsa.generate_private_key(65537, 1024)),  # noqa: S505 - refused
    "with exponent 3": jwk_of("rs", rsa.generate_private_key(3, 2048)),
    "no base64url": {**jwk_of("rs", RSA_KEY), "n": "é"},
    "kid no text": {**jwk_of("rs", RSA_KEY), "kid": 5},
    "key_ops no list": jwk_of("rs", RSA_KEY, key_ops=5),
}


@pytest.mark.parametrize("name", UNUSABLE)
async def test_keys_that_do_not_do_are_passed_over(city: City, name: str) -> None:
    city.fake.keys = [UNUSABLE[name], jwk_of("es", EC_KEY)]
    with pytest.raises(ExternalRefused, match="no key"):
        await city.back()


async def test_without_a_kid_the_only_key_is_meant(city: City) -> None:
    city.fake.keys = [jwk_of(None, RSA_KEY)]
    city.fake.header = {"kid": None}
    assert await city.back()
    city.fake.keys = [jwk_of("rs", RSA_KEY), jwk_of("es", EC_KEY)]
    city.clock.advance(days=2)
    with pytest.raises(ExternalRefused, match="no key"):
        await city.back()

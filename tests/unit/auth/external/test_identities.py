"""From a proved identity to a session, an account's identity, or neither; and out again when the provider says so."""

from datetime import timedelta
from typing import Any

import pytest

from auth.errors import ReauthenticationNeeded
from auth.external.code_exchange import signing_key
from auth.external.errors import (
    ExternalIdentityTaken,
    ExternalIdentityUnknown,
    ExternalProviderUnknown,
    ExternalRefused,
    NoIdentityPending,
)
from auth.external.models import Attempt, BoundIdentity, IdentitySession, PendingIdentity
from auth.external.settings import ExternalSettings
from auth.jwt import Expected, verify
from auth.models import Account
from auth.security.events import EventKind
from auth.step_up import check_fresh
from core.access import Resident
from tests.harness.clock import ManualClock
from tests.unit.auth.external.wiring import BROWSER, CLIENT, DEVICE, ISSUER, City, as_json, encoded, new_pem


async def test_an_identity_that_nobody_has_makes_no_account_and_opens_no_session(city: City) -> None:
    outcome = await city.sign_in.resident(await city.back(), DEVICE, None)
    assert (outcome.result, outcome.secret) == ("unbound", None)
    assert await Account.all().count() == 0
    waiting = await city.pending.show(BROWSER)
    assert waiting
    assert (waiting.subject, waiting.name) == ("sub-1", "张三")
    assert await city.pending.show("another browser") is None


@pytest.mark.both_databases
async def test_a_resident_binds_what_waits_in_their_browser_and_signs_in_with_it_from_then_on(city: City) -> None:
    await city.sign_in.resident(await city.back(), DEVICE, None)
    resident = await city.resident()
    bound = await city.identities.bind(resident, BROWSER)
    assert (bound.account_id, bound.provider, bound.issuer) == (resident.account, "one", ISSUER)
    assert city.careful.taken == [(resident.account, EventKind.IDENTITY_BOUND, {"provider": "one"})]
    outcome = await city.sign_in.resident(await city.back(), DEVICE, resident)
    assert outcome.result == "signed-in"
    assert outcome.secret
    opened = await city.sessions.resident(outcome.secret)
    assert opened
    assert (opened.account, opened.amr) == (resident.account, ("fed",))
    assert not await city.sessions.lives(resident.session), "the browser's session before ended"


async def test_what_waits_is_bound_once_and_soon(city: City) -> None:
    resident = await city.bound()
    with pytest.raises(NoIdentityPending):
        await city.identities.bind(resident, BROWSER)
    await city.sign_in.resident(await city.back(resident.account), DEVICE, resident)
    city.clock.advance(seconds=601)
    with pytest.raises(NoIdentityPending):
        await city.identities.bind(resident, BROWSER)


@pytest.mark.both_databases
async def test_binding_it_again_changes_nothing_and_another_account_cannot_have_it(city: City) -> None:
    resident = await city.bound()
    await city.sign_in.resident(await city.back(resident.account), DEVICE, resident)
    assert (await city.identities.bind(resident, BROWSER)).account_id == resident.account
    assert len(city.careful.taken) == 1
    other = await city.resident("13800000002")
    await city.sign_in.resident(await city.back(other.account), DEVICE, other)
    with pytest.raises(ExternalIdentityTaken):
        await city.identities.bind(other, BROWSER)
    assert [each.subject for each in await city.identities.of(resident.account)] == ["sub-1"]


async def test_the_same_subject_of_another_issuer_is_somebody_else(city: City) -> None:
    resident = await city.bound()
    assert await city.identities.account_of(ISSUER, "sub-1") == resident.account
    assert await city.identities.account_of("https://other.example", "sub-1") is None


async def test_binding_counts_only_for_whoever_began_it(city: City) -> None:
    resident, other = await city.resident(), await city.resident("13800000002")
    back = await city.back(resident.account)
    for here in (None, other):
        with pytest.raises(ExternalRefused, match="not signed in here"):
            await city.sign_in.resident(back, DEVICE, here)
    assert (await city.sign_in.resident(back, DEVICE, resident)).result == "bindable"
    assert await BoundIdentity.all().count() == 0, "the shell asks once more"


async def test_an_account_with_a_second_factor_is_asked_for_it(city: City) -> None:
    resident = await city.bound()
    city.factors.accounts.add(resident.account)
    outcome = await city.sign_in.resident(await city.back(), DEVICE, None)
    assert (outcome.result, outcome.secret) == ("second-factor", None)
    assert outcome.second_factor == {"ticket": "a-ticket", "methods": ["totp"]}
    assert await IdentitySession.all().count() == 0


@pytest.mark.parametrize(("auth_time", "fresh"), [(None, False), (-3600, False), (-30, True)])
async def test_a_session_is_as_fresh_as_the_authentication_at_the_provider(
    city: City, auth_time: int | None, fresh: bool
) -> None:
    await city.bound()
    if auth_time is not None:
        city.fake.claims = {"auth_time": int(city.clock.now().timestamp()) + auth_time}
    outcome = await city.sign_in.resident(await city.back(), DEVICE, None)
    opened = await city.sessions.resident(outcome.secret or "")
    assert opened
    if fresh:
        check_fresh(opened, city.clock.now())
    else:
        with pytest.raises(ReauthenticationNeeded):
            check_fresh(opened, city.clock.now())


@pytest.mark.parametrize(("auth_time", "taken"), [(-30, True), (-400, False), (None, False)])
async def test_a_provider_that_is_asked_for_an_age_must_say_it(
    store: str, clock: ManualClock, auth_time: int | None, taken: bool
) -> None:
    city = City(clock, max_age_seconds=300)
    assert (await city.sent())["max_age"] == "300"
    if auth_time is not None:
        city.fake.claims = {"auth_time": int(clock.now().timestamp()) + auth_time}
    if taken:
        back = await city.back()
        assert back.identity.authenticated_at == clock.now() - timedelta(seconds=30)
    else:
        with pytest.raises(ExternalRefused, match=r"auth_time|older"):
            await city.back()


async def test_an_identity_is_removed_by_its_owner_alone(city: City) -> None:
    resident, other = await city.bound(), await city.resident("13800000002")
    (bound,) = await city.identities.of(resident.account)
    with pytest.raises(ExternalIdentityUnknown):
        await city.identities.remove(other, bound.id)
    await city.identities.remove(resident, bound.id)
    assert await city.identities.of(resident.account) == []
    assert city.careful.taken[-1][1] == EventKind.IDENTITY_REMOVED
    assert (await city.sign_in.resident(await city.back(), DEVICE, None)).result == "unbound"


async def test_a_member_of_staff_is_let_in_by_the_staff_realm_alone(city: City) -> None:
    with pytest.raises(ExternalRefused, match="no member"):
        await city.sign_in.staff(await city.back(), city.staff)
    city.staff.members.add("sub-1")
    outcome = await city.sign_in.staff(await city.back(), city.staff)
    assert outcome.entry
    assert outcome.entry.secret == "secret"
    assert await Account.all().count() == 0


async def signed_in(city: City) -> Resident:
    outcome = await city.sign_in.resident(await city.back(), DEVICE, None)
    opened = await city.sessions.resident(outcome.secret or "")
    assert opened
    return opened


@pytest.mark.both_databases
async def test_a_logout_at_the_provider_ends_the_sessions_that_its_identity_opened(city: City) -> None:
    by_phone = await city.bound()
    first = await signed_in(city)
    city.fake.claims = {"sid": "provider-session-2"}
    second = await signed_in(city)
    city.fake.claims = {}
    await city.logout.receive(city.provider, city.fake.logout_token())
    assert not await city.sessions.lives(first.session)
    assert await city.sessions.lives(second.session), "another session of the provider"
    await city.logout.receive(city.provider, city.fake.logout_token(sid=None))
    assert not await city.sessions.lives(second.session)
    assert await city.sessions.lives(by_phone.session), "no provider opened it"


async def test_a_logout_of_staff_is_the_staff_realms(store: str, clock: ManualClock) -> None:
    city = City(clock, realm="staff")
    await city.logout.receive(city.provider, city.fake.logout_token(sub=None))
    assert city.staff.ended == [(ISSUER, None, "provider-session-1")]


LOGOUT_TOKENS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "typ of an ID token": ({}, {"typ": "JWT"}, "typ"),
    "no typ of its own": ({}, {"typ": None}, "typ"),
    "with a nonce": ({"nonce": "n"}, {}, "nonce"),
    "empty events": ({"events": {}}, {}, "events"),
    "another event": ({"events": {"http://schemas.openid.net/event/other": {}}}, {}, "events"),
    "events a text": ({"events": "http://schemas.openid.net/event/backchannel-logout"}, {}, "events"),
    "the event no object": ({"events": {"http://schemas.openid.net/event/backchannel-logout": 1}}, {}, "events"),
    "no events": ({"events": None}, {}, "events"),
    "wrong aud": ({"aud": "another-client"}, {}, "aud"),
    "wrong iss": ({"iss": "https://evil.example"}, {}, "iss"),
    "no jti": ({"jti": None}, {}, "jti"),
    "neither sub nor sid": ({"sub": None, "sid": None}, {}, "neither"),
    "sub no text": ({"sub": 5}, {}, "neither"),
    "no iat": ({"iat": None}, {}, "iat"),
    "no exp": ({"exp": None}, {}, "exp"),
    "too long a life": ({"exp": 2_000_000_000}, {}, "too long"),
    "an unknown key": ({}, {"kid": "nobody"}, "no key"),
}


@pytest.mark.parametrize("name", LOGOUT_TOKENS)
async def test_a_logout_token_that_is_wrong_in_one_thing_ends_nothing(city: City, name: str) -> None:
    changes, header, reason = LOGOUT_TOKENS[name]
    await city.bound()
    session = await signed_in(city)
    city.fake.header = header
    with pytest.raises(ExternalRefused, match=reason):
        await city.logout.receive(city.provider, city.fake.logout_token(**changes))
    assert await city.sessions.lives(session.session)


async def test_an_unsigned_logout_token_ends_nothing(city: City) -> None:
    header = encoded(as_json({"alg": "none", "typ": "logout+jwt", "kid": "rs"}))
    _, payload, _ = city.fake.logout_token().split(".")
    with pytest.raises(ExternalRefused, match=r"compact|alg"):
        await city.logout.receive(city.provider, f"{header}.{payload}.")
    with pytest.raises(ExternalRefused, match="alg"):
        await city.logout.receive(city.provider, f"{header}.{payload}.AAAA")


@pytest.mark.both_databases
async def test_an_id_token_is_no_logout_token_and_each_logout_token_counts_once(city: City) -> None:
    await city.sent()
    with pytest.raises(ExternalRefused, match="typ"):
        await city.logout.receive(city.provider, city.fake.id_token())
    token = city.fake.logout_token()
    await city.logout.receive(city.provider, token)
    with pytest.raises(ExternalRefused, match="used before"):
        await city.logout.receive(city.provider, token)


async def test_we_prove_who_we_are_by_our_secret_in_the_header(city: City) -> None:
    await city.back()
    assert city.fake.authorization == ["Basic b25lY2l0eTphK3NlY3JldCUzQSt3aXRoJTJGcmVzZXJ2ZWQrY2hhcmFjdGVycw=="]
    (form,) = city.fake.forms
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}
    assert form["redirect_uri"] == "http://localhost:8000/external/one/callback"


async def test_or_by_our_key_to_this_provider_alone(store: str, clock: ManualClock) -> None:
    key, pem = new_pem()
    city = City(clock, client_key=pem)
    await city.back()
    (form,) = city.fake.forms
    assert city.fake.authorization == [None]
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    class Own:
        async def find(self, kid: str | None) -> Any:
            assert kid == signing_key(pem).kid
            return key.public_key()

    expected = Expected(typ={"JWT"}, audience={ISSUER}, issuer=CLIENT, required=("sub", "jti"))
    assert (await verify(form["client_assertion"], expected, Own(), clock.now()))["sub"] == CLIENT


async def test_the_request_says_what_it_must_and_no_two_share_anything(city: City) -> None:
    first, second = await city.sent(), await city.sent()
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid profile"
    assert first["client_id"] == CLIENT
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43
    stored = [each.state for each in await Attempt.all()]
    assert first["state"] not in stored, "the table holds hashes"


@pytest.mark.both_databases
async def test_what_has_run_out_is_removed(city: City) -> None:
    await city.bound()
    await signed_in(city)
    await city.sign_in.resident(await city.back((await city.resident()).account), DEVICE, await city.resident())
    await city.sent()
    for sweep in (city.attempts.remove_expired, city.pending.remove_expired):
        await sweep()
    assert await Attempt.all().count() == 1
    assert await PendingIdentity.all().count() == 1
    city.clock.advance(days=181)
    await city.attempts.remove_expired()
    await city.pending.remove_expired()
    await city.openings.remove_old(city.sessions.absolute)
    assert [await each.all().count() for each in (Attempt, PendingIdentity, IdentitySession)] == [0, 0, 0]


async def test_a_provider_that_is_not_set_up_is_unknown(city: City) -> None:
    with pytest.raises(ExternalProviderUnknown):
        city.providers.get("nobody")
    assert [each.id for each in city.providers.all()] == ["one", "other"]


GOOD: dict[str, Any] = {
    "issuer": ISSUER,
    "client_id": "c",
    "client_secret": "s",
    "name": {"zh-CN": "甲"},
    "realm": "resident",
}
SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "neither secret nor key": ({"client_secret": None}, "one of them"),
    "secret and key": ({"client_key": "k"}, "one of them"),
    "plain http": ({"issuer": "http://id.example"}, "https"),
    "an issuer with a query": ({"issuer": f"{ISSUER}?a=b"}, "https"),
    "an issuer with a name": ({"issuer": "https://me@id.example"}, "https"),
    "without openid": ({"scopes": ["profile"]}, "openid"),
    "no Chinese name": ({"name": {"en": "A"}}, "zh-CN"),
    "another realm": ({"realm": "all"}, "realm"),
    "HS256": ({"algorithms": ["HS256"]}, "algorithms"),
    "an unknown setting": ({"secret": "s"}, "secret"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_a_provider_that_cannot_be_are_refused(name: str) -> None:
    changes, reason = SETTINGS[name]
    with pytest.raises(ValueError, match=reason):
        ExternalSettings.model_validate({"providers": {"one": GOOD | changes}})


def test_two_providers_are_two_issuers() -> None:
    with pytest.raises(ValueError, match="twice"):
        ExternalSettings.model_validate({"providers": {"one": GOOD, "two": GOOD}})


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"PEM|MalformedFraming"):
        signing_key("no key")

"""Residents sign in at clients: authorization, tokens, userinfo, connections, as the standards have it."""

import asyncio
import base64
import hashlib
import json
from typing import Any

import httpx2
import jwt
import pytest
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from auth.provider.models import Family
from core.database import rows
from core.ids import AccountId
from tests.harness.gateway import ORIGIN, Gateway
from tests.harness.relying_party import ASSERTION, REDIRECT, Browser, RelyingParty, b64, query_of


@pytest.fixture
async def shop(gateway: Gateway) -> RelyingParty:
    return await RelyingParty.registered(gateway)


@pytest.fixture
async def browser(gateway: Gateway) -> Browser:
    return await Browser.of_resident(gateway)


async def claims_of(client: RelyingParty, id_token: str, algorithm: str = "ES256") -> dict[str, Any]:
    """An ID token as a client checks it: signature by the published key, issuer, audience."""
    keys = (await client.http.get("/oauth/jwks")).json()["keys"]
    header = jwt.get_unverified_header(id_token)
    jwk = next(key for key in keys if key["kid"] == header["kid"])
    assert header["alg"] == jwk["alg"] == algorithm
    kind = RSAAlgorithm if algorithm == "RS256" else ECAlgorithm
    claims: dict[str, Any] = jwt.decode(
        id_token,
        kind.from_jwk(jwk),  # type: ignore[arg-type]  # a public key
        [algorithm],
        audience=client.client_id,
        issuer=ORIGIN,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    return claims


async def tokens(client: RelyingParty, browser: Browser, proof: str | None = None, **changes: str) -> dict[str, Any]:
    answered = await client.exchange(await browser.code(client, **changes), proof)
    assert answered.status_code == 200, answered.text
    content: dict[str, Any] = answered.json()
    return content


def assert_refused(response: httpx2.Response, code: str, status: int = 400, case: str = "") -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), (case, response.text)
    assert response.headers["cache-control"] == "no-store"


def assert_error(response: httpx2.Response, code: str, case: str = "") -> None:
    """An error that the client is told of by a redirect: with state and iss (RFC 9207)."""
    assert response.status_code == 303, (case, response.text)
    location = response.headers["location"]
    assert location.partition("?")[0] == REDIRECT, case
    told = query_of(location)
    assert told.pop("error_description"), case
    assert told == {"error": code, "state": "the-state", "iss": ORIGIN}, case


async def test_a_resident_signs_in_at_a_client(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters(scope="openid profile:name:read phone"))
    authorization = asked.headers["location"].removeprefix("/connect/")
    shown = (await browser.request("GET", f"/api/v1/authorizations/{authorization}")).json()
    assert shown["client"]["name"]["en"] == "Shop"
    assert [scope["name"] for scope in shown["scopes"]] == ["openid", "profile:name:read", "phone"]
    assert [scope["required"] for scope in shown["scopes"]] == [True, False, False]
    assert shown["scopes"][1]["reason"] == {"zh-CN": "填写收件人", "en": "To fill in your name"}
    assert shown["scopes"][2]["claims"][0] == {
        "name": "phone_number",
        "title": {"zh-CN": "手机号码", "en": "Mobile number"},
    }
    assert shown["account_hint"] == "138****0001"
    answered = await browser.decide(asked, scopes=["phone"])
    told = query_of(answered.headers["location"])
    assert told.keys() == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == ("the-state", ORIGIN)
    got = (await shop.exchange(told["code"])).json()
    assert (got["token_type"], got["expires_in"], got["scope"]) == ("Bearer", 600, "openid phone")
    claims = await claims_of(shop, got["id_token"])
    now = int(gateway.clock.now().timestamp())
    assert (claims["nonce"], claims["auth_time"], claims["iat"], claims["exp"]) == ("the-nonce", now, now, now + 600)
    assert (claims["acr"], claims["amr"]) == ("urn:onecity:loa:1", ["sms"])
    assert claims["at_hash"] == b64(hashlib.sha256(got["access_token"].encode()).digest()[:16])
    assert claims["sid"]
    assert "phone_number" not in claims
    known = (await shop.userinfo(got["access_token"])).json()
    assert known == {"sub": claims["sub"], "phone_number": "+8613800000001", "phone_number_verified": True}
    access: dict[str, Any] = jwt.decode(got["access_token"], options={"verify_signature": False})
    assert jwt.get_unverified_header(got["access_token"])["typ"] == "at+jwt"
    assert access.items() >= {
        "iss": ORIGIN, "aud": f"{ORIGIN}/oauth/userinfo", "client_id": "shop", "scope": "openid phone",
        "sub": claims["sub"], "acr": "urn:onecity:loa:1", "auth_time": now,
    }.items()  # fmt: skip
    assert access["jti"]


async def test_what_was_decided_once_is_not_asked_again(shop: RelyingParty, browser: Browser) -> None:
    await tokens(shop, browser, scope="openid phone")
    again = await browser.authorize(shop.parameters(scope="openid phone"))
    assert "code" in query_of(again.headers["location"])
    for more in ({"scope": "openid profile:name:read"}, {"prompt": "consent"}):
        asked = await browser.authorize(shop.parameters(**more))
        assert asked.headers["location"].startswith("/connect/")


async def test_whoever_refuses_is_taken_back_with_an_error(shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters())
    assert_error(await browser.decide(asked, allow=False), "access_denied")


async def test_a_browser_without_a_session_goes_to_sign_in_and_comes_back(gateway: Gateway, shop: RelyingParty) -> None:
    nobody = Browser.of_nobody(gateway)
    asked = await nobody.authorize(shop.parameters(ui_locales="fr en"))
    page, _, query = asked.headers["location"].partition("?")
    assert page == "/sign-in"
    assert query_of(f"?{query}")["lang"] == "en"
    back = query_of(f"?{query}")["next"]
    nobody.cookies |= (await Browser.of_resident(gateway)).cookies
    assert (await nobody.request("GET", back)).headers["location"].startswith("/connect/")


async def test_an_authorization_belongs_to_the_browser_that_began_it(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    asked = await browser.authorize(shop.parameters())
    authorization = asked.headers["location"].removeprefix("/connect/")
    other = await Browser.of_resident(gateway, "13800000002")
    for method, address, body in (
        ("GET", f"/oauth/authorize/{authorization}", None),
        ("GET", f"/api/v1/authorizations/{authorization}", None),
        ("POST", f"/api/v1/authorizations/{authorization}/decision", {"allow": True}),
    ):
        refused = await other.request(method, address, json=body)
        assert (refused.status_code, refused.json()["type"]) == (404, f"{ORIGIN}/problems/authorization-unknown")


async def test_an_authorization_is_answered_once(shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters())
    authorization = asked.headers["location"].removeprefix("/connect/")
    assert "code" in query_of((await browser.decide(asked)).headers["location"])
    assert (await browser.request("GET", f"/oauth/authorize/{authorization}")).status_code == 404


async def test_the_decision_of_another_account_does_not_count(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    asked = await browser.authorize(shop.parameters())
    authorization = asked.headers["location"].removeprefix("/connect/")
    await browser.request("POST", f"/api/v1/authorizations/{authorization}/decision", json={"allow": True})
    browser.cookies |= (await Browser.of_resident(gateway, "13800000002")).cookies
    again = await browser.request("GET", f"/oauth/authorize/{authorization}")
    assert again.headers["location"] == asked.headers["location"]


async def test_subjects_are_pairwise(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    other = await RelyingParty.registered(gateway, "other-shop", redirect_uris=["https://other.example/cb"])
    same = await RelyingParty.registered(gateway, "second-shop", redirect_uris=["https://shop.example/second"])
    subs = [jwt.decode((await tokens(each, browser))["id_token"], options={"verify_signature": False})["sub"]
            for each in (shop, other, same)]  # fmt: skip
    assert subs[0] == subs[2] != subs[1]


BAD_TARGETS: dict[str, dict[str, str | None]] = {
    "unknown client": {"client_id": "nobody"},
    "no client": {"client_id": None},
    "a client of NUL": {"client_id": "\0"},
    "a client of no letters": {"client_id": "é"},
    "no redirect_uri": {"redirect_uri": None},
    "another address": {"redirect_uri": "https://evil.example/callback"},
    "a longer path": {"redirect_uri": f"{REDIRECT}/more"},
    "a query more": {"redirect_uri": f"{REDIRECT}?next=https://evil.example"},
    "parameters": {"redirect_uri": f"{REDIRECT};evil"},
    "a user": {"redirect_uri": "https://shop.example@evil.example/callback"},
    "a fragment": {"redirect_uri": f"{REDIRECT}#evil"},
    "another scheme": {"redirect_uri": "http://shop.example/callback"},
    "another case": {"redirect_uri": "https://SHOP.example/callback"},
    "a port": {"redirect_uri": "https://shop.example:443/callback"},
    "dots": {"redirect_uri": "https://shop.example/x/../callback"},
    "a request_uri of elsewhere": {"request_uri": "https://evil.example/request"},
    "a request_uri that was never given": {"request_uri": "urn:ietf:params:oauth:request_uri:guessed"},
}


async def test_nobody_is_sent_to_an_address_that_is_not_registered(shop: RelyingParty, browser: Browser) -> None:
    for case, changes in BAD_TARGETS.items():
        for prompt in ("none", None):
            refused = await browser.authorize(shop.parameters(**changes, prompt=prompt))
            assert "location" not in refused.headers, case
            assert refused.status_code == 400, case
            assert refused.json()["type"] == f"{ORIGIN}/problems/authorization-unusable", case


async def test_people_read_a_page_where_no_client_may_be_answered(shop: RelyingParty, browser: Browser) -> None:
    parameters = shop.parameters(client_id='"><script>alert(1)</script>')
    refused = await browser.request("GET", "/oauth/authorize", params=parameters, headers={"Accept": "text/html"})
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("text/html")
    assert "<script" not in refused.text
    assert refused.headers["content-security-policy"].startswith("default-src 'none'")


BAD_REQUESTS: dict[str, tuple[dict[str, str | None], str]] = {
    "no response_type": ({"response_type": None}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "no challenge": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "a challenge without a method": ({"code_challenge_method": None}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a challenge that is no hash": ({"code_challenge": "short"}, "invalid_request"),
    "no openid": ({"scope": "phone"}, "invalid_scope"),
    "no scope": ({"scope": None}, "invalid_scope"),
    "prompt none and more": ({"prompt": "none login"}, "invalid_request"),
    "an unknown prompt": ({"prompt": "create"}, "invalid_request"),
    "max_age no number": ({"max_age": "soon"}, "invalid_request"),
    "max_age negative": ({"max_age": "-1"}, "invalid_request"),
    "a request object": ({"request": "x.y.z"}, "request_not_supported"),
    "a registration": ({"registration": "{}"}, "registration_not_supported"),
    "fragment mode": ({"response_mode": "fragment"}, "invalid_request"),
    "claims no JSON": ({"claims": "{"}, "invalid_request"),
    "claims a list": ({"claims": "[]"}, "invalid_request"),
    "claims of texts": ({"claims": '{"userinfo":{"name":"yes"}}'}, "invalid_request"),
    "a dpop_jkt that is none": ({"dpop_jkt": "x"}, "invalid_request"),
    "an endless nonce": ({"nonce": "n" * 501}, "invalid_request"),
    "an id_token_hint that is none": ({"id_token_hint": "x.y.z"}, "invalid_request"),
    "silent without consent": ({"prompt": "none"}, "consent_required"),
    "silent though login is old": ({"prompt": "none", "max_age": "0"}, "login_required"),
    "a level that the resident has not": ({"acr_values": "urn:onecity:loa:3"}, "unmet_authentication_requirements"),
    "an essential level": (
        {"claims": '{"id_token":{"acr":{"essential":true,"values":["urn:onecity:loa:2"]}}}'},
        "unmet_authentication_requirements",
    ),
}


async def test_a_bad_request_is_told_to_the_client(shop: RelyingParty, browser: Browser) -> None:
    for case, (changes, code) in BAD_REQUESTS.items():
        assert_error(await browser.authorize(shop.parameters(**changes)), code, case=case)


async def test_silence_with_nobody_signed_in_is_an_error(gateway: Gateway, shop: RelyingParty) -> None:
    assert_error(await Browser.of_nobody(gateway).authorize(shop.parameters(prompt="none")), "login_required")


async def test_a_parameter_that_stands_twice_is_refused(shop: RelyingParty, browser: Browser) -> None:
    pairs = [*shop.parameters().items(), ("redirect_uri", "https://evil.example/")]
    refused = await browser.request("GET", "/oauth/authorize", params=pairs)
    assert (refused.status_code, "location" in refused.headers) == (400, False)


async def test_a_request_may_come_by_form_and_the_answer_go_by_form(shop: RelyingParty, browser: Browser) -> None:
    await tokens(shop, browser)
    begun = await browser.request("POST", "/oauth/authorize", data=shop.parameters(response_mode="form_post"))
    assert begun.status_code == 303
    page = await browser.request("GET", begun.headers["location"])
    assert page.status_code == 200
    assert f'<form method="post" action="{REDIRECT}">' in page.text
    assert 'name="state" value="the-state"' in page.text
    assert f'name="iss" value="{ORIGIN}"' in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert (await browser.request("POST", "/oauth/authorize", json={})).status_code == 400


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}], ids=str)
async def test_a_sign_in_that_is_too_old_is_made_anew(
    gateway: Gateway, shop: RelyingParty, browser: Browser, changes: dict[str, str]
) -> None:
    await tokens(shop, browser)
    gateway.clock.advance(seconds=61)
    asked = await browser.authorize(shop.parameters(**changes))
    page, _, query = asked.headers["location"].partition("?")
    assert page == "/step-up"
    assert query_of(f"?{query}")["max_age"] == changes.get("max_age", "0")
    gateway.clock.advance(seconds=5)
    browser.cookies |= (await Browser.of_resident(gateway)).cookies  # who authenticated just now
    gateway.clock.advance(seconds=100)
    back = await browser.request("GET", query_of(f"?{query}")["next"])
    code = query_of(back.headers["location"])["code"]
    claims = await claims_of(shop, (await shop.exchange(code)).json()["id_token"])
    assert claims["auth_time"] == claims["iat"] - 100


async def test_another_account_can_be_chosen(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters(prompt="select_account"))
    assert asked.headers["location"].startswith("/sign-in?")
    assert query_of(asked.headers["location"])["prompt"] == "select_account"


async def test_the_hint_says_who_must_be_signed_in(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    hint = (await tokens(shop, browser))["id_token"]
    gateway.clock.advance(hours=1)
    same = await browser.authorize(shop.parameters(prompt="none", id_token_hint=hint))
    assert "code" in query_of(same.headers["location"])
    other = await Browser.of_resident(gateway, "13800000002")
    assert_error(await other.authorize(shop.parameters(prompt="none", id_token_hint=hint)), "login_required")
    stranger = '{"id_token":{"sub":{"value":"somebody"}}}'
    assert_error(await browser.authorize(shop.parameters(prompt="none", claims=stranger)), "login_required")


async def test_claims_are_asked_for_within_what_was_agreed_to(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    claims = '{"id_token":{"phone_number":{"essential":true},"name":null,"secret":null}}'
    got = await tokens(shop, browser, scope="openid phone", claims=claims)
    told = await claims_of(shop, got["id_token"])
    assert told["phone_number"] == "+8613800000001"
    assert "name" not in told
    assert "phone_number_verified" not in told


async def test_rs256_is_signed_where_it_was_asked_for(gateway: Gateway, browser: Browser) -> None:
    old = await RelyingParty.registered(gateway, "old-shop", id_token_alg="RS256")
    got = await tokens(old, browser)
    await claims_of(old, got["id_token"], "RS256")
    assert jwt.get_unverified_header(got["access_token"])["alg"] == "ES256"


BAD_EXCHANGES: dict[str, tuple[dict[str, str], str]] = {
    "another code": ({"code": "guessed"}, "invalid_grant"),
    "another verifier": ({"code_verifier": "x" * 43}, "invalid_grant"),
    "a short verifier": ({"code_verifier": "x"}, "invalid_grant"),
    "no verifier": ({"code_verifier": ""}, "invalid_request"),
    "no code": ({"code": ""}, "invalid_request"),
    "no redirect_uri": ({"redirect_uri": ""}, "invalid_request"),
    "another redirect_uri": ({"redirect_uri": f"{REDIRECT}/"}, "invalid_grant"),
    "the password grant": ({"grant_type": "password"}, "unsupported_grant_type"),
}


async def test_a_code_is_not_given_away(shop: RelyingParty, browser: Browser) -> None:
    good = await browser.code(shop)
    for case, (changes, code) in BAD_EXCHANGES.items():
        assert_refused(await shop.exchange(good, **changes), code, case=case)
    assert (await shop.exchange(good)).status_code == 200


async def test_a_code_of_another_client_is_refused_and_stays_good(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    other = await RelyingParty.registered(gateway, "other-shop")
    other.verifier = shop.verifier
    code = await browser.code(shop)
    assert_refused(await other.exchange(code), "invalid_grant")
    assert (await shop.exchange(code)).status_code == 200


async def test_a_code_lives_for_a_minute(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    gateway.clock.advance(seconds=60)
    assert_refused(await shop.exchange(code), "invalid_grant")


async def test_a_code_that_comes_again_ends_what_came_of_it(shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    got = (await shop.exchange(code)).json()
    assert_refused(await shop.exchange(code), "invalid_grant")
    assert (await shop.userinfo(got["access_token"])).status_code == 401
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")


async def test_of_many_exchanges_at_once_one_wins(shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    answered = await asyncio.gather(*(shop.exchange(code) for _ in range(12)))
    assert sorted(each.status_code for each in answered) == [200, *[400] * 11]


async def test_of_two_refreshes_at_once_one_wins_and_what_it_got_is_good(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    answered = await asyncio.gather(*(shop.refresh(got["refresh_token"]) for _ in range(2)))
    assert sorted(each.status_code for each in answered) == [200, 400]
    (won,) = (each.json() for each in answered if each.status_code == 200)
    assert (await shop.refresh(won["refresh_token"])).status_code == 200


async def test_of_many_refreshes_at_once_one_wins(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    answered = await asyncio.gather(*(shop.refresh(got["refresh_token"]) for _ in range(12)))
    assert sorted(each.status_code for each in answered) == [200, *[400] * 11]


async def test_a_used_token_that_comes_twice_at_once_ends_its_family(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    won = (await shop.refresh(got["refresh_token"])).json()
    answered = await asyncio.gather(*(shop.refresh(got["refresh_token"]) for _ in range(2)))
    assert [each.status_code for each in answered] == [400, 400]
    assert_refused(await shop.refresh(won["refresh_token"]), "invalid_grant")


async def test_a_refresh_token_that_comes_again_ends_its_family(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    won = (await shop.refresh(got["refresh_token"])).json()
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")
    assert_refused(await shop.refresh(won["refresh_token"]), "invalid_grant")
    assert (await shop.userinfo(won["access_token"])).status_code == 401


@pytest.mark.parametrize(
    "path", ["/oauth/token", "/oauth/userinfo", "/.well-known/openid-configuration", "/oauth/jwks"]
)
async def test_a_page_of_another_origin_may_be_a_client(gateway: Gateway, path: str) -> None:
    page = {"Origin": "https://museum.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, dpop"}
    allowed = await gateway.client().options(path, headers=page | asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "dpop" in allowed.headers["access-control-allow-headers"].lower()
    got = await gateway.client().get(path, headers=page)
    assert got.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in got.headers
    assert got.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/oauth/authorize", "/api/v1/account", "/staff/v1/me", "/"])
async def test_no_other_address_is_for_pages_of_other_origins(gateway: Gateway, path: str) -> None:
    got = await gateway.client().get(path, headers={"Origin": "https://museum.example"})
    assert "access-control-allow-origin" not in got.headers


async def test_a_refresh_token_turns(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser, scope="openid phone")
    gateway.clock.advance(days=20)
    second = await shop.refresh(got["refresh_token"], scope="openid")
    assert second.status_code == 200, second.text
    assert second.json()["scope"] == "openid"
    claims = await claims_of(shop, second.json()["id_token"])
    first = await claims_of(shop, got["id_token"])
    assert {name: claims[name] for name in ("sub", "auth_time", "sid", "iss", "aud")} == {
        name: first[name] for name in ("sub", "auth_time", "sid", "iss", "aud")
    }
    assert "nonce" not in claims
    third = (await shop.refresh(second.json()["refresh_token"])).json()
    assert third["scope"] == "openid phone"
    assert_refused(await shop.refresh(third["refresh_token"], scope="openid profile:name:read"), "invalid_scope")
    assert (await shop.refresh(third["refresh_token"])).status_code == 200


async def test_a_refresh_token_that_comes_again_ends_the_family(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    second = (await shop.refresh(got["refresh_token"])).json()
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")
    assert_refused(await shop.refresh(second["refresh_token"]), "invalid_grant")
    assert (await shop.userinfo(second["access_token"])).status_code == 401


async def test_a_refresh_token_of_another_client_or_an_old_one_is_refused(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    other = await RelyingParty.registered(gateway, "other-shop")
    got = await tokens(shop, browser, scope="openid offline_access")
    assert_refused(await other.refresh(got["refresh_token"]), "invalid_grant")
    assert_refused(await shop.refresh("guessed"), "invalid_grant")
    gateway.clock.advance(days=30)
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")


async def test_tokens_end_with_the_session_unless_the_resident_agreed_to_more(
    shop: RelyingParty, browser: Browser
) -> None:
    bound = await tokens(shop, browser)
    offline = await tokens(shop, browser, scope="openid offline_access")
    assert (await browser.request("DELETE", "/api/v1/sessions/current")).status_code == 204
    assert (await shop.userinfo(bound["access_token"])).status_code == 401
    assert_refused(await shop.refresh(bound["refresh_token"]), "invalid_grant")
    assert (await shop.userinfo(offline["access_token"])).status_code == 200
    assert (await shop.refresh(offline["refresh_token"])).status_code == 200


async def test_a_suspicious_change_ends_what_outlives_sessions(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    got = await tokens(shop, browser, scope="openid offline_access")
    gateway.clock.advance(minutes=1)
    account = (await Family.get(client_id="shop")).account_id
    await gateway.city.identity.rooms.security.holds.place(AccountId(account), "test")
    assert (await shop.userinfo(got["access_token"])).status_code == 401
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")
    gateway.clock.advance(days=2)
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")
    after = await tokens(shop, browser, scope="openid offline_access")
    assert (await shop.userinfo(after["access_token"])).status_code == 200


async def test_connections_are_listed_and_taken_back(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser, scope="openid phone offline_access")
    (listed,) = (await browser.request("GET", "/api/v1/connections")).json()["items"]
    assert listed["client"]["id"] == "shop"
    assert {scope["name"] for scope in listed["scopes"]} == {"openid", "phone", "offline_access"}
    assert (await browser.request("DELETE", "/api/v1/connections/shop")).status_code == 204
    assert (await browser.request("DELETE", "/api/v1/connections/shop")).status_code == 404
    assert (await browser.request("GET", "/api/v1/connections")).json()["items"] == []
    assert (await shop.userinfo(got["access_token"])).status_code == 401
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_grant")
    assert (await browser.authorize(shop.parameters())).headers["location"].startswith("/connect/")


async def test_a_disabled_client_and_its_tokens_are_out(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser)
    await gateway.city.identity.clients.disable("shop")
    assert (await shop.userinfo(got["access_token"])).status_code == 401
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_client", 401)
    assert (await browser.authorize(shop.parameters())).status_code == 400


async def test_an_app_is_called_back_on_any_port_of_its_own_machine(gateway: Gateway, browser: Browser) -> None:
    app = await RelyingParty.registered(
        gateway, "the-app", kind="native", redirect_uris=["http://127.0.0.1/cb", "http://localhost/cb"]
    )
    app.redirect_uri = "http://127.0.0.1:51234/cb"
    assert (await app.exchange(await browser.code(app))).status_code == 200
    for other in ("http://127.0.0.1:51234/cb/x", "http://127.0.0.1:99999/cb", "http://127.0.0.2:5/cb",
                  "http://localhost:51234/cb", "http://127.0.0.1:80@evil.example/cb"):  # fmt: skip
        assert (await browser.authorize(app.parameters(redirect_uri=other))).status_code == 400, other


async def test_a_request_may_be_pushed(gateway: Gateway, browser: Browser) -> None:
    bank = await RelyingParty.registered(gateway, "the-bank", auth_method="private_key_jwt", par_required=True)
    assert_error(await browser.authorize(bank.parameters()), "invalid_request")
    pushed = await bank.push()
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 60)
    front = {"client_id": "the-bank", "request_uri": pushed.json()["request_uri"]}
    answered = await browser.decide(await browser.authorize(front))
    assert (await bank.exchange(query_of(answered.headers["location"])["code"])).status_code == 200
    assert (await browser.authorize(front)).status_code == 400


async def test_a_pushed_request_is_of_one_client_for_a_minute(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    await RelyingParty.registered(gateway, "other-shop")
    first, second = [(await shop.push()).json()["request_uri"] for _ in range(2)]
    foreign = await browser.authorize({"client_id": "other-shop", "request_uri": first})
    assert foreign.status_code == 400
    gateway.clock.advance(seconds=60)
    assert (await browser.authorize({"client_id": "shop", "request_uri": second})).status_code == 400


async def test_a_bad_request_is_not_pushed(shop: RelyingParty) -> None:
    cases: list[tuple[dict[str, str | None], str]] = [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "phone"}, "invalid_scope"),
    ]
    for changes, code in cases:
        assert_refused(await shop.push(**changes), code)


async def test_dpop_binds_code_tokens_and_refresh(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser, shop.proof("/oauth/token"))
    assert got["token_type"] == "DPoP"
    access = got["access_token"]
    good = await shop.userinfo(access, "DPoP", shop.proof("/oauth/userinfo", "GET", access))
    assert good.status_code == 200
    assert good.headers["dpop-nonce"]
    assert (await shop.userinfo(access)).status_code == 401
    stranger = RelyingParty(gateway, "shop")
    stolen = await stranger.userinfo(access, "DPoP", stranger.proof("/oauth/userinfo", "GET", access))
    assert stolen.status_code == 401
    assert_refused(await shop.refresh(got["refresh_token"]), "invalid_dpop_proof")
    assert_refused(await stranger.refresh(got["refresh_token"], stranger.proof("/oauth/token")), "invalid_grant")
    assert (await shop.refresh(got["refresh_token"], shop.proof("/oauth/token"))).json()["token_type"] == "DPoP"


async def test_a_bearer_token_is_no_dpop_token(shop: RelyingParty, browser: Browser) -> None:
    access = (await tokens(shop, browser))["access_token"]
    refused = await shop.userinfo(access, "DPoP", shop.proof("/oauth/userinfo", "GET", access))
    assert refused.status_code == 401


async def test_without_a_nonce_one_is_handed_out(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    refused = await shop.exchange(code, shop.proof("/oauth/token", nonce=None))
    assert_refused(refused, "use_dpop_nonce")
    again = await shop.exchange(code, shop.proof("/oauth/token", nonce=refused.headers["dpop-nonce"]))
    assert again.status_code == 200
    access = again.json()["access_token"]
    asked = await shop.userinfo(access, "DPoP", shop.proof("/oauth/userinfo", "GET", access, nonce=None))
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith('DPoP error="use_dpop_nonce"')
    assert asked.headers["dpop-nonce"]


async def test_the_key_named_at_the_start_is_asked_for_at_the_end(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    pushed = (await shop.push(shop.proof("/oauth/par"))).json()["request_uri"]
    answered = await browser.decide(await browser.authorize({"client_id": "shop", "request_uri": pushed}))
    code = query_of(answered.headers["location"])["code"]
    assert_refused(await shop.exchange(code), "invalid_dpop_proof")
    stranger = RelyingParty(gateway, "shop", verifier=shop.verifier)
    assert_refused(await stranger.exchange(code, stranger.proof("/oauth/token")), "invalid_grant")
    assert (await shop.exchange(code, shop.proof("/oauth/token"))).status_code == 200
    assert_refused(await shop.push(shop.proof("/oauth/par"), dpop_jkt="x" * 43), "invalid_dpop_proof")


BAD_PROOFS: dict[str, dict[str, Any]] = {
    "typ": {"header": {"typ": "JWT"}},
    "no key": {"header": {"jwk": None}},
    "a private part": {"header": {"jwk": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "d": "d"}}},
    "a kid beside it": {"header": {"x5c": ["x"]}},
    "htm": {"htm": "GET"},
    "htu": {"htu": f"{ORIGIN}/oauth/par"},
    "htu of another host": {"htu": "https://evil.example/oauth/token"},
    "an old iat": {"iat": 1},
    "iat a text": {"iat": "now"},
    "iat of the future": {"iat": 2**40},
    "no iat": {"iat": None},
    "no jti": {"jti": None},
    "an endless jti": {"jti": "x" * 201},
    "no htm": {"htm": None},
    "a jti of no letters": {"jti": "\ud800"},
    "a jti of NUL": {"jti": "\0"},
    "key_ops a number": {"header": {"jwk": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "key_ops": 1}}},
}


async def test_a_bad_proof_is_refused(shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    for case, changes in BAD_PROOFS.items():
        refused = await shop.exchange(code, shop.proof("/oauth/token", **dict(changes)))
        assert_refused(refused, "invalid_dpop_proof", case=case)


async def test_a_proof_counts_once(shop: RelyingParty, browser: Browser) -> None:
    proof = shop.proof("/oauth/token")
    got = await tokens(shop, browser, proof)
    assert_refused(await shop.refresh(got["refresh_token"], proof), "invalid_dpop_proof")


async def test_a_proof_without_the_hash_of_the_token_is_refused(shop: RelyingParty, browser: Browser) -> None:
    access = (await tokens(shop, browser, shop.proof("/oauth/token")))["access_token"]
    for token in (None, "another"):
        refused = await shop.userinfo(access, "DPoP", shop.proof("/oauth/userinfo", "GET", token))
        assert refused.headers["www-authenticate"].startswith('DPoP error="invalid_dpop_proof"')
    assert (await shop.userinfo(access, "DPoP")).status_code == 401


async def test_a_client_that_must_prove_its_key_gets_nothing_without(gateway: Gateway, browser: Browser) -> None:
    app = await RelyingParty.registered(gateway, "strict-app", dpop_required=True)
    assert_refused(await app.exchange(await browser.code(app)), "invalid_dpop_proof")


@pytest.mark.parametrize("method", ["client_secret_basic", "private_key_jwt"])
async def test_clients_authenticate(gateway: Gateway, browser: Browser, method: str) -> None:
    bank = await RelyingParty.registered(gateway, "the-bank", auth_method=method)
    assert (await bank.exchange(await browser.code(bank))).status_code == 200
    public = RelyingParty(gateway, "the-bank", verifier=bank.verifier)
    refused = await public.exchange(await browser.code(bank))
    assert_refused(refused, "invalid_client", 401)
    assert refused.headers["www-authenticate"].startswith("Basic ")


async def test_an_unknown_client_and_a_wrong_secret_look_the_same(gateway: Gateway) -> None:
    await RelyingParty.registered(gateway, "the-bank", auth_method="client_secret_basic")
    answers = [
        await RelyingParty(gateway, client_id, secret="wrong").exchange("code") for client_id in ("the-bank", "nobody")
    ]
    assert answers[0].json() == answers[1].json()
    assert_refused(answers[0], "invalid_client", 401)


async def test_other_ways_to_authenticate_are_refused(gateway: Gateway) -> None:
    cases: list[tuple[str | None, dict[str, str]]] = [
        ("Basic !!", {}),
        ("Basic " + base64.b64encode(b"no colon").decode(), {}),
        ("Bearer x", {}),
        (None, {"client_id": "the-bank", "client_secret": "x"}),
        (None, {}),
    ]
    await RelyingParty.registered(gateway, "the-bank", auth_method="client_secret_basic")
    for authorization, form in cases:
        headers = {"Authorization": authorization} if authorization else {}
        refused = await gateway.client().post(
            "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": "x", **form}, headers=headers
        )
        assert_refused(refused, "invalid_client", 401)


async def test_two_secrets_are_alive_while_one_follows_the_other(gateway: Gateway) -> None:
    bank = await RelyingParty.registered(gateway, "the-bank", auth_method="client_secret_basic")
    secrets_ = [bank.secret]
    for _ in range(2):
        gateway.clock.advance(seconds=1)
        secrets_.append(await gateway.city.identity.clients.add_secret("the-bank"))
    codes = []
    for secret in secrets_:
        answered = await RelyingParty(gateway, "the-bank", secret=secret).refresh("x")
        codes.append(answered.json()["error"])
    assert codes == ["invalid_client", "invalid_grant", "invalid_grant"]
    gateway.clock.advance(hours=72)
    assert (await RelyingParty(gateway, "the-bank", secret=secrets_[1]).refresh("x")).status_code == 401
    assert (await RelyingParty(gateway, "the-bank", secret=secrets_[2]).refresh("x")).status_code == 400


async def test_the_metadata_say_what_there_is(gateway: Gateway) -> None:
    http = gateway.client({"Host": "localhost:8000", "X-Forwarded-Host": "evil.example"})
    one = await http.get("/.well-known/openid-configuration")
    other = await http.get("/.well-known/oauth-authorization-server")
    assert one.json() == other.json()
    said = one.json()
    assert said["issuer"] == ORIGIN
    assert said["authorization_response_iss_parameter_supported"] is True
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["subject_types_supported"] == ["pairwise"]
    assert {"authorization_code", "refresh_token", "client_credentials"} <= set(said["grant_types_supported"])
    assert "registration_endpoint" not in said
    for name, address in said.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = address.removeprefix(ORIGIN)
            answered = await gateway.client().request("GET", path)
            assert answered.status_code != 404, name


async def test_userinfo_takes_the_token_in_the_header_alone(shop: RelyingParty, browser: Browser) -> None:
    access = (await tokens(shop, browser))["access_token"]
    posted = await shop.http.post("/oauth/userinfo", headers={"Authorization": f"Bearer {access}"})
    assert posted.status_code == 200
    assert (await shop.http.get("/oauth/userinfo", params={"access_token": access})).status_code == 401
    assert (await shop.http.post("/oauth/userinfo", data={"access_token": access})).status_code == 401
    assert (await shop.userinfo("x.y.z")).status_code == 401
    id_token = (await tokens(shop, browser))["id_token"]
    assert (await shop.userinfo(id_token)).status_code == 401


async def test_a_token_without_openid_gets_no_userinfo(shop: RelyingParty, browser: Browser) -> None:
    got = await tokens(shop, browser, scope="openid phone")
    narrow = (await shop.refresh(got["refresh_token"], scope="phone")).json()
    assert "id_token" not in narrow
    refused = await shop.userinfo(narrow["access_token"])
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]


async def test_the_owner_is_told_of_a_new_connection(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    await tokens(shop, browser)
    await tokens(shop, browser)
    events = (await browser.request("GET", "/api/v1/security/events")).json()["items"]
    assert [event["kind"] for event in events].count("client-connected") == 1


async def test_texts_that_no_database_takes_are_refused(gateway: Gateway) -> None:
    bank = await RelyingParty.registered(gateway, "the-bank", auth_method="private_key_jwt")
    for changes in ({"sub": "\0"}, {"sub": "\ud800"}, {"sub": 1}, {"jti": "\0"}, {"jti": "\ud800"}):
        fields = {"grant_type": "client_credentials", "client_assertion": bank.assertion(**changes)}
        refused = await bank.http.post("/oauth/token", data={"client_assertion_type": ASSERTION, **fields})
        assert_refused(refused, "invalid_client", 401)
    for kid in (["x"], {}, 1, "\ud800"):
        assertion = jwt.encode({"sub": "the-bank"}, bank.key, "ES256", {"kid": "x"})
        header = b64(json.dumps({"alg": "ES256", "kid": kid}).encode())
        forged = f"{header}.{assertion.partition('.')[2]}"
        fields = {"grant_type": "client_credentials", "client_assertion": forged}
        refused = await bank.http.post("/oauth/token", data={"client_assertion_type": ASSERTION, **fields})
        assert_refused(refused, "invalid_client", 401)
    for pair in (b"\0:x", "é:x".encode(), b"%00:%00"):
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        refused = await bank.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic)
        assert_refused(refused, "invalid_client", 401)
    assert_refused(await bank.refresh("\0"), "invalid_request")


async def test_a_code_dies_with_the_session_that_it_came_from(shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop, scope="openid offline_access")
    assert (await browser.request("DELETE", "/api/v1/sessions/current")).status_code == 204
    assert_refused(await shop.exchange(code), "invalid_grant")


def acrs(answered: dict[str, Any]) -> set[str]:
    """What both tokens say of how well the resident is known."""
    return {
        jwt.decode(answered[name], options={"verify_signature": False})["acr"] for name in ("access_token", "id_token")
    }


async def test_tokens_say_no_more_than_what_is_left_of_the_level(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    await rows("UPDATE auth_account SET loa = 3")
    got = await tokens(shop, browser)
    assert acrs(got) == {"urn:onecity:loa:3"}
    account = (await Family.get(client_id="shop")).account_id
    await gateway.city.identity.rooms.security.holds.place(AccountId(account), "test")
    on_hold = (await shop.refresh(got["refresh_token"])).json()
    assert acrs(on_hold) == {"urn:onecity:loa:2"}
    gateway.clock.advance(hours=25)
    await rows("UPDATE auth_account SET loa = 1")
    assert acrs((await shop.refresh(on_hold["refresh_token"])).json()) == {"urn:onecity:loa:1"}, "evidence ran out"


@pytest.mark.parametrize(
    ("path", "status"), [("/oauth/end_session", 302), ("/oauth/authorize", 400)], ids=["end_session", "authorize"]
)
async def test_a_client_id_that_is_longer_than_any_names_nobody(gateway: Gateway, path: str, status: int) -> None:
    asked = await gateway.client().get(path, params={"client_id": "0" * 300})
    assert asked.status_code == status, asked.text

"""RFC 9700 (BCP 240), Best Current Practice for OAuth 2.0 Security: a test for each MUST and MUST NOT that touches us.

Each test's name begins with its section. As a client of others (auth/external) we have those of sections 2.1, 4.4 and
4.7 in tests/unit/auth/external/test_hostile_providers.py, against a provider that misbehaves.

Not ours:

- 2.1, 4.1.3: clients' own redirectors; 4.2: what clients' pages load (Referer); 4.5.3.2, 4.7.1: what other clients do.
- 2.1.2, 4.6.4: implicit grant and access tokens in answers of the authorization endpoint: there are none (tested).
- 2.2.1: sender-constrained tokens are a SHOULD; DPoP is there, and a client can be bound to it by its registration.
- 2.6, 4.17: in-browser communication (postMessage): no answer of ours takes that way.
- 4.9: resource servers that are counterfeit or compromised: a department keeps its own tokens as secrets.
- 4.10.1: mutual TLS: not offered.
- 4.13: the proxy in front is the operator's; which one is believed is a setting (the Host header is tested here).
"""

import jwt
import pytest

from auth.provider.registration import Registration
from tests.harness.gateway import ORIGIN, Gateway
from tests.harness.relying_party import ASKS, REDIRECT, Browser, RelyingParty, query_of


async def test_2_1_and_4_1_3_redirect_uris_are_compared_letter_by_letter(shop: RelyingParty, browser: Browser) -> None:
    for other in (
        f"{REDIRECT}/",
        f"{REDIRECT}?x=1",
        f"{REDIRECT};x=1",
        f"{REDIRECT}#x",
        "https://SHOP.example/callback",
        "https://shop.example/callback/../callback",
        "https://shop.example/%63allback",
        "https://shop.example:443/callback",
        "https://user@shop.example/callback",
        "https://shop.example.evil.example/callback",
    ):
        answered = await browser.authorize(shop.parameters(redirect_uri=other))
        assert answered.status_code == 400, other
        assert "location" not in answered.headers, other


async def test_2_1_and_4_1_3_only_the_port_of_an_apps_loopback_may_differ(gateway: Gateway, browser: Browser) -> None:
    uris = ["http://127.0.0.1/callback"]
    app = await RelyingParty.registered(gateway, "app", kind="native", redirect_uris=uris)
    assert (await browser.authorize(app.parameters(redirect_uri="http://127.0.0.1:5000/callback"))).status_code == 303
    other = await browser.authorize(app.parameters(redirect_uri="http://127.0.0.1:5000/other"))
    assert other.status_code == 400


async def test_2_1_and_4_11_nobody_is_sent_to_an_address_out_of_the_query(gateway: Gateway, shop: RelyingParty) -> None:
    nobody = Browser.of_nobody(gateway)
    for asked in (
        shop.parameters(redirect_uri="https://evil.example"),
        shop.parameters(redirect_uri="https://evil.example", prompt="none"),
        shop.parameters(client_id="nobody", redirect_uri="https://evil.example"),
        shop.parameters(redirect_uri="https://evil.example", response_type="token"),
    ):
        answered = await nobody.authorize(asked)
        assert answered.status_code == 400
        assert "location" not in answered.headers
    for path in ("/oauth/end_session?post_logout_redirect_uri=https://evil.example&client_id=shop",):
        assert "evil" not in (await nobody.request("GET", path)).headers["location"]


async def test_2_1_and_4_4_answers_name_their_issuer(shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters())
    assert query_of((await browser.decide(asked)).headers["location"])["iss"] == ORIGIN
    refused = await browser.authorize(shop.parameters(response_type="token"))
    assert query_of(refused.headers["location"])["iss"] == ORIGIN


async def test_2_1_1_without_a_challenge_there_is_no_code(gateway: Gateway, browser: Browser) -> None:
    for method in ("none", "client_secret_basic", "private_key_jwt"):
        client = await RelyingParty.registered(gateway, f"by-{method.replace('_', '-')}", auth_method=method)
        refused = await browser.authorize(client.parameters(code_challenge=None, code_challenge_method=None))
        assert query_of(refused.headers["location"])["error"] == "invalid_request", method


async def test_2_1_1_a_challenge_is_enforced(shop: RelyingParty, browser: Browser) -> None:
    for verifier in ("", "x" * 43, shop.verifier[:-1]):
        answered = await shop.exchange(await browser.code(shop), code_verifier=verifier)
        assert answered.status_code == 400, verifier
        assert answered.json()["error"] in {"invalid_grant", "invalid_request"}


async def test_2_1_1_and_4_8_2_no_verifier_counts_for_a_code_without_a_challenge(
    shop: RelyingParty, browser: Browser
) -> None:
    for changes in ({"code_challenge": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"}):
        refused = await browser.authorize(shop.parameters(**changes))  # type: ignore[arg-type]  # None leaves it out
        assert query_of(refused.headers["location"])["error"] == "invalid_request", changes


async def test_2_1_1_support_for_pkce_can_be_found_out(shop: RelyingParty) -> None:
    for path in ("openid-configuration", "oauth-authorization-server"):
        assert (await shop.http.get(f"/.well-known/{path}")).json()["code_challenge_methods_supported"] == ["S256"]


async def test_2_1_2_no_token_ever_comes_from_the_authorization_endpoint(shop: RelyingParty, browser: Browser) -> None:
    for kind in ("token", "id_token", "id_token token", "code token", "code id_token", "none"):
        answered = await browser.authorize(shop.parameters(response_type=kind))
        told = query_of(answered.headers["location"])
        assert told["error"] == "unsupported_response_type", kind
        assert not {"access_token", "id_token"} & told.keys()


async def test_2_2_2_and_4_14_2_refresh_tokens_turn_and_a_replay_ends_the_family(
    shop: RelyingParty, browser: Browser
) -> None:
    first = (await shop.exchange(await browser.code(shop))).json()
    second = (await shop.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await shop.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await shop.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await shop.userinfo(second["access_token"])).status_code == 401


async def test_4_14_2_a_refresh_token_is_bound_to_what_was_agreed_to(shop: RelyingParty, browser: Browser) -> None:
    given = (await shop.exchange(await browser.code(shop, scope="openid"))).json()
    more = await shop.refresh(given["refresh_token"], scope="openid phone")
    assert more.status_code == 400 or more.json()["scope"] == "openid"


async def test_4_14_2_a_refresh_token_ends_when_it_is_not_used(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = (await shop.exchange(await browser.code(shop, scope="openid offline_access"))).json()
    gateway.clock.advance(days=31)
    assert (await shop.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"


async def test_2_3_and_4_10_2_a_token_counts_where_it_is_meant_to_and_nowhere_else(
    gateway: Gateway, browser: Browser
) -> None:
    client = await RelyingParty.registered(gateway, "web", auth_method="client_secret_basic")
    given = (await client.exchange(await browser.code(client))).json()
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": given["access_token"],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "audience": "urn:onecity:department:dept-one",
    }
    passed_on = (await client.token(**form)).json()["access_token"]
    for name, token in (("exchanged", passed_on), ("ID token", given["id_token"])):
        assert (await client.userinfo(token)).status_code == 401, name
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    assert (await client.http.get("/dept/v1/upstreams/records/health", headers=headers)).status_code in {401, 404}
    assert (await client.http.get("/api/v1/account", headers=headers)).status_code == 401


async def test_2_4_passwords_are_no_grant(shop: RelyingParty) -> None:
    answered = await shop.token(grant_type="password", username="13800000001", password="secret")
    assert answered.json()["error"] == "unsupported_grant_type"
    assert "password" not in (await shop.http.get("/.well-known/openid-configuration")).json()["grant_types_supported"]


@pytest.mark.parametrize("address", ["http://shop.example/callback", "http://10.0.0.1/callback", "shop:/callback"])
def test_2_6_answers_never_travel_in_the_clear(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Registration.model_validate({"name": {"zh-CN": "商店"}, "asks": ASKS, "redirect_uris": [address]})


async def test_2_6_the_authorization_endpoint_knows_no_cors(shop: RelyingParty, browser: Browser) -> None:
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        answered = await browser.request(method, "/oauth/authorize", params=shop.parameters(), headers=headers)
        assert "access-control-allow-origin" not in answered.headers, method


async def test_2_6_and_4_15_no_client_passes_for_a_resident(gateway: Gateway, browser: Browser) -> None:
    web = await RelyingParty.registered(gateway, "web", auth_method="client_secret_basic", scopes=["dept:notices:send"])
    own = (await web.token(grant_type="client_credentials")).json()["access_token"]
    resident = (await web.exchange(await browser.code(web))).json()["access_token"]
    said = [jwt.decode(each, options={"verify_signature": False}) for each in (own, resident)]
    assert said[0]["sub"] == said[0]["client_id"] == "web"
    assert said[1]["sub"] != "web"
    assert said[0]["aud"] != said[1]["aud"]
    assert (await web.userinfo(own)).status_code == 401


async def test_4_2_4_a_code_counts_once(shop: RelyingParty, browser: Browser) -> None:
    code = await browser.code(shop)
    first = await shop.exchange(code)
    assert first.status_code == 200
    assert (await shop.exchange(code)).json()["error"] == "invalid_grant"
    assert (await shop.userinfo(first.json()["access_token"])).status_code == 401


async def test_4_3_1_answers_are_stored_by_nobody(shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters())
    answered = await browser.decide(asked)
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["referrer-policy"] == "no-referrer"


async def test_4_3_2_no_access_token_is_taken_out_of_an_address(shop: RelyingParty, browser: Browser) -> None:
    token = (await shop.exchange(await browser.code(shop))).json()["access_token"]
    answered = await shop.http.get("/oauth/userinfo", params={"access_token": token})
    assert answered.status_code in {400, 401}


async def test_4_5_3_1_a_code_is_bound_to_its_client_and_its_address(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    other = await RelyingParty.registered(gateway, "other")
    assert (await other.exchange(await browser.code(shop))).json()["error"] == "invalid_grant"
    elsewhere = await shop.exchange(await browser.code(shop), redirect_uri="https://shop.example/other")
    assert elsewhere.json()["error"] == "invalid_grant"


async def test_4_12_no_redirect_sends_a_form_on(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    begun = await browser.request("POST", "/oauth/authorize", data=shop.parameters())
    assert begun.status_code == 303
    left = await Browser.of_nobody(gateway).request("POST", "/oauth/end_session", data={"client_id": "shop"})
    assert left.status_code == 303


async def test_4_13_the_issuer_is_a_setting_and_no_header_changes_it(gateway: Gateway, shop: RelyingParty) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil.example"}
    told = await shop.http.get("/.well-known/openid-configuration", headers=headers)
    assert told.json()["issuer"] == ORIGIN
    assert "evil" not in told.text
    assert (await gateway.client(host="evil.example").get("/.well-known/openid-configuration")).status_code == 421


async def test_4_16_1_no_page_of_a_decision_is_framed(gateway: Gateway, shop: RelyingParty, browser: Browser) -> None:
    asked = await browser.authorize(shop.parameters())
    people = {"Accept": "text/html"}
    for answered in (
        asked,
        await browser.request("GET", asked.headers["location"]),
        await browser.request("GET", "/oauth/authorize", params={"client_id": "nobody"}, headers=people),
        await browser.request("GET", "/sign-out"),
    ):
        assert answered.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answered.headers["content-security-policy"]

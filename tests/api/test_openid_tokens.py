"""What becomes of tokens: looked at (RFC 7662), taken back (RFC 7009), passed on (RFC 8693), ended by a logout."""

from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from auth.provider.registration import Registration
from tests.harness.gateway import ORIGIN, Gateway
from tests.harness.relying_party import REDIRECT, Browser, RelyingParty

AFTERWARDS = "https://shop.example/afterwards?page=1"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
OWN = "urn:onecity:department:dept-one"
OTHER = "urn:onecity:department:dept-two"


@pytest.fixture
async def shop(gateway: Gateway) -> RelyingParty:
    return await confidential(gateway, "shop", post_logout_uris=[AFTERWARDS])


@pytest.fixture
async def browser(gateway: Gateway) -> Browser:
    return await Browser.of_resident(gateway)


async def confidential(gateway: Gateway, client_id: str, **changes: Any) -> RelyingParty:
    return await RelyingParty.registered(gateway, client_id, auth_method="client_secret_basic", **changes)


async def of_department(gateway: Gateway, client_id: str, department: str, **changes: Any) -> RelyingParty:
    """A department's own system, which signs nobody in."""
    registration = Registration(name={"zh-CN": "系统"}, auth_method="client_secret_basic", **changes)
    await gateway.city.identity.clients.add(client_id, department, registration)  # type: ignore[arg-type]  # a plain string will do
    return RelyingParty(gateway, client_id, "", await gateway.city.identity.clients.add_secret(client_id))


async def tokens(client: RelyingParty, browser: Browser, proof: str | None = None, **changes: str) -> dict[str, Any]:
    answered = await client.exchange(await browser.code(client, **changes), proof)
    assert answered.status_code == 200, answered.text
    content: dict[str, Any] = answered.json()
    return content


async def posted(client: RelyingParty, path: str, **form: str) -> httpx2.Response:
    fields, headers = client.credentials()
    return await client.http.post(path, data={**fields, **form}, headers=headers)


async def introspected(client: RelyingParty, token: str) -> dict[str, Any]:
    answered = await posted(client, "/oauth/introspect", token=token)
    assert (answered.status_code, answered.headers["cache-control"]) == (200, "no-store"), answered.text
    content: dict[str, Any] = answered.json()
    return content


async def passed_on(client: RelyingParty, token: str, proof: str | None = None, **changes: str) -> httpx2.Response:
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "audience": OWN,
        **changes,
    }
    return await client.token(proof, **{name: value for name, value in form.items() if value})


def claims(token: str) -> dict[str, Any]:
    content: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return content


# Introspection


async def test_a_client_sees_what_its_tokens_are_worth(shop: RelyingParty, browser: Browser) -> None:
    given = await tokens(shop, browser, scope="openid phone")
    told = await introspected(shop, given["access_token"])
    assert told["active"] is True
    assert (told["client_id"], told["scope"], told["token_type"], told["iss"]) == (
        "shop",
        "openid phone",
        "Bearer",
        ORIGIN,
    )
    assert told["sub"] == claims(given["id_token"])["sub"]
    assert told["exp"] - told["iat"] == 600
    refresh = await introspected(shop, given["refresh_token"])
    assert (refresh["active"], refresh["token_use"], refresh["sub"]) == (True, "refresh_token", told["sub"])


async def test_nobody_else_learns_anything_and_of_nothing_there_is_nothing_to_learn(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    other = await confidential(gateway, "other")
    same_department = await of_department(gateway, "department-system", "dept-one")
    for client in (other, same_department):
        for token in (given["access_token"], given["refresh_token"], given["id_token"]):
            assert await introspected(client, token) == {"active": False}
    for token in ("nothing", given["id_token"], f"{given['access_token']}x", "a.b.c", "x" * 8192):
        assert await introspected(shop, token) == {"active": False}


async def test_a_token_whose_ground_is_gone_is_not_active(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    gateway.clock.advance(seconds=603)
    assert await introspected(shop, given["access_token"]) == {"active": False}
    assert (await introspected(shop, given["refresh_token"]))["active"] is True
    renewed = (await shop.refresh(given["refresh_token"])).json()
    assert await introspected(shop, given["refresh_token"]) == {"active": False}, "used"
    await browser.request("DELETE", "/api/v1/sessions/current")
    for name in ("access_token", "refresh_token"):
        assert await introspected(shop, renewed[name]) == {"active": False}, "its session has ended"


async def test_who_does_not_prove_who_they_are_is_told_nothing(gateway: Gateway, browser: Browser) -> None:
    app = await RelyingParty.registered(gateway, "app")
    given = await tokens(app, browser)
    public = await posted(app, "/oauth/introspect", token=given["access_token"])
    assert (public.status_code, public.json()["error"]) == (400, "unauthorized_client")
    nobody = await app.http.post("/oauth/introspect", data={"token": given["access_token"]})
    assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")
    empty = await posted(await confidential(gateway, "other"), "/oauth/introspect")
    assert (empty.status_code, empty.json()["error"]) == (400, "invalid_request")


# Revocation


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
async def test_either_token_taken_back_ends_the_other(shop: RelyingParty, browser: Browser, name: str) -> None:
    given = await tokens(shop, browser)
    assert (await posted(shop, "/oauth/revoke", token=given[name])).status_code == 200
    assert await introspected(shop, given["access_token"]) == {"active": False}
    assert (await shop.userinfo(given["access_token"])).status_code == 401
    assert (await shop.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"
    again = await posted(shop, "/oauth/revoke", token=given[name])
    assert again.status_code == 200, "it is gone, and that was asked for"


async def test_a_used_refresh_token_taken_back_ends_its_family(shop: RelyingParty, browser: Browser) -> None:
    given = await tokens(shop, browser)
    renewed = (await shop.refresh(given["refresh_token"])).json()
    assert (await posted(shop, "/oauth/revoke", token=given["refresh_token"])).status_code == 200
    assert (await shop.refresh(renewed["refresh_token"])).json()["error"] == "invalid_grant"


async def test_nobody_takes_back_what_is_anothers_and_nobody_sees_whether_it_is(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    other = await confidential(gateway, "other")
    for token in (given["access_token"], given["refresh_token"], "nothing", "a.b.c"):
        answered = await posted(other, "/oauth/revoke", token=token, token_type_hint="refresh_token")
        assert (answered.status_code, answered.content) == (200, b"")
    assert (await introspected(shop, given["access_token"]))["active"] is True
    assert (await shop.refresh(given["refresh_token"])).status_code == 200


async def test_an_app_takes_its_tokens_back(gateway: Gateway, browser: Browser) -> None:
    app = await RelyingParty.registered(gateway, "app")
    given = await tokens(app, browser)
    assert (await posted(app, "/oauth/revoke", token=given["refresh_token"])).status_code == 200
    assert (await app.userinfo(given["access_token"])).status_code == 401
    nobody = await app.http.post("/oauth/revoke", data={"token": "x"})
    assert nobody.status_code == 401


async def test_a_token_by_client_credentials_runs_out_by_itself(gateway: Gateway) -> None:
    system = await of_department(gateway, "system", "dept-one", scopes=["dept:notices:send"])
    token = (await system.token(grant_type="client_credentials")).json()["access_token"]
    own = await posted(system, "/oauth/revoke", token=token)
    assert (own.status_code, own.json()["error"]) == (400, "unsupported_token_type")
    other = await of_department(gateway, "another-system", "dept-one")
    assert (await posted(other, "/oauth/revoke", token=token)).status_code == 200


# Exchange


async def test_a_client_passes_a_token_on_to_its_department(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser, scope="openid phone offline_access")
    answered = await passed_on(shop, given["access_token"], scope="phone")
    content = answered.json()
    assert (answered.status_code, content["issued_token_type"], content["token_type"]) == (200, ACCESS_TOKEN, "Bearer")
    assert (content["scope"], content["expires_in"]) == ("phone", 60)
    assert "refresh_token" not in content
    said = claims(content["access_token"])
    assert (said["aud"], said["act"], said["client_id"]) == (OWN, {"sub": "shop"}, "shop")
    assert said["exp"] - said["iat"] == 60
    assert jwt.get_unverified_header(content["access_token"])["typ"] == "at+jwt"
    assert said["sub"] != claims(given["id_token"])["sub"], "the department's own name for the resident"
    department = await of_department(gateway, "department-system", "dept-one")
    assert (await introspected(department, content["access_token"]))["sub"] == said["sub"]
    assert (await introspected(shop, content["access_token"]))["active"] is True
    stranger = await of_department(gateway, "stranger", "dept-two")
    assert await introspected(stranger, content["access_token"]) == {"active": False}
    assert (await shop.userinfo(content["access_token"])).status_code == 401, "for the department alone"


async def test_a_token_that_was_passed_on_ends_with_what_it_came_from_or_alone(
    shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    first, second = [(await passed_on(shop, given["access_token"])).json()["access_token"] for _ in range(2)]
    await posted(shop, "/oauth/revoke", token=first)
    assert await introspected(shop, first) == {"active": False}
    assert (await introspected(shop, given["access_token"]))["active"] is True
    await posted(shop, "/oauth/revoke", token=given["access_token"])
    assert await introspected(shop, second) == {"active": False}


async def test_an_old_token_is_passed_on_for_what_is_left_of_it(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    gateway.clock.advance(seconds=580)
    assert (await passed_on(shop, given["access_token"])).json()["expires_in"] == 20
    gateway.clock.advance(seconds=30)
    assert (await passed_on(shop, given["access_token"])).json()["error"] == "invalid_request"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no subject token": ({"subject_token": ""}, "invalid_request"),
    "no type": ({"subject_token_type": ""}, "invalid_request"),
    "an ID token": ({"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, "invalid_request"),
    "a refresh token asked for": (
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        "invalid_request",
    ),
    "an actor token": ({"actor_token": "x", "actor_token_type": ACCESS_TOKEN}, "invalid_request"),
    "no token at all": ({"subject_token": "nothing"}, "invalid_request"),
    "no audience": ({"audience": ""}, "invalid_target"),
    "a resource": ({"resource": "https://dept-one.example"}, "invalid_target"),
    "another department": ({"audience": OTHER}, "invalid_target"),
    "no department": ({"audience": "https://dept-one.example"}, "invalid_target"),
    "more than the token has": ({"scope": "openid phone"}, "invalid_scope"),
    "access beyond the session": ({"scope": "offline_access"}, "invalid_scope"),
    "scopes of the client itself": ({"scope": "dept:notices:send"}, "invalid_scope"),
}


async def test_what_cannot_be_exchanged_is_refused(gateway: Gateway, browser: Browser) -> None:
    shop = await confidential(gateway, "shop", scopes=["dept:notices:send"])
    given = await tokens(shop, browser, scope="openid offline_access")
    for name, (changes, code) in REFUSED.items():
        answered = await passed_on(shop, given["access_token"], **changes)
        assert (answered.status_code, answered.json()["error"]) == (400, code), name


async def test_nobody_exchanges_the_token_of_another_client_and_no_app_any(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    other = await confidential(gateway, "other")
    assert (await passed_on(other, given["access_token"])).json()["error"] == "invalid_request"
    app = await RelyingParty.registered(gateway, "app")
    own = await tokens(app, browser)
    assert (await passed_on(app, own["access_token"])).json()["error"] == "unauthorized_client"


async def test_departments_pass_it_on_where_they_are_let_and_not_for_ever(gateway: Gateway, browser: Browser) -> None:
    shop = await confidential(gateway, "shop")
    one = await of_department(gateway, "one", "dept-one", scopes=["exchange:department:dept-two"])
    two = await of_department(gateway, "two", "dept-two", scopes=["exchange:department:dept-one"])
    lost = await of_department(gateway, "lost", "dept-one", scopes=["exchange:department:dept-nowhere"])
    token = (await passed_on(shop, (await tokens(shop, browser))["access_token"])).json()["access_token"]
    nowhere = await passed_on(lost, token, audience="urn:onecity:department:dept-nowhere")
    assert nowhere.json()["error"] == "invalid_target"
    assert (await passed_on(two, token)).json()["error"] == "invalid_request", "the token is for another department"
    second = (await passed_on(one, token, audience=OTHER)).json()["access_token"]
    assert claims(second)["act"] == {"sub": "one", "act": {"sub": "shop"}}
    third = (await passed_on(two, second)).json()["access_token"]
    assert claims(third)["act"] == {"sub": "two", "act": {"sub": "one", "act": {"sub": "shop"}}}
    fourth = await passed_on(one, third, audience=OTHER)
    assert fourth.json()["error"] == "invalid_request", "three have passed it on"


async def test_a_token_that_is_bound_to_a_key_is_passed_on_by_its_holder_alone(
    shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser, shop.proof("/oauth/token"))
    assert (await passed_on(shop, given["access_token"])).json()["error"] == "invalid_dpop_proof"
    content = (await passed_on(shop, given["access_token"], shop.proof("/oauth/token"))).json()
    assert content["token_type"] == "DPoP"
    assert claims(content["access_token"])["cnf"] == claims(given["access_token"])["cnf"]
    shop.dpop_key = generate_private_key(SECP256R1())
    other = await passed_on(shop, given["access_token"], shop.proof("/oauth/token"))
    assert other.json()["error"] == "invalid_dpop_proof"


# Signing out where a client asks for it


async def leaving(browser: Browser, method: str = "GET", **asked: str) -> httpx2.Response:
    if method == "GET":
        return await browser.request("GET", "/oauth/end_session", params=asked)
    return await browser.request("POST", "/oauth/end_session", data=asked)


async def is_signed_in(browser: Browser) -> bool:
    return (await browser.request("GET", "/api/v1/account")).status_code == 200


async def test_who_shows_the_id_token_of_this_session_signs_out_without_a_question(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    given = await tokens(shop, browser)
    gateway.clock.advance(days=2)  # the hint may have expired
    left = await leaving(
        browser, id_token_hint=given["id_token"], post_logout_redirect_uri=AFTERWARDS, state="a state&x=y"
    )
    assert (left.status_code, left.headers["location"]) == (302, f"{AFTERWARDS}&state=a+state%26x%3Dy")
    assert not await is_signed_in(browser)
    assert (await shop.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"


async def test_without_a_hint_the_resident_is_asked(shop: RelyingParty, browser: Browser) -> None:
    asked = {"client_id": "shop", "post_logout_redirect_uri": AFTERWARDS, "state": "s"}
    for method in ("GET", "POST"):
        left = await leaving(browser, method, **asked)
        address = httpx2.URL(left.headers["location"])
        assert address.path == "/sign-out"
        assert dict(address.params) == {"client": "便民商店", **asked}
        assert await is_signed_in(browser)
    agreed = await browser.request("POST", "/api/v1/sign-out", json=asked)
    assert agreed.json() == {"redirect": f"{AFTERWARDS}&state=s"}
    assert not await is_signed_in(browser)


async def test_an_id_token_of_somebody_else_or_of_another_client_asks(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    other = await confidential(gateway, "other")
    theirs = await tokens(shop, await Browser.of_resident(gateway, "13800000002"))
    own, elsewhere = await tokens(shop, browser), await tokens(other, browser)
    forged = jwt.encode(claims(own["id_token"]), generate_private_key(SECP256R1()), "ES256", {"typ": "JWT"})
    cases: dict[str, dict[str, str]] = {
        "another resident": {"id_token_hint": theirs["id_token"]},
        "another client": {"id_token_hint": elsewhere["id_token"], "client_id": "shop"},
        "an access token": {"id_token_hint": own["access_token"]},
        "forged": {"id_token_hint": forged},
        "nothing": {"id_token_hint": "nothing"},
        "unreadable": {"id_token_hint": "a.b.c"},
    }
    for name, asked in cases.items():
        left = await leaving(browser, **asked)
        assert left.headers["location"].partition("?")[0] == "/sign-out", name
        assert await is_signed_in(browser), name


ELSEWHERE = (
    "https://evil.example",
    "https://shop.example/afterwards",
    f"{AFTERWARDS}&more=1",
    f"{AFTERWARDS}#x",
    "https://shop.example@evil.example/afterwards?page=1",
    "//evil.example",
    "javascript:alert(1)",
    REDIRECT,
)


async def test_nobody_is_sent_to_an_address_that_is_not_registered_to_the_letter(
    gateway: Gateway, shop: RelyingParty, browser: Browser
) -> None:
    nobody = Browser.of_nobody(gateway)
    for address in ELSEWHERE:
        asked = {"client_id": "shop", "post_logout_redirect_uri": address}
        assert (await leaving(nobody, **asked)).headers["location"] == "/sign-out?done", address
        shown = (await leaving(browser, **asked)).headers["location"]
        assert "evil" not in shown, address
        assert "post_logout" not in shown, address
        other = await Browser.of_resident(gateway, "13800000003")
        agreed = await other.request("POST", "/api/v1/sign-out", json=asked)
        assert agreed.json() == {"redirect": None}, address
        gateway.clock.advance(minutes=2)
    gone = await leaving(nobody, client_id="shop", post_logout_redirect_uri=AFTERWARDS)
    assert gone.headers["location"] == AFTERWARDS, "registered, and there is no session to end"
    twice = await nobody.request("GET", "/oauth/end_session?client_id=shop&client_id=other")
    assert twice.headers["location"] == "/sign-out?done"


async def test_a_form_comes_without_the_cookie_and_goes_on_as_a_link(gateway: Gateway, shop: RelyingParty) -> None:
    nobody = Browser.of_nobody(gateway)
    left = await leaving(nobody, "POST", client_id="shop", state="a&b")
    assert (left.status_code, left.headers["location"]) == (303, "/oauth/end_session?client_id=shop&state=a%26b")
    empty = await nobody.request("POST", "/oauth/end_session", json={})
    assert empty.headers["location"] == "/sign-out?done"

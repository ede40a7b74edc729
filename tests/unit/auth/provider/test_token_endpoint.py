"""The token endpoint and the key set: what they take, and how they refuse."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.jwk import jwk_of
from auth.provider.api.routes import OPERATIONS
from auth.provider.errors import OAuthRefused
from auth.provider.models import Code, Family, PushedRequest, RefreshToken
from auth.provider.registration import Registration
from core.ids import DepartmentId
from core.operations import routes
from core.problems import Problem
from tests.unit.auth.provider.wiring import provider_of, registration
from tests.unit.auth.wiring import ORIGIN, City, DepartmentSystem

FORM = "application/x-www-form-urlencoded"


async def on_problem(request: Request[Any], error: Exception) -> Response:
    assert isinstance(error, Problem)
    return JSONResponse(error.content(ORIGIN, "test"), error.status, error.headers, "application/problem+json")


@pytest.fixture
async def page(city: City) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=routes(OPERATIONS), exception_handlers={Problem: on_problem})
    state = {"provider": provider_of(city), "keys": city.keys}

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": state}, receive, send)

    transport = httpx2.ASGITransport(with_state)
    async with httpx2.AsyncClient(transport=transport, base_url="https://localhost:8000") as client:
        yield client


@pytest.fixture
async def system(city: City) -> DepartmentSystem:
    system = DepartmentSystem()
    await system.enter(city)
    return system


def form(assertion: str, **changes: str | None) -> dict[str, str]:
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def assert_oauth_error(response: httpx2.Response, status: int, code: str) -> None:
    """RFC 6749, section 5.2."""
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert response.json().keys() == {"error", "error_description"}
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    allowed = {chr(code) for code in (*range(0x20, 0x22), *range(0x23, 0x5C), *range(0x5D, 0x7F))}
    assert set(response.json()["error_description"]) <= allowed


async def test_the_key_set_is_public_and_conditional(page: httpx2.AsyncClient, city: City) -> None:
    keys = await page.get("/oauth/jwks")
    assert keys.json() == {"keys": await city.keys.public()}
    assert keys.headers["Cache-Control"] == "public, max-age=300"
    etag = keys.headers["ETag"]
    for tags in (etag, f'"other", W/{etag}'):
        same = await page.get("/oauth/jwks", headers={"If-None-Match": tags})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    await city.keys.ensure(with_rsa=True)
    changed = await page.get("/oauth/jwks", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert sorted(key["alg"] for key in changed.json()["keys"]) == ["ES256", "RS256"]
    assert all(None not in key.values() for key in changed.json()["keys"])


async def test_a_department_gets_a_token(page: httpx2.AsyncClient, city: City, system: DepartmentSystem) -> None:
    issued = await page.post(
        "/oauth/token", data=form(system.assertion(city.clock.now()), scope="dept:notices:send", unknown="ignored")
    )
    assert issued.status_code == 200
    assert issued.headers["Cache-Control"] == "no-store"
    assert {**issued.json(), "access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "dept:notices:send",
    }
    assert (await city.department_tokens.verify(issued.json()["access_token"])).client == system.client_id


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": None}, (400, "invalid_request")),
        ({"client_assertion": None}, (400, "invalid_request")),
        ({"client_assertion_type": "other"}, (400, "invalid_request")),
        ({"client_assertion_type": None, "client_assertion": None}, (401, "invalid_client")),
        ({"client_assertion": "nonsense"}, (401, "invalid_client")),
        ({"client_id": "another"}, (401, "invalid_client")),
        ({"scope": "dept:everything:do"}, (400, "invalid_scope")),
    ],
    ids=str,
)
async def test_the_token_endpoint_refuses_in_the_shape_of_the_rfc(
    page: httpx2.AsyncClient,
    city: City,
    system: DepartmentSystem,
    changes: dict[str, str | None],
    refusal: tuple[int, str],
) -> None:
    body = form(system.assertion(city.clock.now()), **changes)
    assert_oauth_error(await page.post("/oauth/token", data=body), *refusal)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"{}", "application/json"),
        (b"grant_type=a&grant_type=b", FORM),
        (b"\xff=1", FORM),
        (b"no form", FORM),
        (b"", FORM),
        (urlencode([(f"p{number}", "1") for number in range(31)]).encode(), FORM),
    ],
)
async def test_what_is_no_form_is_an_invalid_request(page: httpx2.AsyncClient, content: bytes, media: str) -> None:
    refused = await page.post("/oauth/token", content=content, headers={"Content-Type": media})
    assert_oauth_error(refused, 400, "invalid_request")


async def test_an_endless_form_is_not_read(page: httpx2.AsyncClient) -> None:
    refused = await page.post("/oauth/token", data={"scope": "x" * 20_000})
    assert (refused.status_code, refused.json()["type"]) == (413, f"{ORIGIN}/problems/content-too-large")


async def test_a_client_authenticates_in_one_way(
    page: httpx2.AsyncClient, city: City, system: DepartmentSystem
) -> None:
    body = form(system.assertion(city.clock.now()))
    basic = {"Authorization": "Basic eDp5"}
    assert_oauth_error(await page.post("/oauth/token", data=body, headers=basic), 400, "invalid_request")
    twice = [("Authorization", "Basic eDp5"), ("Authorization", "Basic eDp5")]
    refused = await page.post("/oauth/token", data=form("x", client_assertion=None), headers=twice)
    assert_oauth_error(refused, 400, "invalid_request")


async def test_an_assertion_may_be_signed_with_rsa_and_by_any_of_its_keys(page: httpx2.AsyncClient, city: City) -> None:
    keys = [generate_rsa(65537, 2048) for _ in range(2)]
    bank = Registration(name={"zh-CN": "银行"}, scopes=["dept:notices:send"])
    await city.clients.add("bank", DepartmentId("one"), bank, [jwk_of(key.public_key()) for key in keys])
    now = int(city.clock.now().timestamp())
    for number, key in enumerate(keys):
        claims = {"iss": "bank", "sub": "bank", "aud": ORIGIN, "jti": f"{number}", "iat": now, "exp": now + 60}
        issued = await page.post("/oauth/token", data=form(jwt.encode(claims, key, "RS256")))
        assert issued.status_code == 200, issued.text
    hs = jwt.encode({"iss": "bank", "sub": "bank", "aud": ORIGIN, "jti": "x", "iat": now, "exp": now + 60}, "k" * 32)
    assert_oauth_error(await page.post("/oauth/token", data=form(hs)), 401, "invalid_client")


async def test_an_unknown_client_is_refused_as_a_wrong_key_is(
    page: httpx2.AsyncClient, city: City, system: DepartmentSystem
) -> None:
    unknown, impostor = DepartmentSystem("nobody"), DepartmentSystem()
    bodies = [form(each.assertion(city.clock.now())) for each in (unknown, impostor)]
    texts = [(await page.post("/oauth/token", data=body)).json() for body in bodies]
    assert texts[0] == texts[1]


async def test_id_and_secret_are_encoded_inside(page: httpx2.AsyncClient, city: City) -> None:
    basic = registration(auth_method="client_secret_basic", scopes=["dept:notices:send"])
    await city.clients.add("a:b c", DepartmentId("one"), basic)
    secret = await city.clients.add_secret("a:b c")
    good = base64.b64encode(f"a%3Ab+c:{secret}".encode()).decode()
    plain = base64.b64encode(f"a:b c:{secret}".encode()).decode()
    grant = {"grant_type": "client_credentials"}
    assert (await page.post("/oauth/token", data=grant, headers={"Authorization": f"Basic {good}"})).is_success
    refused = await page.post("/oauth/token", data=grant, headers={"Authorization": f"Basic {plain}"})
    assert_oauth_error(refused, 401, "invalid_client")


async def test_a_client_without_scopes_of_its_own_gets_no_token(page: httpx2.AsyncClient, city: City) -> None:
    await city.clients.add("shop", DepartmentId("one"), registration())
    refused = await page.post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "shop"})
    assert_oauth_error(refused, 400, "unauthorized_client")


@pytest.mark.both_databases
async def test_what_has_run_out_is_removed(city: City) -> None:
    provider = provider_of(city)
    client = await city.clients.add("shop", DepartmentId("one"), registration())
    parameters = {
        "client_id": "shop",
        "response_type": "code",
        "redirect_uri": "https://shop.example/callback",
        "scope": "openid",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    await provider.pushed.push(client, parameters, None)
    now = city.clock.now()
    family: dict[str, Any] = {
        "client_id": "shop", "account_id": "a", "sid": "s", "scope": "openid", "claims": {}, "acr": "", "amr": "",
        "authenticated_at": now, "created_at": now,
    }  # fmt: skip
    for name, ends in (("lives", timedelta(days=9)), ("over", timedelta(minutes=1))):
        await Family.create(id=name, expires_at=now + ends, **family)
        await RefreshToken.create(digest=name, family_id=name, expires_at=now + ends)
    await Family.create(id="ended", ended_at=now, expires_at=now + timedelta(days=9), **family)
    city.clock.advance(days=1)
    await provider.leftovers.remove()
    assert [each.id for each in await Family.all()] == ["lives"]
    assert [each.digest for each in await RefreshToken.all()] == ["lives"]
    assert not await PushedRequest.all().exists()
    assert not await Code.all().exists()


async def test_initial_tokens_count_so_often_and_so_long(city: City) -> None:
    settings = city.settings.provider.model_copy(update={"registration": True})
    city.settings = city.settings.model_copy(update={"provider": settings})
    tokens = provider_of(city).initial_tokens
    token = await tokens.issue(DepartmentId("one"), "sandbox", uses=2, days=1)
    for _ in range(2):
        assert (await tokens.spend(token)).department_id == "one"
    late = await tokens.issue(DepartmentId("one"), "sandbox", uses=1, days=1)
    city.clock.advance(days=1)
    for spent in (token, late, "guessed"):
        with pytest.raises(OAuthRefused) as refused:
            await tokens.spend(spent)
        assert refused.value.status == 401

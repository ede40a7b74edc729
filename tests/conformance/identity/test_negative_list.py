"""The list of attacks of the identity page, section 9.3, a row each: tried here, or in the test that is named.

Rows of django-oauth-toolkit's security notes first, then our own, then those of the rules in that page.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
import structlog

from auth.models import Account
from auth.provider.registration import Registration
from core.database import rows
from tests.harness.gateway import Gateway
from tests.harness.relying_party import ASKS, REDIRECT, Browser, RelyingParty

ROOT = Path(__file__).parents[2]
TABLES = ("provider_code", "provider_refresh", "provider_family", "provider_client_secret", "auth_session")


@dataclass(frozen=True)
class World:
    """A city with a client and a resident's browser."""

    gateway: Gateway
    shop: RelyingParty
    browser: Browser

    async def tokens(self, **changes: str) -> dict[str, str]:
        given: dict[str, str] = (await self.shop.exchange(await self.browser.code(self.shop, **changes))).json()
        return given

    async def asked(self, path: str, client: RelyingParty, **form: str) -> int:
        fields, headers = client.credentials()
        return (await client.http.post(path, data={**fields, **form}, headers=headers)).status_code

    async def refused(self, refresh_token: str) -> bool:
        return (await self.shop.refresh(refresh_token)).json().get("error") == "invalid_grant"


async def altered_redirects(world: World) -> None:
    for end in ("?extra=1", ";params", "#", "#x", "/..", "%2F"):
        refused = await world.browser.authorize(world.shop.parameters(redirect_uri=f"{REDIRECT}{end}"))
        assert refused.status_code == 400, end
    user = await world.browser.authorize(world.shop.parameters(redirect_uri="https://a@shop.example/callback"))
    assert user.status_code == 400


async def silent_redirect(world: World) -> None:
    nobody = Browser.of_nobody(world.gateway)
    refused = await nobody.authorize(world.shop.parameters(prompt="none", redirect_uri="https://evil.example"))
    assert refused.status_code == 400
    assert "location" not in refused.headers


async def anothers_token_revoked(world: World) -> None:
    other = await RelyingParty.registered(world.gateway, "other")
    given = await world.tokens()
    for token in (given["access_token"], given["refresh_token"]):
        assert await world.asked("/oauth/revoke", other, token=token) == 200
    assert (await world.shop.userinfo(given["access_token"])).status_code == 200
    assert (await world.shop.refresh(given["refresh_token"])).status_code == 200


async def half_revoked(world: World) -> None:
    given = await world.tokens()
    await world.asked("/oauth/revoke", world.shop, token=given["access_token"])
    assert await world.refused(given["refresh_token"])


async def grace_for_the_revoked(world: World) -> None:
    given = await world.tokens()
    await world.asked("/oauth/revoke", world.shop, token=given["refresh_token"])
    assert await world.refused(given["refresh_token"]), "there is no grace at all"


async def grace_for_the_old(world: World) -> None:
    generations = [await world.tokens()]
    for _ in range(3):
        generations.append((await world.shop.refresh(generations[-1]["refresh_token"])).json())
    assert await world.refused(generations[0]["refresh_token"])
    assert await world.refused(generations[-1]["refresh_token"]), "the family has ended"


async def no_device_grant(world: World) -> None:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}
    assert (await world.shop.token(**form)).json()["error"] == "unsupported_grant_type"
    metadata = (await world.shop.http.get("/.well-known/openid-configuration")).json()
    assert "device_authorization_endpoint" not in metadata


async def secrets_in_logs(world: World) -> None:
    client = await RelyingParty.registered(world.gateway, "web", auth_method="client_secret_basic")
    with structlog.testing.capture_logs() as lines:
        given = (await client.exchange(await world.browser.code(client))).json()
        await world.asked("/oauth/introspect", client, token=given["access_token"])
        await world.asked("/oauth/revoke", client, token=given["refresh_token"])
    assert lines
    assert client.secret
    for secret in (client.secret, given["access_token"], given["refresh_token"], given["id_token"], client.verifier):
        assert secret not in str(lines)


async def tokens_to_be_read(world: World) -> None:
    client = await RelyingParty.registered(world.gateway, "web", auth_method="client_secret_basic")
    code = await world.browser.code(client)
    given = (await client.exchange(code)).json()
    (cookie,) = [value for name, value in world.browser.cookies.items() if name.endswith("_session")]
    stored = "".join([str(await rows(f"SELECT * FROM {table}")) for table in TABLES])  # noqa: S608 - our own names
    assert "digest" in stored
    for secret in (code, given["access_token"], given["refresh_token"], client.secret, cookie):
        assert str(secret) not in stored
    listed = (await world.browser.request("GET", "/api/v1/connections")).text
    assert given["refresh_token"] not in listed


async def shared_secret_signature(world: World) -> None:
    with pytest.raises(ValueError, match="id_token_alg"):
        Registration.model_validate(
            {"name": {"zh-CN": "商店"}, "asks": ASKS, "redirect_uris": [REDIRECT], "id_token_alg": "HS256"}
        )
    given = await world.tokens()
    claims = jwt.decode(given["id_token"], options={"verify_signature": False})
    forged = jwt.encode(claims, "a secret that is long enough to sign with", "HS256", {"typ": "JWT"})
    left = await world.browser.request("GET", "/oauth/end_session", params={"id_token_hint": forged})
    assert left.headers["location"].startswith("/sign-out")
    assert (await world.browser.request("GET", "/api/v1/account")).status_code == 200


async def parallel_refreshes(world: World) -> None:
    given = await world.tokens()
    answered = await asyncio.gather(*(world.shop.refresh(given["refresh_token"]) for _ in range(5)))
    assert [each.status_code for each in answered].count(200) == 1
    assert await world.refused(given["refresh_token"]), "it comes again afterwards: the family ends"
    (won,) = (each.json() for each in answered if each.status_code == 200)
    assert await world.refused(won["refresh_token"])


async def parallel_codes(world: World) -> None:
    code = await world.browser.code(world.shop)
    answered = await asyncio.gather(*(world.shop.exchange(code) for _ in range(5)))
    assert [each.status_code for each in answered].count(200) == 1


async def one_cache_for_all(world: World) -> None:
    given = await world.tokens()
    assert (await world.shop.userinfo(given["access_token"])).status_code == 200
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    for path in ("/api/v1/account", "/dept/v1/upstreams/records/health"):
        assert (await world.shop.http.get(path, headers=headers)).status_code in {401, 404}, path
    for token in (given["id_token"], given["refresh_token"]):
        assert (await world.shop.userinfo(token)).status_code == 401


async def account_from_elsewhere(world: World) -> None:
    before = await Account.all().count()
    nobody = Browser.of_nobody(world.gateway)
    assert (await nobody.request("POST", "/api/v1/external-identities")).status_code == 401
    assert await Account.all().count() == before


async def tokens_within_frames(world: World) -> None:
    signed_in = await world.browser.request("GET", "/sign-in")
    assert "frame-ancestors 'none'" in signed_in.headers["content-security-policy"]
    assert all(name.startswith("__Host-") for name in world.browser.cookies), "of the app's own host alone"


async def no_stored_challenge(world: World) -> None:
    refused = await world.browser.authorize(world.shop.parameters(code_challenge=None, code_challenge_method=None))
    assert "error=invalid_request" in refused.headers["location"]


async def replayed_code(world: World) -> None:
    code = await world.browser.code(world.shop)
    given = (await world.shop.exchange(code)).json()
    assert (await world.shop.exchange(code)).json()["error"] == "invalid_grant"
    assert await world.refused(given["refresh_token"])


async def reused_refresh(world: World) -> None:
    given = await world.tokens()
    renewed = (await world.shop.refresh(given["refresh_token"])).json()
    assert await world.refused(given["refresh_token"])
    assert await world.refused(renewed["refresh_token"])


TRIED: dict[str, Callable[[World], Awaitable[None]]] = {
    "a redirect URI with an extra query, ;params, userinfo or #": altered_redirects,
    "an open redirect through prompt=none": silent_redirect,
    "another client's token revoked": anothers_token_revoked,
    "an access token revoked, its refresh token left": half_revoked,
    "a grace window for a refresh token that was revoked": grace_for_the_revoked,
    "a grace window for tokens several generations old": grace_for_the_old,
    "a device code approved by another user": no_device_grant,
    "a user_code that can be guessed": no_device_grant,
    "a client secret in the logs": secrets_in_logs,
    "tokens that can be read where they are kept or listed": tokens_to_be_read,
    "an ID token signed with a shared secret": shared_secret_signature,
    "two parallel refreshes": parallel_refreshes,
    "a code exchanged by several at once": parallel_codes,
    "a verification remembered for one place believed in another": one_cache_for_all,
    "an account made of what somebody else says": account_from_elsewhere,
    "the host's token within a mini-service's frame": tokens_within_frames,
    "a verifier without a stored challenge": no_stored_challenge,
    "a replayed code": replayed_code,
    "a reused refresh token": reused_refresh,
}
ELSEWHERE: dict[str, str] = {
    "a registration token stored in clear": (
        "unit/auth/provider/test_token_endpoint.py::test_initial_tokens_count_so_often_and_so_long"
    ),
    "every row of the table of PyJWT": "unit/auth/test_jwt.py::REFUSED",
    "a wrong iss, a missing iss, a wrong state (we as client)": (
        "unit/auth/external/test_hostile_providers.py::RETURNS"
    ),
    "a wrong iss, a missing iss, a wrong state (others' client)": "e2e/test_openid_clients.py::OPENID_CLIENT",
    "a DPoP proof with a wrong typ, htm, htu, iat or a private part": (
        "api/test_openid_provider.py::test_a_bad_proof_is_refused"
    ),
    "a DPoP proof replayed": "api/test_openid_provider.py::test_a_proof_counts_once",
    "a DPoP proof without ath": ("api/test_openid_provider.py::test_a_proof_without_the_hash_of_the_token_is_refused"),
    "a logout token with a nonce, empty events or a wrong aud": (
        "unit/auth/external/test_identities.py::LOGOUT_TOKENS"
    ),
}


@pytest.mark.parametrize("row", TRIED)
async def test_an_attack_of_the_list_fails(gateway: Gateway, shop: RelyingParty, browser: Browser, row: str) -> None:
    await TRIED[row](World(gateway, shop, browser))


@pytest.mark.parametrize("row", ELSEWHERE)
def test_the_other_rows_are_where_the_list_says(row: str) -> None:
    file, name = ELSEWHERE[row].split("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert f"def {name}(" in text or f"\n{name}" in text

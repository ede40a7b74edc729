"""Passkeys through the real pages: Chromium's virtual authenticator makes them and signs with them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.harness.bare_city import bare_city
from tests.harness.browser import phone
from tests.harness.city import City
from tests.harness.resident import fresh_number

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

POST = """async ([path, body]) => {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}"""
SIGN = """async ([options, changes]) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({ ...options, ...changes });
  return (await navigator.credentials.get({ publicKey })).toJSON();
}"""

NO_SUGGESTIONS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"
"""A browser that does not suggest passkeys in forms."""


@dataclass
class Owner:
    """A resident with a phone whose Chromium has an authenticator in it."""

    city: City
    page: Page
    cdp: CDPSession
    authenticator: str
    number: str

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self.city.origin}{path}")

    async def signs_in_by_code(self) -> None:
        await self.opens("/sign-in")
        await self.page.get_by_test_id("phone").fill(self.number)
        await self.page.get_by_test_id("send-code").click()
        await expect(self.page.get_by_role("alert").first).to_contain_text("已发送")
        await self.page.get_by_test_id("code").fill(self.city.code(self.number))
        await self.page.get_by_test_id("sign-in").click()
        await self.is_in()

    async def is_in(self) -> None:
        await expect(self.page.get_by_test_id("search")).to_be_visible()
        assert await self.me()

    async def me(self) -> Any:
        return await self.page.evaluate("async () => (await fetch('/api/v1/account')).ok")

    async def adds_a_passkey(self) -> None:
        await self.opens("/me/security/passkeys/new")
        await self.page.get_by_test_id("passkey-create").click()
        await expect(self.page.get_by_test_id("passkeys").locator("li")).to_have_count(1)

    async def signs_out(self) -> None:
        await self.page.evaluate("async () => fetch('/api/v1/sessions/current', { method: 'DELETE' })")
        assert not await self.me()

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        return dict(await self.page.evaluate(POST, [path, body]))

    async def signs(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return dict(await self.page.evaluate(SIGN, [options, changes]))

    async def credentials(self) -> list[dict[str, Any]]:
        found = await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return list(found["credentials"])


@pytest.fixture(scope="module")
def own_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with bare_city(tmp_path_factory.mktemp("city"), {}) as city:
        yield city


@pytest.fixture
async def owner(own_city: City) -> AsyncIterator[Owner]:
    async with phone() as context:
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield Owner(own_city, page, cdp, made["authenticatorId"], fresh_number())


async def test_a_resident_makes_a_passkey_and_signs_in_with_it(owner: Owner) -> None:
    await owner.signs_in_by_code()
    await owner.adds_a_passkey()
    (made,) = await owner.credentials()
    assert (made["isResidentCredential"], made["rpId"]) == (True, "localhost")
    await owner.signs_out()
    await owner.page.add_init_script(NO_SUGGESTIONS)  # or the one in the phone field would be taken before the click
    await owner.opens("/sign-in")
    await owner.page.get_by_test_id("passkey").click()
    await owner.is_in()
    assert (await owner.credentials())[0]["signCount"] > made["signCount"]


async def test_a_passkey_is_taken_from_the_suggestions_of_the_phone_field(owner: Owner) -> None:
    await owner.signs_in_by_code()
    await owner.adds_a_passkey()
    await owner.signs_out()
    await owner.opens("/sign-in")  # the virtual authenticator takes the one suggestion by itself
    await owner.is_in()


async def test_a_removed_passkey_opens_nothing_more(owner: Owner) -> None:
    await owner.signs_in_by_code()
    await owner.adds_a_passkey()
    passkeys = (await owner.page.evaluate("async () => (await fetch('/api/v1/credentials')).json()"))["passkeys"]
    remove = "async (id) => (await fetch(`/api/v1/credentials/passkeys/${id}`, { method: 'DELETE' })).status"
    assert await owner.page.evaluate(remove, passkeys[0]["id"]) == 204
    await owner.signs_out()
    options = (await owner.post("/sign-in/passkey/options", {}))["body"]
    credential = await owner.signs(options["public_key"])
    refused = await owner.post("/sign-in/passkey", {"challenge": options["challenge"], "credential": credential})
    assert (refused["status"], refused["body"]["type"].rpartition("/")[2]) == (401, "passkey-refused")


async def test_a_passkey_proves_again_that_it_is_its_owner(owner: Owner) -> None:
    await owner.signs_in_by_code()
    await owner.adds_a_passkey()
    before = {each["name"]: each["value"] for each in await owner.page.context.cookies()}
    options = (await owner.post("/step-up/passkey/options", {}))["body"]
    credential = await owner.signs(options["public_key"])
    answer = {"challenge": options["challenge"], "credential": credential}
    assert (await owner.post("/step-up/passkey", answer))["status"] == 204
    after = {each["name"]: each["value"] for each in await owner.page.context.cookies()}
    assert before["__Host-onecity_session"] != after["__Host-onecity_session"]
    again = await owner.post("/step-up/passkey", answer)
    assert (again["status"], again["body"]["type"].rpartition("/")[2]) == (401, "passkey-challenge-expired")


async def test_a_passkey_whose_user_was_not_verified_is_refused(owner: Owner) -> None:
    await owner.signs_in_by_code()
    await owner.adds_a_passkey()
    await owner.signs_out()
    await owner.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": owner.authenticator, "isUserVerified": False})
    options = (await owner.post("/sign-in/passkey/options", {}))["body"]
    assert options["public_key"]["userVerification"] == "required"
    credential = await owner.signs(options["public_key"], userVerification="discouraged")
    refused = await owner.post("/sign-in/passkey", {"challenge": options["challenge"], "credential": credential})
    assert (refused["status"], refused["body"]["type"].rpartition("/")[2]) == (401, "passkey-refused")

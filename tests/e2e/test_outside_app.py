"""A mini-service's page in a tab of its own, where no app is around it: see docs/sdk-elsewhere.md."""

import pytest
from playwright.async_api import expect

from tests.harness.browser import phone
from tests.harness.city import City

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("city"), pytest.mark.timeout(120)]
WANTS_ADAPTER = (
    "document.head.append(Object.assign(document.createElement('meta'), { name: 'onecity-outside', content: 'app' }))"
)


async def test_the_sdk_does_what_a_browser_can_and_leads_into_the_app(city: City) -> None:
    async with phone() as context:
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto(f"{city.mini('playground')}/index.html?from=tab#/methods")
        await page.evaluate(WANTS_ADAPTER)
        ready = await page.evaluate(
            "import('/sdk/v1/onecity.js?alone').then((sdk) => (window.city = sdk.city).ready())"
        )
        assert (ready["host"]["name"], ready["service"]["id"]) == ("browser", "playground")
        await page.evaluate("void (window.answer = city.ui.confirm({ title: '提交申请？', ok: '提交' }))")
        dialog = page.get_by_role("dialog", name="提交申请？")
        await expect(dialog.get_by_role("button", name="取消")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        assert await page.evaluate("answer") is True
        await expect(dialog).to_have_count(0)
        assert await page.evaluate("city.user().catch((error) => error.code)") == "UNSUPPORTED"
        way = page.get_by_role("link", name="在城市应用中打开")
        path = "%2Findex.html%3Ffrom%3Dtab%23%2Fmethods"
        await expect(way).to_have_attribute("href", f"{city.origin}/s/playground?path={path}")
        assert complaints == []

"""Debian's Chromium at the size of a phone, with no way out of this machine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory

from playwright.async_api import BrowserContext, async_playwright

PHONE = {"width": 390, "height": 844}
_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=2",  # frames of other origins are drawn in processes of their own
)


@asynccontextmanager
async def phone(flags: Sequence[str] = (), **options: object) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile; a page's failed assertion shows its address and console."""
    async with async_playwright() as playwright:
        with TemporaryDirectory(prefix="onecity-profile-", ignore_cleanup_errors=True) as profile:
            context = await playwright.chromium.launch_persistent_context(  # Web Push is refused without a profile
                profile,
                executable_path="/usr/bin/chromium",
                args=[*_QUIET, *flags],
                viewport=PHONE,  # type: ignore[arg-type]  # the dictionary's own type is private
                device_scale_factor=2,
                is_mobile=True,
                has_touch=True,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                **options,  # type: ignore[arg-type]  # passed through
            )
            try:
                yield context
            finally:
                await context.close()

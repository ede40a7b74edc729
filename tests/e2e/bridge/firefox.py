"""Debian's Firefox without a driver: it opens one address, and what it finds there reports by itself."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path("/usr/bin/firefox-esr")
_PREFERENCES = """
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.disable_open_during_load", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
"""


@contextmanager
def firefox(address: str, profile: Path) -> Iterator[None]:
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES)
    command = [PROGRAM, "--headless", "--no-remote", "--profile", profile, address]
    environment = {**os.environ, "HOME": str(profile)}
    quiet = subprocess.DEVNULL
    browser = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)  # noqa: S603 - our own
    try:
        yield
    finally:
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()

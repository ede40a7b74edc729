"""`onecity sm2 …`, as a department types it."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from auth.shangmi import libcrypto
from gateway.cli import app


def onecity(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["sm2", *map(str, arguments)])


def test_a_message_is_signed_and_verified_with_a_key_just_made(tmp_path: Path) -> None:
    key, body, headers = tmp_path / "key.pem", tmp_path / "body", tmp_path / "headers"
    body.write_bytes(b"{}")
    public = onecity("key", key).output.strip()
    assert len(public) == 130
    assert key.stat().st_mode & 0o777 == 0o600
    assert onecity("public", key).output.strip() == public
    options = ("--body", body)
    signed = onecity(
        "sign", "post", "https://city.example/dept/v1/notices?a=b", "--key", key, "--client", "one-system", *options
    )
    assert signed.exit_code == 0
    headers.write_text(signed.output)
    checked = ("--signer", f"one-system={public}", "--headers", headers)
    assert "fits" in onecity("verify", "POST", "/dept/v1/notices?a=b", *checked, *options).output
    for wrong in (
        ("PUT", "/dept/v1/notices?a=b", *checked, *options),
        ("POST", "/dept/v1/notices", *checked, *options),
        ("POST", "/dept/v1/notices?a=b", "--signer", f"another={public}", "--headers", headers, *options),
        ("POST", "/dept/v1/notices?a=b", *checked),
        ("POST", "/dept/v1/notices?a=b", "--signer", "one-system=04", "--headers", headers, *options),
    ):
        assert onecity("verify", *wrong).exit_code == 1, wrong


def test_no_key_is_written_over_and_no_other_file_taken_for_one(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text("precious")
    assert onecity("key", file).exit_code == 1
    assert file.read_text() == "precious"
    assert onecity("public", file).exit_code == 1
    assert onecity("sign", "GET", "/", "--key", tmp_path / "none", "--client", "x").exit_code == 1


def test_without_libcrypto_no_key_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(libcrypto.ctypes, "CDLL", refuse)
    libcrypto._library.cache_clear()
    try:
        refused = onecity("key", tmp_path / "key.pem")
        assert refused.exit_code == 1
        assert "libcrypto" in refused.output
    finally:
        libcrypto._library.cache_clear()

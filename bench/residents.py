"""A thousand residents of the bench's city who have signed in and agreed, and their tokens.

Their rows are written straight into the database, because signing in by text message is limited for good reasons; the
tokens come from the running gateway's own API, as the shell gets them.
"""

import base64
import hashlib
import http.client
import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auth.keys import Keys
from auth.secrecy import Secrecy
from auth.settings import AuthSettings
from bench.city import ASKED, LIFE, REASON, SCOPES, SERVICE, City
from bench.issuer import RESIDENTS, Issuer, write_tokens
from core.clock import SystemClock
from core.database import database
from core.ids import new_id
from gateway.tables import APPS


def move_in(city: City, count: int = RESIDENTS) -> list[str]:
    """Enter residents with a session and a consent each; the secrets of their session cookies."""
    now = datetime.now(UTC)
    made = [secrets.token_urlsafe(32) for _ in range(count)]
    granted = json.dumps([{"name": name, "reason": REASON} for name in SCOPES])
    accounts, sessions = ([new_id(now) for _ in made] for _ in range(2))
    with sqlite3.connect(city.database, timeout=10) as connection:
        (version,) = connection.execute(
            "SELECT r.version_name FROM miniapps_service s JOIN miniapps_release r ON r.id = s.live_release_id "
            "WHERE s.id = ?",
            (SERVICE,),
        ).fetchone()
        connection.executemany(
            "INSERT INTO auth_account (id, phone, loa, locale, elder, created_at) VALUES (?, ?, 2, 'zh-CN', 0, ?)",
            [(account, f"{14_000_000_000 + n}", str(now)) for n, account in enumerate(accounts)],
        )
        connection.executemany(
            "INSERT INTO auth_session (id, account_id, digest, device, created_at, last_seen_at) "
            "VALUES (?, ?, ?, 'bench', ?, ?)",
            [
                (session, account, hashlib.sha256(secret.encode()).hexdigest(), str(now), str(now))
                for session, account, secret in zip(sessions, accounts, made, strict=True)
            ],
        )
        connection.executemany(
            "INSERT INTO auth_consent (id, account_id, service_id, service_name, scopes, shown, version, granted_at) "
            'VALUES (?, ?, ?, \'{"zh-CN": "bench"}\', ?, ?, ?, ?)',
            [(new_id(now), account, SERVICE, granted, json.dumps(ASKED), version, str(now)) for account in accounts],
        )
    return made


def tokens_of(city: City, cookies: Sequence[str]) -> list[str]:
    """A fresh token of each resident."""
    connection = http.client.HTTPConnection("127.0.0.1", city.port, timeout=20)
    try:
        return [_token(connection, city, cookie) for cookie in cookies]
    finally:
        connection.close()


def _token(connection: http.client.HTTPConnection, city: City, cookie: str) -> str:
    host = {"Host": f"localhost:{city.port}", "Origin": city.origin, "Content-Length": "0"}
    headers = {**host, "Cookie": f"__Host-onecity_session={cookie}"}
    connection.request("POST", f"/api/v1/services/{SERVICE}/tokens", headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status in {http.HTTPStatus.OK, http.HTTPStatus.CREATED}, text
    return str(json.loads(text)["token"])


def tokens_file(city: City, cookies: Sequence[str]) -> Path:
    """Fresh tokens in a file, as wrk.lua reads them."""
    return write_tokens(tokens_of(city, cookies), city.folder / "tokens")


async def issuer_of(city: City) -> Issuer:
    """The city's own signing key, unsealed with its secret, so that bad tokens can be bad in one way alone."""
    environment = city.environment()
    settings = AuthSettings(secret=environment["ONECITY_AUTH__SECRET"])
    async with database(f"sqlite://{city.database}", APPS):
        signing = await Keys(SystemClock(), settings, Secrecy(settings.secret)).current()
    return Issuer(signing.kid, signing.private, city.origin, f"http://{city.host}")


def renew(issuer: Issuer, file: Path) -> None:
    """The same tokens as if issued now: as the shell does every few minutes, without asking a thousand times."""
    now = int(time.time())
    fresh = {"iat": now, "exp": now + LIFE}
    claims = [claims_in(token) | fresh | {"jti": secrets.token_urlsafe(16)} for token in file.read_text().split()]
    write_tokens(list(map(issuer.sign, claims)), file)


def claims_in(token: str) -> dict[str, Any]:
    """A token's claims, unverified."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(_from_base64(payload))
    return found


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

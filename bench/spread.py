"""A thousand tokens, each for another service and another resident, as far as there are so many services."""

import sqlite3
from pathlib import Path

from bench.city import LIFE, SCOPES, City
from bench.filling import CALLED
from bench.issuer import Issuer, claims_of, write_tokens

_PATH = "/records?zone=7"


def spread_tokens(city: City, issuer: Issuer) -> Path:
    """A file for wrk.lua: token, host and path on each line; consents and mini-sessions are entered for all."""
    with sqlite3.connect(city.database, timeout=10) as connection:
        services = [row[0] for row in connection.execute("SELECT id FROM miniapps_service WHERE id LIKE 'bench-%'")]
        chosen = services[:: max(1, len(services) // CALLED)][:CALLED]
        rows = connection.execute(
            "SELECT s.id, s.account_id FROM auth_session s WHERE s.revoked_at IS NULL ORDER BY s.id LIMIT ?", (CALLED,)
        ).fetchall()
        seats = [(session, account, chosen[n % len(chosen)]) for n, (session, account) in enumerate(rows)]
        _enter(connection, seats)
        reached = dict(_upstreams(connection))
    lines = [_line(city, issuer, session, service, reached[service]) for session, _, service in seats]
    return write_tokens(lines, city.folder / "spread")


def _enter(connection: sqlite3.Connection, seats: list[tuple[str, str, str]]) -> None:
    """A mini-session under the session's own id, and the same consent as for the bench's service."""
    connection.executemany(
        "INSERT INTO auth_mini_session (id, session_id, account_id, service_id, created_at) "
        "VALUES (?, ?, ?, ?, datetime('now') || '+00:00')",
        [(session, session, account, service) for session, account, service in seats],
    )
    connection.executemany(
        "INSERT INTO auth_consent (id, account_id, service_id, service_name, scopes, shown, version, granted_at) "
        "SELECT ?, account_id, ?, service_name, scopes, shown, version, granted_at FROM auth_consent "
        "WHERE account_id = ? AND service_id = 'bench'",
        [(f"c{session[1:]}", service, account) for session, account, service in seats],
    )


def _upstreams(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Each service, and the first upstream that its manifest names."""
    return connection.execute(
        "SELECT service_id, json_extract(manifest, '$.onecity.upstreams[0].id') FROM miniapps_release"
    ).fetchall()


def _line(city: City, issuer: Issuer, session: str, service: str, reached: str) -> str:
    host = f"{service}.localhost:{city.port}"
    claims = claims_of(city.origin, f"http://{host}", " ".join(SCOPES), LIFE) | {"client_id": service, "sid": session}
    return f"{issuer.sign(claims)} {host} /svc/{reached}{_PATH}"

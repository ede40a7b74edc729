"""Signing in, measured: by code, beside the same statements by the driver alone, in a full table, and under attack."""

import asyncio
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auth.secrecy import Secrecy, digest
from auth.settings import AuthSettings
from bench import exchanges
from bench.city import City, new_city, serving
from bench.filling import accounts_and_sessions
from bench.processes import WORK
from bench.rush import Rush, request, rush, rushing
from bench.statements import done_again, taken_down
from core.clock import SystemClock
from core.database import database
from core.outbound import Outbound
from gateway.composition import compose
from gateway.settings import Settings
from gateway.tables import APPS

HEADER = ["what", "figure", "asked"]
CONNECTIONS = 64
_FEW = 8
_CODE = "246810"
_ATTACKER = "127.0.0.66"
_HIGH = {
    "ONECITY_AUTH__LIMITS__ADDRESS_HOUR": "1000000000",
    "ONECITY_AUTH__LIMITS__ALL_DAY": "1000000000",
    "ONECITY_AUTH__CODE_SECONDS": "600",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has a code in hand."""

    phone: str
    browser: str

    def signs_in(self, host: str, code: str = _CODE) -> str:
        cookie = {"Cookie": f"__Host-onecity_browser={self.browser}", "User-Agent": "Mozilla/5.0 (Linux; Android 14)"}
        return request("POST", "/api/v1/sign-in/sessions", host, {"phone": self.phone, "code": code}, cookie)


class AccountCity(City):
    """A city whose limits on addresses never bite: all visitors come from one."""

    def environment(self) -> dict[str, str]:
        return {**City.environment(self), **_HIGH}


@contextmanager
def account_city(folder: Path, *, serve: bool = True) -> Iterator[AccountCity]:
    made = new_city(folder)
    city = AccountCity(made.folder, made.tree, made.pure, made.port)
    with ExitStack() as stack:
        if serve:
            stack.enter_context(serving(city))
        yield city


def visitors(city: City, count: int, first: int) -> list[Visitor]:
    """People whose code is in the table already: text messages are limited, for good reasons."""
    secrecy = Secrecy(_settings(city).secret)
    made = [Visitor(f"139{first + number:08}", secrets.token_urlsafe(32)) for number in range(count)]
    now = datetime.now(UTC)
    with closing(sqlite3.connect(city.database, timeout=30)) as connection, connection:
        connection.executemany(
            "INSERT INTO auth_code (challenge, phone, purpose, browser, digest, tries, created_at, expires_at) "
            "VALUES (?, ?, 'sign-in', ?, ?, 0, ?, ?)",
            [_code_row(secrecy, each, now) for each in made],
        )
    return made


def _code_row(secrecy: Secrecy, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    challenge = secrets.token_urlsafe(32)
    hashed = secrecy.hashed("code", challenge, visitor.phone, "sign-in", _CODE)
    until = now + timedelta(minutes=10)
    return challenge, visitor.phone, digest(visitor.browser), hashed, str(now), str(until)


def _settings(city: City) -> AuthSettings:
    secret = json.loads((city.folder / "secrets.json").read_text())["ONECITY_AUTH__SECRET"]
    return AuthSettings(secret=secret)


def measured(*, quick: bool) -> Iterator[list[str]]:
    """Lines of the table, as they come."""
    count = 300 if quick else 3_000
    yield from _sign_in(count)
    yield from _exchange(count)
    yield from _attack(count)
    yield from _full_tables(count // 3, *((10_000, 100_000) if quick else (1_000_000, 10_000_000)))


def _sign_in(count: int) -> Iterator[list[str]]:
    with account_city(WORK / "accounts") as city:
        rush(city.pid, city.port, _requests(city, visitors(city, 200, 0)), CONNECTIONS)
        ours = rush(city.pid, city.port, _requests(city, visitors(city, count, 1_000)), CONNECTIONS)
    raw = _raw_rate(count // 3)
    yield ["sign-ins by code a second, every one on disk", f"{ours.rate:,.0f} ({_times(ours)})", "300"]
    yield ["the same statements by `sqlite3` alone, a second", f"{raw:,.0f}", ""]
    yield ["ours over theirs", f"{ours.rate / raw:.2f}", "0.70"]


def _exchange(count: int) -> Iterator[list[str]]:
    with account_city(WORK / "exchanges", serve=False) as city:
        settings = _city_settings(city)
        warm, codes = (exchanges.prepared(settings, number, first) for number, first in ((200, 0), (count, 1_000)))
        with serving(city):
            host = f"localhost:{city.port}"
            rush(city.pid, city.port, warm.requests(host), CONNECTIONS)
            ours = rush(city.pid, city.port, codes.requests(host), CONNECTIONS)
    with account_city(WORK / "exchanges-raw", serve=False) as city:
        settings = _city_settings(city)
        some = exchanges.prepared(settings, count // 3, 0)
        before = city.folder / "before.db"
        shutil.copy(city.database, before)
        raw = len(some.codes) / done_again(before, exchanges.statements(settings, some.codes))
    yield [
        "code exchanges a second, three tokens each, every one on disk",
        f"{ours.rate:,.0f} ({_times(ours, '200')})",
        "400",
    ]
    yield ["the same statements by `sqlite3` alone, a second", f"{raw:,.0f}", ""]
    yield ["ours over theirs", f"{ours.rate / raw:.2f}", "0.70"]


def _requests(city: City, people: Sequence[Visitor]) -> list[str]:
    return [each.signs_in(f"localhost:{city.port}") for each in people]


def _times(found: Rush, good: str = "201") -> str:
    bad = sum(number for status, number in found.statuses.items() if status != good)
    failed = f"; {bad} not done" if bad else ""
    return f"p50 {found.p50:.0f} ms, p99 {found.p99:.0f} ms, CPU {found.cpu:.2f} ms each{failed}"


def _raw_rate(count: int) -> float:
    """How many sign-ins the driver alone does of the very statements that the rule sends."""
    with account_city(WORK / "accounts-raw", serve=False) as city:
        people = visitors(city, count, 0)
        before = city.folder / "before.db"
        shutil.copy(city.database, before)
        statements = asyncio.run(_statements(city, people))
        return count / done_again(before, statements)


async def _statements(city: City, people: Sequence[Visitor]) -> list[str]:
    settings = _city_settings(city)
    async with database(settings.database_url, APPS), Outbound() as outbound:
        sign_in = compose(settings, SystemClock(), outbound).identity.sign_in

        async def work() -> None:
            for each in people:
                await sign_in.complete(each.phone, _CODE, each.browser, "Chrome on Android", None)

        return await taken_down(work)


def _city_settings(city: City) -> Settings:
    given = {name: value for name, value in city.environment().items() if name.startswith("ONECITY_")}
    os.environ.update(given)
    try:
        return Settings()
    finally:
        for name in given:
            del os.environ[name]


def _attack(count: int) -> Iterator[list[str]]:
    """Ten thousand wrong codes, five at each of two thousand numbers, while others sign in."""
    wrong = 10 * count // 3
    with account_city(WORK / "accounts-attacked") as city:
        host = f"localhost:{city.port}"
        victims = visitors(city, wrong // 5, 50_000)
        quiet = rush(city.pid, city.port, _requests(city, visitors(city, 300, 10_000)), _FEW, rate=30)
        attack = [each.signs_in(host, "135791") for each in victims for _ in range(5)]
        with rushing(city.port, attack, _FEW, source=_ATTACKER) as attacking:
            beside = rush(city.pid, city.port, _requests(city, visitors(city, 300, 20_000)), _FEW, rate=30)
            said, _ = attacking.communicate(timeout=300)
        with closing(sqlite3.connect(city.database)) as connection:
            (opened,) = connection.execute("SELECT COUNT(*) FROM auth_account WHERE phone >= '13900050000'").fetchone()
        late = rush(city.pid, city.port, _requests(city, victims), _FEW)
    yield [f"{len(attack):,} wrong codes: answers by status", _statuses(said), ""]
    yield ["accounts opened by that", str(opened), "0"]
    yield ["their owners afterwards, with the right code: 429 after five wrong ones", _counted(late.statuses), ""]
    yield [
        "others who signed in meanwhile: p99 ms, quiet → under attack",
        f"{quiet.p99:.0f} → {beside.p99:.0f} ({beside.p50:.0f} in the middle), {_counted(beside.statuses)}",
        "no slowdown",
    ]


def _statuses(said: str) -> str:
    return _counted(json.loads(said)["statuses"])


def _counted(statuses: object) -> str:
    assert isinstance(statuses, dict)
    return ", ".join(f"{status} × {number:,}" for status, number in sorted(statuses.items()))


def _full_tables(count: int, accounts: int, sessions: int) -> Iterator[list[str]]:
    """The p99 of signing in with nobody there, and with everybody."""
    found: list[Rush] = []
    for full in (False, True):
        with account_city(WORK / "accounts-full", serve=False) as city:
            if full:
                accounts_and_sessions(city.database, accounts, sessions)
            with serving(city):
                rush(city.pid, city.port, _requests(city, visitors(city, 200, 0)), _FEW, rate=50)
                found.append(rush(city.pid, city.port, _requests(city, visitors(city, count, 1_000)), _FEW, rate=50))
    empty, crowded = found
    yield [
        f"p99 ms of a sign-in: empty → {accounts:,} accounts and {sessions:,} sessions",
        f"{empty.p99:.1f} → {crowded.p99:.1f} (p50 {empty.p50:.1f} → {crowded.p50:.1f})",
        "",
    ]
    yield ["as a ratio", f"{crowded.p99 / empty.p99:.2f}", "≤ 1.3"]

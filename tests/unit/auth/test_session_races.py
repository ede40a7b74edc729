"""A session that is being opened, and somebody who ends all sessions: neither overlooks the other."""

import asyncio

import pytest

from auth.errors import AccountClosed
from auth.models import Session
from core.database import rows, transaction
from core.ids import AccountId
from tests.unit.auth.wiring import PHONE, City

pytestmark = pytest.mark.both_databases


async def test_a_session_that_is_being_opened_ends_with_all_others(city: City) -> None:
    account = AccountId((await city.accounts.for_phone(PHONE))[0].id)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def opens() -> None:
        async with transaction():
            await city.sessions.open(account, "the thief's phone")
            inside.set()
            await go_on.wait()

    async def ends_all() -> None:
        async with transaction():
            await city.sessions.end_all(account)

    opening = asyncio.create_task(opens())
    await inside.wait()
    ending = asyncio.create_task(ends_all())
    await asyncio.sleep(0.2)
    go_on.set()
    await asyncio.gather(opening, ending)
    assert [session.revoked_at is not None for session in await Session.all()] == [True]


async def test_a_session_that_waited_for_the_account_to_close_is_not_opened(city: City) -> None:
    account = AccountId((await city.accounts.for_phone(PHONE))[0].id)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def closes() -> None:
        async with transaction():
            await rows("UPDATE auth_account SET closed_at = ? WHERE id = ?", city.clock.now(), account)
            inside.set()
            await go_on.wait()

    async def opens() -> None:
        async with transaction():
            await city.sessions.open(account, "Chrome on Android")

    closing = asyncio.create_task(closes())
    await inside.wait()
    opening = asyncio.create_task(opens())
    await asyncio.sleep(0.2)
    go_on.set()
    await closing
    with pytest.raises(AccountClosed):
        await opening
    assert await Session.all().count() == 0

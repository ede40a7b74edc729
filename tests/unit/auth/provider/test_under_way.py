"""Which of several requests with one refresh token is excused for finding it used."""

import asyncio

import pytest

from auth.provider.under_way import UnderWay

FORM = {"refresh_token": "one"}


async def test_the_first_to_come_may_be_the_one_that_loses() -> None:
    under_way = UnderWay()
    won = asyncio.Event()

    async def first() -> bool:
        with under_way.noted(FORM):
            await won.wait()
            return under_way.went_to_another

    async def second() -> bool:
        with under_way.noted(FORM), under_way.using_up():
            won.set()
            await asyncio.sleep(0)
            return under_way.went_to_another

    assert await asyncio.gather(first(), second()) == [True, False]


async def test_two_that_come_after_the_winner_was_answered_are_not_excused() -> None:
    under_way = UnderWay()
    with under_way.noted(FORM), under_way.using_up():
        pass

    async def late() -> bool:
        with under_way.noted(FORM):
            await asyncio.sleep(0)
            return under_way.went_to_another

    assert await asyncio.gather(late(), late()) == [False, False]


async def test_a_winner_whose_work_is_undone_used_nothing_up() -> None:
    under_way = UnderWay()
    both_in, undone = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        with under_way.noted(FORM):
            await both_in.wait()
            with pytest.raises(RuntimeError), under_way.using_up():
                raise RuntimeError
            undone.set()

    async def loses() -> bool:
        with under_way.noted(FORM):
            both_in.set()
            await undone.wait()
            return under_way.went_to_another

    assert (await asyncio.gather(fails(), loses()))[1] is False


async def test_requests_with_other_tokens_have_nothing_to_do_with_it() -> None:
    under_way = UnderWay()
    with under_way.noted({"refresh_token": "another"}), under_way.using_up(), under_way.noted(FORM):
        assert not under_way.went_to_another

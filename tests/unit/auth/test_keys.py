"""Signing keys: published before their first use, kept until the last token that they signed has ended."""

import asyncio

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from auth.jwk import thumbprint
from auth.keys import Keys
from auth.models import Key
from auth.secrecy import SealBroken, Secrecy
from tests.unit.auth.wiring import City


def another_process(city: City) -> Keys:
    return Keys(city.clock, city.settings, city.secrecy)


async def kids(keys: Keys) -> set[str]:
    return {jwk["kid"] for jwk in await keys.public()}


async def test_the_first_key_counts_at_once(city: City) -> None:
    current = await city.keys.current()
    assert await kids(city.keys) == {current.kid}
    assert await city.keys.find(current.kid) == current.private.public_key()
    assert current.kid == thumbprint(current.private.public_key())


async def test_ensuring_again_makes_no_other(city: City) -> None:
    await another_process(city).ensure()
    assert await Key.all().count() == 1


async def test_only_public_members_are_published(city: City) -> None:
    for jwk in await city.keys.public():
        assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_the_private_key_is_sealed_in_the_table(city: City) -> None:
    row = await Key.get(generation=1)
    assert "PRIVATE" not in row.sealed
    load_pem_private_key(city.secrecy.unseal(row.sealed, row.kid), None)
    stranger = Keys(city.clock, city.settings, Secrecy(SecretStr("another secret of at least 32 characters")))
    with pytest.raises(SealBroken):
        await stranger.current()


async def test_a_new_key_is_published_before_its_first_use(city: City) -> None:
    old = await city.keys.current()
    await city.keys.rotate()
    assert len(await kids(city.keys)) == 2
    assert (await city.keys.current()).kid == old.kid
    city.clock.advance(seconds=899)
    assert (await city.keys.current()).kid == old.kid
    city.clock.advance(seconds=1)
    assert (await city.keys.current()).kid != old.kid


async def test_every_process_changes_over_at_the_same_moment(city: City) -> None:
    other = another_process(city)
    await other.current()
    await city.keys.rotate()
    for _ in range(40):
        city.clock.advance(seconds=25)
        assert (await other.current()).kid == (await city.keys.current()).kid


async def test_the_old_key_stays_until_its_last_token_has_ended(city: City) -> None:
    old = await city.keys.current()
    await city.keys.rotate()
    city.clock.advance(seconds=899)
    last_token_ends = city.settings.longest_token_seconds
    city.clock.advance(seconds=last_token_ends)
    assert await city.keys.find(old.kid)
    city.clock.advance(seconds=120)
    assert await city.keys.find(old.kid) is None
    assert old.kid not in await kids(city.keys)


async def test_rotating_while_one_waits_makes_no_third(city: City) -> None:
    for _ in range(3):
        await city.keys.rotate()
    assert await Key.all().count() == 2


async def test_the_schedule_makes_the_next_key(city: City) -> None:
    city.clock.advance(days=89)
    await city.keys.ensure()
    assert await Key.all().count() == 1
    city.clock.advance(days=1)
    await city.keys.ensure()
    await city.keys.ensure()
    assert await Key.all().count() == 2


async def test_rotating_before_there_is_a_key_does_nothing(city: City) -> None:
    await Key.all().delete()
    await another_process(city).rotate()
    assert await Key.all().count() == 0


async def test_an_unknown_name_is_looked_for_anew_but_not_at_every_asking(city: City) -> None:
    other = another_process(city)
    await other.current()
    city.clock.advance(days=90)
    await other.current()
    await city.keys.ensure()
    (new,) = await kids(city.keys) - {(await city.keys.current()).kid}
    assert await other.find(new) is None
    city.clock.advance(seconds=2)
    assert await other.find(new)
    assert await other.find(None) is None


@pytest.mark.both_databases
async def test_processes_that_start_at_once_make_one_key(city: City) -> None:
    await Key.all().delete()
    processes = [another_process(city) for _ in range(10)]
    await asyncio.gather(*(process.ensure() for process in processes))
    assert await Key.all().count() == 1
    assert len({(await process.current()).kid for process in processes}) == 1


@pytest.mark.both_databases
async def test_processes_that_rotate_at_once_make_one_more(city: City) -> None:
    processes = [another_process(city) for _ in range(10)]
    await asyncio.gather(*(process.rotate() for process in processes))
    assert await Key.all().count() == 2
    assert {len(await kids(process)) for process in processes} == {2}


async def test_rs256_keys_are_made_where_they_are_asked_for(city: City) -> None:
    assert [jwk["alg"] for jwk in await city.keys.public()] == ["ES256"]
    key = await city.keys.current("RS256")
    assert key.algorithm == "RS256"
    assert key.kid == thumbprint(key.private.public_key())
    assert {jwk["alg"] for jwk in await city.keys.public()} == {"ES256", "RS256"}
    assert (await city.keys.current("RS256")).kid == key.kid
    assert await city.keys.find(key.kid)
    other = another_process(city)
    assert (await other.current("RS256")).kid == key.kid
    row = await Key.get(generation=1)
    assert row.rsa_sealed
    assert "PRIVATE" not in row.rsa_sealed


async def test_both_kinds_rotate_together(city: City) -> None:
    await city.keys.ensure(with_rsa=True)
    old = await city.keys.current("RS256")
    await city.keys.rotate()
    assert len(await kids(city.keys)) == 4
    assert (await city.keys.current("RS256")).kid == old.kid
    city.clock.advance(seconds=900)
    assert (await city.keys.current("RS256")).kid != old.kid
    assert await city.keys.find(old.kid)
    city.clock.advance(days=1)
    assert await city.keys.find(old.kid) is None


async def test_a_process_that_knows_the_row_hears_of_the_key_that_another_added(city: City) -> None:
    other = another_process(city)
    await other.current()
    key = await city.keys.current("RS256")
    city.clock.advance(seconds=31)
    assert (await other.current("RS256")).kid == key.kid


@pytest.mark.both_databases
async def test_processes_that_add_rs256_at_once_agree_on_one(city: City) -> None:
    processes = [another_process(city) for _ in range(4)]
    assert len({(await key).kid for key in [asyncio.ensure_future(each.current("RS256")) for each in processes]}) == 1


class SlowlyRead(Keys):
    """Whose next reading ends when it is told to."""

    held: asyncio.Event | None = None

    async def _listed(self) -> list[Key]:
        listed, held = await super()._listed(), self.held
        if held:
            self.held = None
            await held.wait()
        return listed


async def test_a_reading_that_ends_late_does_not_undo_a_later_one(city: City) -> None:
    """The hourly one began before the first RS256 key was there: it is published all the same."""
    keys = SlowlyRead(city.clock, city.settings, city.secrecy)
    await keys.ensure()
    keys.held = told = asyncio.Event()
    hourly = asyncio.create_task(keys.ensure())
    while keys.held:
        await asyncio.sleep(0)
    signing = await keys.current("RS256")
    told.set()
    await hourly
    assert signing.kid in await keys.published()

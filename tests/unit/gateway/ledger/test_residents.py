"""A resident's view: their own entries, filtered, paged, indexed; and what is left of them when they are forgotten."""

import asyncio
import json
from contextlib import closing
from datetime import timedelta

import pytest

from core.database import connection, rows
from core.ids import AccountId
from gateway.ledger import residents
from gateway.ledger.columns import octets
from gateway.ledger.content import commitment, opening_of
from gateway.ledger.entries import Ledger, forget
from gateway.ledger.index import BLOCK_SHIFT, postgres_pass, sqlite_pass
from gateway.ledger.opening import connect, file_of
from gateway.ledger.residents import Filter, seq_of
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import ACCESS, ALICE, BOB, keep

ALICE_ID, BOB_ID = AccountId(ALICE), AccountId(BOB)


async def indexed(store: str) -> int:
    """Run passes until everything is in the index; gives how many rows it has."""
    if connection().capabilities.dialect == "postgres":
        while await postgres_pass():
            pass
    else:
        with closing(connect(file_of(store), busy_seconds=5)) as own:
            while sqlite_pass(own):
                pass
    return int((await rows("SELECT count(*) AS count FROM ledger_access"))[0]["count"])


async def seqs(ledger: Ledger, account: AccountId, wanted: Filter | None = None, limit: int = 100) -> list[int]:
    """All of a resident's entries that a filter takes, over as many pages as it needs."""
    found: list[int] = []
    cursor: str | None = None
    while True:
        page = await ledger.page(account, limit, cursor, wanted or Filter())
        assert len(page.entries) <= limit
        found += [entry.seq for entry in page.entries]
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.both_databases
async def test_a_resident_sees_their_own_entries_before_and_after_they_are_indexed(ledger: Ledger, store: str) -> None:
    for start in range(0, 12, 4):
        await keep(ledger, 2, start)
        await keep(ledger, 2, start + 2, account=BOB)
        assert await seqs(ledger, ALICE_ID) == sorted((seq for seq in range(start + 4) if seq % 4 < 2), reverse=True)
        if start == 4:
            assert await indexed(store) == 8
    assert await indexed(store) == 12
    assert await seqs(ledger, BOB_ID) == [11, 10, 7, 6, 3, 2]


@pytest.mark.both_databases
async def test_an_entry_says_what_was_recorded(ledger: Ledger, clock: ManualClock) -> None:
    await keep(ledger, mandate="01kb5rwzpv3zt4f1y0m8x2c9qm", action="write")
    entry = (await ledger.page(ALICE_ID, 1, None, Filter())).entries[0]
    assert (entry.service, entry.department, entry.upstream) == ("records", "human-resources", "social-insurance")
    assert (entry.operation, entry.action, entry.outcome) == ("listContributions", "write", 200)
    assert (entry.received, entry.sent, entry.at) == (0, 1024, clock.now())
    assert (entry.summary["zh-CN"], entry.scopes) == ("查询社保缴费记录", ["social-insurance:records:read"])
    assert (entry.mandate, entry.id, seq_of(entry.id)) == ("01kb5rwzpv3zt4f1y0m8x2c9qm", "0" * 26, 0)


@pytest.mark.both_databases
async def test_pages_join_without_a_gap_and_every_filter_takes_its_part(ledger: Ledger, clock: ManualClock) -> None:
    await keep(ledger, 205)
    await keep(ledger, 3, 300, service="booking")
    clock.advance(hours=1)
    later = clock.now()
    await keep(ledger, 4, 400, action="write", department="health")
    everything = list(range(211, -1, -1))
    for limit in (1, 50, 100, 200):
        assert await seqs(ledger, ALICE_ID, limit=limit) == everything
    assert await seqs(ledger, ALICE_ID, Filter(service="booking"), limit=2) == [207, 206, 205]
    assert await seqs(ledger, ALICE_ID, Filter(department="health")) == [211, 210, 209, 208]
    assert await seqs(ledger, ALICE_ID, Filter(action="write"), limit=1) == [211, 210, 209, 208]
    assert await seqs(ledger, ALICE_ID, Filter(since=later)) == [211, 210, 209, 208]
    assert await seqs(ledger, ALICE_ID, Filter(until=later), limit=200) == everything[4:]
    assert await seqs(ledger, ALICE_ID, Filter(since=later, until=later + timedelta(seconds=1))) == everything[:4]
    assert [entry.seq async for entry in ledger.every(ALICE_ID)] == everything


async def test_a_filter_that_takes_little_looks_at_a_bounded_part_and_says_where_to_go_on(
    ledger: Ledger,
) -> None:
    await keep(ledger, 120, service="booking")
    await keep(ledger, 1, 120)
    found = await residents.page(ALICE, 10, None, Filter(service="records"), look_at=50)
    assert ([entry.seq for entry in found.entries], bool(found.next)) == ([120], True)
    found = await residents.page(ALICE, 10, found.next, Filter(service="records"), look_at=50)
    assert ([entry.seq for entry in found.entries], bool(found.next)) == ([], True)
    found = await residents.page(ALICE, 10, found.next, Filter(service="records"), look_at=50)
    assert ([entry.seq for entry in found.entries], found.next) == ([], None)


@pytest.mark.both_databases
async def test_a_resident_s_entries_are_found_in_every_block_of_the_index(ledger: Ledger, store: str) -> None:
    await keep(ledger, 3)
    places = [0, 1, 2, (1 << BLOCK_SHIFT) - 1, 1 << BLOCK_SHIFT, 70 << BLOCK_SHIFT, (200 << BLOCK_SHIFT) + 7]
    for place in places[3:]:
        await rows(
            "INSERT INTO ledger_entry (seq, leaf, content, account_id) "
            "SELECT ?, leaf, content, account_id FROM ledger_entry WHERE seq = 0",
            place,
        )
    assert await indexed(store) == 7
    assert await seqs(ledger, ALICE_ID) == places[::-1]
    assert await seqs(ledger, ALICE_ID, limit=2) == places[::-1]
    assert await forget(ALICE_ID) == 7
    assert not await rows("SELECT 1 FROM ledger_access")
    assert not await rows("SELECT 1 FROM ledger_entry WHERE account_id IS NOT NULL")


async def test_the_index_is_filled_behind_the_writer(ledger: Ledger) -> None:
    await keep(ledger, 1000)
    async with asyncio.timeout(10):
        while (await rows("SELECT seq FROM ledger_progress WHERE work = 'access'"))[0]["seq"] < 1000:
            await asyncio.sleep(0.02)
    assert (await rows("SELECT count(*) AS count FROM ledger_access"))[0]["count"] == 1000


@pytest.mark.both_databases
async def test_who_is_named_only_to_the_holder_of_the_key(ledger: Ledger) -> None:
    await keep(ledger, 2)
    first, second = [json.loads(octets(row["content"])) for row in await rows("SELECT content FROM ledger_entry")]
    assert first["who"] != second["who"]
    key = octets((await rows("SELECT key FROM ledger_key WHERE account_id = ?", ALICE))[0]["key"])
    for each in (first, second):
        assert each["who"] == commitment(opening_of(key, each["request_id"]), ALICE, None)
        assert each["who"] != commitment(opening_of(key, each["request_id"]), BOB, None)


@pytest.mark.both_databases
async def test_forgetting_destroys_the_key_and_the_links_and_leaves_proofs_valid(
    ledger: Ledger, store: str, clock: ManualClock
) -> None:
    await keep(ledger, 3)
    await keep(ledger, 2, 3, account=BOB)
    await indexed(store)
    await keep(ledger, 2, 5)
    before = await rows("SELECT seq, leaf, content FROM ledger_entry ORDER BY seq")
    assert await ledger.forget(ALICE_ID) == 5
    assert await rows("SELECT seq, leaf, content FROM ledger_entry ORDER BY seq") == before
    assert [row["account_id"] for row in await rows("SELECT account_id FROM ledger_entry ORDER BY seq")] == (
        [None] * 3 + [BOB] * 2 + [None] * 2
    )
    assert [row["account_id"] for row in await rows("SELECT account_id FROM ledger_key")] == [BOB]
    assert not await rows("SELECT 1 FROM ledger_access WHERE account_id = ?", ALICE)
    assert await seqs(ledger, ALICE_ID) == []
    assert await forget(ALICE_ID) == 0
    await indexed(store)
    assert not await rows("SELECT 1 FROM ledger_access WHERE account_id = ?", ALICE)


@pytest.mark.both_databases
async def test_what_a_worker_still_files_under_a_forgotten_account_loses_it_in_the_next_pass(
    ledger: Ledger, store: str
) -> None:
    await keep(ledger, 1)
    assert await forget(ALICE_ID) == 1  # by another process: this one has the key in memory
    await keep(ledger, 1, 1)
    await keep(ledger, 1, 2, account=BOB)
    assert await indexed(store) == 1
    accounts = [row["account_id"] for row in await rows("SELECT account_id FROM ledger_entry ORDER BY seq")]
    assert accounts == [None, None, BOB]


async def test_a_prepared_entry_is_there_once_its_key_was_read(ledger: Ledger) -> None:
    assert ledger.prepared(ACCESS) is None
    await ledger.prepare(ACCESS)
    assert ledger.prepared(ACCESS)


def test_an_id_that_is_none_of_ours_is_beyond_every_entry() -> None:
    assert seq_of("z" * 26) == residents.LAST

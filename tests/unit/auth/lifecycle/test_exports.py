# ruff: noqa: ARG002 - stand-ins have the port's shape
"""Archives: complete, sealed, fetched once, made anew after a death, and never held in memory."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from cryptography.exceptions import InvalidTag

from auth.lifecycle.archives import PIECE, Archive, _cell
from auth.lifecycle.errors import DownloadGone, ExportNotReady, ExportUnknown, TooManyExports
from auth.lifecycle.ports import Record
from auth.lifecycle.sealing import new_key, open_piece, seal_piece, unwrap, wrap
from core.access import Resident
from core.bodies import Localized
from core.database import rows
from core.ids import AccountId
from gateway.composition import City
from tests.harness.clock import ManualClock
from tests.unit.auth.lifecycle.wiring import NAME, OTHER, PHONE, merge, proved, resident


class Many:
    """An area with as many records as are wanted, which may die after some."""

    area = "many"
    title: ClassVar[Localized] = {"zh-CN": "许多", "en": "Many <b>"}
    tables: ClassVar[dict[str, str]] = {}

    def __init__(self, count: int, dies_at: int | None = None) -> None:
        self.count, self.dies_at = count, dies_at

    async def merged(self, absorbed: AccountId, into: AccountId) -> None: ...
    async def parted(self, absorbed: AccountId, into: AccountId, moved: object) -> None: ...
    async def erase(self, account: AccountId) -> None: ...

    async def export(self, account: AccountId) -> AsyncIterator[Record]:
        for number in range(self.count):
            if number == self.dies_at:
                raise ConnectionError("kill -9")
            text = f"{number:064x}"[::-1] + str(hash((number, account)))
            yield Record("many/things", {"number": number, "text": text, "script": "<script>alert(1)</script>"})


async def fetched(city: City, clock: ManualClock, who: Resident) -> zipfile.ZipFile:
    exports = city.identity.rooms.lifecycle.exports
    fresh = Resident(who.account, who.session, who.amr, clock.now())
    made = await exports.ask(fresh)
    assert await exports.work() == 1
    secret = await exports.link(fresh, made.id)
    content = b"".join([piece async for piece in await exports.fetch(who.account, secret)])
    return zipfile.ZipFile(io.BytesIO(content))


@pytest.mark.both_databases
async def test_it_has_everything_of_both_accounts_of_a_merge(city: City, clock: ManualClock) -> None:
    who, _ = await resident(city, clock), await resident(city, clock, OTHER)
    await proved(city)
    await merge(city, clock, who)
    city.identity.rooms.lifecycle.areas.add(Many(120))
    with await fetched(city, clock, who) as archive:
        assert json.loads(archive.read("account/auth_account.json"))[0]["name"] == NAME
        assert json.loads(archive.read("account/auth_account-2.json"))[0]["phone"] == OTHER
        assert len(json.loads(archive.read("many/things.json"))) == 120
        page = archive.read("index.html").decode()
        assert "<script>" not in page
        assert PHONE in page
        for name in archive.namelist():
            assert name == "index.html" or isinstance(json.loads(archive.read(name)), list)


@pytest.mark.both_databases
async def test_nothing_of_it_lies_open_and_the_link_alone_opens_it(city: City, clock: ManualClock) -> None:
    who = await resident(city, clock)
    exports = city.identity.rooms.lifecycle.exports
    made = await exports.ask(who)
    assert await exports.work() == 1
    pieces = b"".join(bytes(row["content"]) for row in await rows("SELECT content FROM lifecycle_export_chunk"))
    assert PHONE.encode() not in pieces
    assert b"PK" not in pieces[:4]
    secret = await exports.link(who, made.id)
    row = (await rows("SELECT key, link FROM lifecycle_export"))[0]
    assert secret not in str(row)
    with pytest.raises(InvalidTag):
        unwrap(row["key"], "0" * 26)
    with pytest.raises(ExportNotReady):
        await exports.link(who, made.id)
    with pytest.raises(DownloadGone):
        await exports.fetch(AccountId("somebody else"), secret)
    assert [piece async for piece in await exports.fetch(who.account, secret)]
    with pytest.raises(DownloadGone):
        await exports.fetch(who.account, secret)
    assert await rows("SELECT id FROM lifecycle_export_chunk") == []


async def test_pieces_cannot_be_exchanged_or_cut_off() -> None:
    key = new_key()
    sealed = seal_piece(key, "export", 0, b"one", last=False)
    assert open_piece(key, "export", 0, sealed, last=False) == b"one"
    for export, number, last in (("export", 1, False), ("export", 0, True), ("other", 0, False)):
        with pytest.raises(InvalidTag):
            open_piece(key, export, number, sealed, last=last)
    assert unwrap(wrap(key, "a link"), "a link") == key


@pytest.mark.both_databases
async def test_one_that_was_left_half_made_is_made_anew(city: City, clock: ManualClock) -> None:
    who = await resident(city, clock)
    lifecycle, many = city.identity.rooms.lifecycle, Many(20_000, dies_at=19_000)
    lifecycle.areas.add(many)
    made = await lifecycle.exports.ask(who)
    with pytest.raises(ConnectionError):
        await lifecycle.exports.work()
    assert await rows("SELECT id FROM lifecycle_export_chunk"), "it had begun"
    many.dies_at = None
    assert await lifecycle.exports.work() == 0, "its lease has not ended"
    clock.advance(minutes=11)
    assert await lifecycle.exports.work() == 1
    fresh = Resident(who.account, who.session, who.amr, clock.now())
    secret = await lifecycle.exports.link(fresh, made.id)
    content = b"".join([piece async for piece in await lifecycle.exports.fetch(who.account, secret)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("many/things.json"))) == 20_000


async def test_a_slow_worker_whose_work_was_taken_over_keeps_nothing(city: City, clock: ManualClock) -> None:
    who, lifecycle = await resident(city, clock), city.identity.rooms.lifecycle
    await lifecycle.exports.ask(who)
    taken_over: list[int] = []

    class Slow(Many):
        async def export(self, account: AccountId) -> AsyncIterator[Record]:
            if not taken_over:
                taken_over.append(0)
                clock.advance(minutes=11)
                taken_over.append(await lifecycle.exports.work())
            yield Record("slow/one", {"number": 1})

    slow = Slow(1)
    slow.area = "slow"
    lifecycle.areas.add(slow)
    assert await lifecycle.exports.work() == 0
    assert taken_over == [0, 1], "the other one made it"
    assert len(await rows("SELECT id FROM lifecycle_export_chunk")) == 1


async def test_they_run_out_and_are_limited(city: City, clock: ManualClock) -> None:
    who, lifecycle = await resident(city, clock), city.identity.rooms.lifecycle
    exports = lifecycle.exports

    def fresh() -> Resident:
        return Resident(who.account, who.session, who.amr, clock.now())

    first = await exports.ask(fresh())
    assert (await exports.ask(fresh())).id == first.id, "one is under way"
    with pytest.raises(ExportNotReady):
        await exports.link(fresh(), first.id)
    with pytest.raises(ExportUnknown):
        await exports.link(fresh(), "0" * 26)
    await exports.work()
    for _ in range(2):
        clock.advance(seconds=1)
        await exports.ask(fresh())
        await exports.work()
    with pytest.raises(TooManyExports):
        await exports.ask(fresh())
    secret = await exports.link(fresh(), first.id)
    clock.advance(hours=25)
    with pytest.raises(DownloadGone):
        await exports.fetch(who.account, secret)
    clock.advance(days=8)
    assert {exports.state_of(each) for each in await exports.listed(who.account)} == {"expired"}
    with pytest.raises(ExportNotReady):
        await exports.link(fresh(), first.id)
    await lifecycle.worker.sweep()
    assert await rows("SELECT id FROM lifecycle_export_chunk") == []
    clock.advance(days=91)
    await lifecycle.worker.sweep()
    assert await exports.listed(who.account) == []


async def test_a_long_archive_is_made_in_little_memory(clock: ManualClock) -> None:
    archive, size = Archive(clock.now()), 0

    async def records() -> AsyncIterator[Record]:
        async for record in Many(60_000).export(AccountId("a")):
            yield record

    tracemalloc.start()
    try:
        async for piece in archive.add("many/things", {"zh-CN": "许多"}, records()):
            size += len(piece)
        size += len(archive.finish())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 2 * PIECE
    assert peak < 8 * PIECE, f"{peak} bytes at once"


async def test_half_a_character_that_a_service_kept_stops_no_archive(clock: ManualClock) -> None:
    halves = {"value": {"\ud800": "深\udfff"}}

    async def records() -> AsyncIterator[Record]:
        yield Record("storage/entries", halves)

    archive = Archive(clock.now())
    content = b"".join([piece async for piece in archive.add("storage/entries", {"zh-CN": "数据"}, records())])
    read = zipfile.ZipFile(io.BytesIO(content + archive.finish()))
    assert json.loads(read.read("storage/entries.json")) == [halves]
    assert "深?" in read.read("index.html").decode()


def test_a_value_on_the_page_is_shortened(clock: ManualClock) -> None:
    assert len(_cell("x" * 1000)) == 301
    assert _cell(None) == ""
    assert _cell({"a": 1}) == "{&quot;a&quot;: 1}"
